#include "flows/library/tech_check.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gates/cell_model.h"
#include "gates/liberty_numbers.h"
#include "support/table.h"

namespace aslog::flows {

using namespace gates;
using support::Align;
using support::Json;
using support::Table;

namespace {

constexpr std::array<Role, 9> kRoles = {
    Role::Inverter,  Role::FullAdder, Role::HalfAdder,       Role::LatchHigh,     Role::LatchLow,
    Role::ClockGate, Role::FlipFlop,  Role::FlipFlopCleared, Role::FlipFlopPreset};

// Loads that an output of a library without limits is given: as many inverters.
constexpr double kInvertersPerOutput = 40;

// Cells that are not for logic, by their own word.
std::vector<std::string> neverUsedIn(const LibertyFile& liberty) {
    constexpr std::array<std::string_view, 4> kMarks = {"dont_use", "is_isolation_cell",
                                                        "is_level_shifter", "always_on"};
    std::vector<std::string> cells;
    for (const LibertyGroup& group : liberty.root().groups) {
        const bool isMarked =
            std::any_of(kMarks.begin(), kMarks.end(),
                        [&group](std::string_view mark) { return isTrue(group.attribute(mark)); });
        if (group.type == "cell" && (isMarked || !group.attribute("retention_cell").empty())) {
            cells.emplace_back(group.name());
        }
    }
    return cells;
}

bool haveLimits(const CellLibrary& library) {
    return std::all_of(library.cells().begin(), library.cells().end(), [](const auto& cell) {
        return std::all_of(cell.second.pins.begin(), cell.second.pins.end(), [](const auto& pin) {
            return !pin.second.isOutput || pin.second.maxCapacitanceFf;
        });
    });
}

// What the smallest buffer may drive, if the library says so.
double defaultLoad(const TechCheck& check, const CellLibrary& library) {
    if (!check.buffers.empty()) {
        const RoleCell& buffer = check.buffers.front();
        const LibraryPin& pin = library.find(buffer.cell)->pins.at(buffer.outputs.front().pin);
        if (pin.maxCapacitanceFf) {
            return *pin.maxCapacitanceFf;
        }
    }
    const std::optional<RoleCell>& inverter = check.cellOf(Role::Inverter);
    return inverter
               ? kInvertersPerOutput *
                     library.find(inverter->cell)->pins.at(inverter->inputs.front()).capacitanceFf
               : 0;
}

std::string stateOf(const std::optional<RoleCell>& cell) {
    return cell ? cell->cell : "none";
}

// A name of Verilog, escaped where it has to be.
std::string verilogName(const std::string& name) {
    const bool isPlain = std::all_of(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    return isPlain && std::isdigit(static_cast<unsigned char>(name.front())) == 0
               ? name
               : fmt::format("\\{} ", name);
}

// Modules of cells.v.
class CellsWriter {
  public:
    explicit CellsWriter(const TechCheck& check) : check_(check) {}

    // A module with ports of these names around the cell of a role; what is inverted gets an
    // inverter. The cell takes the place of the instance that techmap replaces, so it keeps its
    // name.
    void add(Role role, const std::string& module, std::vector<std::string> inputs,
             std::vector<std::string> outputs) {
        const RoleCell& cell = *check_.cellOf(role);
        open(module, inputs, outputs);
        if (cell.isResetHigh) {
            inputs[2] = inverted(inputs[2], inputs[2] + "_high");
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (cell.outputs[i].isInverted) {
                outputs[i] = inverted(outputs[i] + "_n", outputs[i], outputs[i] + "_n");
            }
        }
        close(cell, inputs, outputs);
    }

    // The latch of one phase made of that of the other.
    void addLatchOfOther(Role other, const std::string& module) {
        const RoleCell& cell = *check_.cellOf(other);
        open(module, {"E", "D"}, {"Q"});
        const std::string enable = inverted("E", "enable");
        const std::string state =
            cell.outputs.front().isInverted ? inverted("Q_n", "Q", "Q_n") : "Q";
        close(cell, {enable, "D"}, {state});
    }

    // The flip-flop of one reset value made of that of the other: it holds the inverse.
    void addFlipFlopOfOther(Role other, const std::string& module) {
        const RoleCell& cell = *check_.cellOf(other);
        open(module, {"C", "D", "R"}, {"Q"});
        const std::string data = inverted("D", "D_n");
        const std::string reset = cell.isResetHigh ? inverted("R", "R_high") : "R";
        const std::string state =
            cell.outputs.front().isInverted ? "Q" : inverted("Q_n", "Q", "Q_n");
        close(cell, {"C", data, reset}, {state});
    }

    // An adder of logic.
    void addLogic(const std::string& module, const std::vector<std::string>& inputs,
                  const std::string& sum, const std::string& carry) {
        open(module, inputs, {"sum_o", "carry_o"});
        text_ += fmt::format("{}  assign sum_o = {};\n  assign carry_o = {};\nendmodule\n", body_,
                             sum, carry);
    }

    std::string take() { return std::move(text_); }

  private:
    void open(const std::string& module, const std::vector<std::string>& inputs,
              const std::vector<std::string>& outputs) {
        text_ += fmt::format("\nmodule {}(input {}, output {});\n",
                             verilogName(module) + (module[0] == '$' ? "" : " "),
                             fmt::join(inputs, ", "), fmt::join(outputs, ", "));
        body_.clear();
    }

    // An inverter; returns the net that is its output, or `wire` if that is its input.
    std::string inverted(const std::string& from, const std::string& to,
                         const std::string& wire = {}) {
        const RoleCell& cell = *check_.cellOf(Role::Inverter);
        const std::string& net = wire.empty() ? to : wire;
        text_ += fmt::format("  wire {};\n", net);
        body_ += fmt::format("  {} u_{} ({});\n", verilogName(cell.cell), net,
                             pinsOf(cell, {from}, {to}));
        return net;
    }

    void close(const RoleCell& cell, const std::vector<std::string>& inputs,
               const std::vector<std::string>& outputs) {
        text_ += fmt::format("  {} _TECHMAP_REPLACE_ ({});\n{}endmodule\n", verilogName(cell.cell),
                             pinsOf(cell, inputs, outputs), body_);
    }

    // ".A(a_i), .B(b_i), .TE(1'b0), .SN(sum_n)"
    static std::string pinsOf(const RoleCell& cell, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs) {
        std::vector<std::string> pins;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            pins.push_back(fmt::format(".{}({})", verilogName(cell.inputs[i]), inputs[i]));
        }
        for (const auto& [pin, isOne] : cell.tied) {
            pins.push_back(fmt::format(".{}(1'b{})", verilogName(pin), isOne ? 1 : 0));
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            pins.push_back(fmt::format(".{}({})", verilogName(cell.outputs[i].pin), outputs[i]));
        }
        return fmt::format("{}", fmt::join(pins, ", "));
    }

    const TechCheck& check_;
    std::string text_;
    std::string body_;  // inverters of the module
};

}  // namespace

const std::optional<RoleCell>& TechCheck::cellOf(Role role) const {
    return std::find_if(roles.begin(), roles.end(),
                        [role](const auto& each) { return each.first == role; })
        ->second;
}

std::vector<std::string> TechCheck::missing() const {
    std::vector<std::string> list;
    if (!cellOf(Role::Inverter)) {
        list.emplace_back("an inverter");
    }
    if (buffers.empty()) {
        list.emplace_back("a buffer");
    }
    if (!cellOf(Role::LatchHigh) && !cellOf(Role::LatchLow)) {
        list.emplace_back("a latch without set and reset, for the weights");
    }
    if (!cellOf(Role::FlipFlop)) {
        list.emplace_back("a flip-flop for the rising edge");
    }
    if (!cellOf(Role::FlipFlopCleared) && !cellOf(Role::FlipFlopPreset)) {
        list.emplace_back("a flip-flop with an asynchronous reset");
    }
    for (const std::string& cell : withoutArea) {
        list.push_back(fmt::format("the area of {}: give it as \"areas\" in profile.json", cell));
    }
    return list;
}

std::vector<std::string> TechCheck::assumed() const {
    std::vector<std::string> list;
    if (!cellOf(Role::FullAdder)) {
        list.emplace_back("no full adder: adders become logic");
    }
    if (!cellOf(Role::HalfAdder)) {
        list.emplace_back("no half adder: an XOR and an AND");
    }
    for (const auto& [one, other] :
         {std::pair(Role::LatchHigh, Role::LatchLow), std::pair(Role::LatchLow, Role::LatchHigh)}) {
        if (!cellOf(one) && cellOf(other)) {
            list.push_back(
                fmt::format("no {}: {} with an inverter", toString(one), cellOf(other)->cell));
        }
    }
    for (const auto& [one, other] : {std::pair(Role::FlipFlopCleared, Role::FlipFlopPreset),
                                     std::pair(Role::FlipFlopPreset, Role::FlipFlopCleared)}) {
        if (!cellOf(one) && cellOf(other)) {
            list.push_back(
                fmt::format("no {}: {} between inverters", toString(one), cellOf(other)->cell));
        }
    }
    if (!cellOf(Role::ClockGate)) {
        list.emplace_back("no clock gate: a latch and an AND");
    }
    if (!hasLoadLimits) {
        list.push_back(
            fmt::format("outputs without max_capacitance drive up to {:.4g} fF", defaultMaxLoadFf));
    }
    list.emplace_back("areas are in um^2; Liberty has no field for their unit");
    if (wireLoad.empty()) {
        list.emplace_back("no wire-load model: wires have no capacitance");
    }
    return list;
}

TechCheck checkTechnology(const LibertyFile& liberty) {
    const CellLibrary library = CellLibrary::of(liberty);
    const CellModels models = CellModels::of(liberty);
    TechCheck check;
    check.libertyFiles = liberty.files();
    check.libertySha256 = liberty.sha256();
    check.libertyName = library.name();
    check.corner = library.corner();
    check.wireLoad = library.wireLoad().name();
    check.cells = library.cells().size();
    check.neverUsed = neverUsedIn(liberty);
    const RoleCandidates candidates = {
        models, library, {check.neverUsed.begin(), check.neverUsed.end()}};
    std::set<std::string> withoutArea;
    for (const Role role : kRoles) {
        // Clock gates are marked dont_use so that no synthesis takes one for logic.
        std::optional<RoleCell> cell = cellFor(
            role, role == Role::ClockGate ? RoleCandidates{models, library, {}} : candidates);
        if (cell && cell->areaUm2 <= 0) {
            withoutArea.insert(cell->cell);
        }
        check.roles.emplace_back(role, std::move(cell));
    }
    check.withoutArea.assign(withoutArea.begin(), withoutArea.end());
    check.buffers = buffersOf(candidates);
    check.hasLoadLimits = haveLimits(library);
    check.defaultMaxLoadFf = defaultLoad(check, library);
    for (const auto& [cell, reason] : models.refused()) {
        check.withoutModel[reason].push_back(cell);
    }
    return check;
}

std::string techCheckText(const TechCheck& check) {
    std::string text = fmt::format(
        "library   {}, {} cells\ncorner    {}: {} V, {} C; wires: {}\n\n", check.libertyName,
        check.cells, check.corner.name.empty() ? "-" : check.corner.name, check.corner.voltageV,
        check.corner.temperatureC, check.wireLoad.empty() ? "none" : check.wireLoad);
    Table table({{"role"}, {"cell"}, {"area um2", Align::Right}, {"inverted"}});
    for (const auto& [role, cell] : check.roles) {
        std::vector<std::string> inverted;
        for (const RoleOutput& output : cell ? cell->outputs : std::vector<RoleOutput>()) {
            if (output.isInverted) {
                inverted.push_back(output.pin);
            }
        }
        table.addRow({toString(role), stateOf(cell),
                      cell ? fmt::format("{:.4g}", cell->areaUm2) : "",
                      fmt::format("{}", fmt::join(inverted, ", "))});
    }
    for (const RoleCell& buffer : check.buffers) {
        table.addRow({"buffer", buffer.cell, fmt::format("{:.4g}", buffer.areaUm2), ""});
    }
    text += table.text();
    const auto addList = [&text](const char* title, const std::vector<std::string>& list) {
        for (const std::string& each : list) {
            for (const std::string& line : support::wrap(each, 90)) {
                text += fmt::format("\n{:<10}{}", title, line);
                title = "";
            }
        }
    };
    addList("missing", check.missing());
    addList("assumed", check.assumed());
    std::vector<std::string> withoutModel;
    for (const auto& [reason, cells] : check.withoutModel) {
        withoutModel.push_back(
            fmt::format("{} ({}): {}", cells.size(), reason, fmt::join(cells, ", ")));
    }
    addList("no model", withoutModel);
    return text + "\n";
}

Json toJson(const TechCheck& check) {
    Json roles = Json::object();
    for (const auto& [role, cell] : check.roles) {
        roles[toString(role)] = cell ? Json(cell->cell) : Json(nullptr);
    }
    Json buffers = Json::array();
    for (const RoleCell& buffer : check.buffers) {
        buffers.push_back(buffer.cell);
    }
    Json json;
    json["library"] = {{"name", check.libertyName},
                       {"files", check.libertyFiles},
                       {"sha256", check.libertySha256},
                       {"cells", check.cells}};
    json["roles"] = roles;
    json["buffers"] = buffers;
    json["default_max_load_ff"] = check.defaultMaxLoadFf;
    json["missing"] = check.missing();
    json["assumed"] = check.assumed();
    json["without_model"] = check.withoutModel;
    return json;
}

Json draftProfile(const TechCheck& check) {
    std::vector<std::string> cells;
    for (const auto& [role, cell] : check.roles) {
        if (cell && std::find(cells.begin(), cells.end(), cell->cell) == cells.end()) {
            cells.push_back(cell->cell);
        }
    }
    Json buffers = Json::array();
    for (const RoleCell& buffer : check.buffers) {
        buffers.push_back({{"cell", buffer.cell},
                           {"input", buffer.inputs.front()},
                           {"output", buffer.outputs.front().pin}});
    }
    Json json;
    json["title"] = check.libertyName;
    json["node_nm"] = 0;
    json["library"] = {
        {"files", Json::array({check.libertyFiles})},
        {"folders", Json::array()},
        {"get", fmt::format("where {} comes from", fmt::join(check.libertyFiles, ", "))}};
    json["cells"] = cells;
    json["buffers"] = buffers;
    json["default_max_load_ff"] = check.defaultMaxLoadFf;
    json["never"] = check.neverUsed;
    return json;
}

std::string draftCells(const TechCheck& check) {
    CellsWriter writer(check);
    const std::vector<std::string> abc = {"a_i", "b_i", "c_i"};
    const std::vector<std::string> ab = {"a_i", "b_i"};
    const std::vector<std::string> sum = {"sum_o", "carry_o"};
    if (check.cellOf(Role::FullAdder)) {
        writer.add(Role::FullAdder, "aslog_cell_fa", abc, sum);
    } else {
        writer.addLogic("aslog_cell_fa", abc, "a_i ^ b_i ^ c_i",
                        "(a_i & b_i) | (c_i & (a_i ^ b_i))");
    }
    if (check.cellOf(Role::HalfAdder)) {
        writer.add(Role::HalfAdder, "aslog_cell_ha", ab, sum);
    } else {
        writer.addLogic("aslog_cell_ha", ab, "a_i ^ b_i", "a_i & b_i");
    }
    if (check.cellOf(Role::ClockGate)) {
        writer.add(Role::ClockGate, "aslog_clock_gate", {"clk_i", "en_i"}, {"clk_o"});
    }
    for (const auto& [role, other, module] :
         {std::tuple(Role::LatchHigh, Role::LatchLow, "$_DLATCH_P_"),
          std::tuple(Role::LatchLow, Role::LatchHigh, "$_DLATCH_N_")}) {
        if (check.cellOf(role)) {
            writer.add(role, module, {"E", "D"}, {"Q"});
        } else {
            writer.addLatchOfOther(other, module);
        }
    }
    writer.add(Role::FlipFlop, "$_DFF_P_", {"C", "D"}, {"Q"});
    for (const auto& [role, other, module] :
         {std::tuple(Role::FlipFlopCleared, Role::FlipFlopPreset, "$_DFF_PN0_"),
          std::tuple(Role::FlipFlopPreset, Role::FlipFlopCleared, "$_DFF_PN1_")}) {
        if (check.cellOf(role)) {
            writer.add(role, module, {"C", "D", "R"}, {"Q"});
        } else {
            writer.addFlipFlopOfOther(other, module);
        }
    }
    return fmt::format("// {}: the cells that yosys is to take.\n{}", check.libertyName,
                       writer.take());
}

}  // namespace aslog::flows
