#include "gates/cell_verilog.h"

#include <optional>

#include <fmt/format.h>

namespace aslog::gates {
namespace {

class CellWriter {
  public:
    explicit CellWriter(const CellModel& model) : model_(model) {}

    std::string text() const {
        std::string ports;
        for (const std::string& input : model_.inputs) {
            ports += fmt::format("{}input {}", ports.empty() ? "" : ", ", input);
        }
        std::string body;
        for (const CellOutput& output : model_.outputs) {
            ports += fmt::format("{}output {}", ports.empty() ? "" : ", ", output.pin);
            body += fmt::format("  assign {} = {};\n", output.pin, render(output.function));
        }
        return fmt::format("module {} ({});\n{}{}endmodule\n\n", model_.name, ports, stateText(),
                           body);
    }

  private:
    std::string render(const BooleanFunction& function) const {
        return function.render(
            [this](std::size_t i) {
                const std::size_t inputs = model_.inputs.size();
                return i < inputs    ? model_.inputs[i]
                       : i == inputs ? std::string("aslog_state")
                                     : std::string("(~aslog_state)");
            },
            "1'b0", "1'b1");
    }

    std::string renderForce(const std::optional<BooleanFunction>& function) const {
        return function ? render(*function) : "1'b0";
    }

    std::string stateText() const {
        if (!model_.state) {
            return "";
        }
        const CellState& state = *model_.state;
        const std::string wires = fmt::format(
            "  reg aslog_state;\n  initial aslog_state = 1'b0;\n"
            "  wire aslog_clock = {};\n  wire aslog_clear = {};\n  wire aslog_preset = {};\n"
            "  wire aslog_force = aslog_clear | aslog_preset;\n  wire aslog_forced = {};\n",
            render(state.clock), renderForce(state.clear), renderForce(state.preset),
            state.clearWins ? "~aslog_clear" : "aslog_preset");
        if (state.kind == CellState::Kind::FlipFlop) {
            return wires + fmt::format(
                               "  always @(posedge aslog_clock or posedge aslog_force)\n"
                               "    if (aslog_force) aslog_state <= aslog_forced;\n"
                               "    else aslog_state <= {};\n",
                               render(state.data));
        }
        return wires + fmt::format(
                           "  reg aslog_open;\n  wire aslog_data = {};\n"
                           "  always @(aslog_clock) aslog_open <= aslog_clock;\n"
                           "  always @*\n    if (aslog_force) aslog_state = aslog_forced;\n"
                           "    else if (aslog_open) aslog_state = aslog_data;\n",
                           render(state.data));
    }

    const CellModel& model_;
};

}  // namespace

std::string toVerilog(const CellModels& models, const std::set<std::string>& cells) {
    std::string text;
    for (const std::string& cell : cells) {
        text += CellWriter(models.at(cell)).text();
    }
    return text;
}

std::set<std::string> libraryCells(const Netlist& netlist) {
    std::set<std::string> cells;
    for (const auto& [name, module] : netlist.modules) {
        for (const Cell& cell : module.cells) {
            if (!netlist.modules.contains(cell.type)) {
                cells.insert(cell.type);
            }
        }
    }
    return cells;
}

}  // namespace aslog::gates
