#include "gates/cell_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gates/liberty_numbers.h"
#include "support/error.h"

namespace aslog::gates {
namespace {

// Why a cell has no model; the caller adds its name.
struct Refusal {
    std::string reason;
};

class ModelReader {
  public:
    explicit ModelReader(const LibertyGroup& cell) : cell_(cell) {}

    CellModel run() {
        model_.name = cell_.name();
        refuseUnknownGroups();
        collectInputs();
        variables_ = model_.inputs;
        if (!cell_.attribute("clock_gating_integrated_cell").empty()) {
            readClockGate();
        } else {
            readState();
            readOutputs();
        }
        return std::move(model_);
    }

  private:
    void refuseUnknownGroups() const {
        const bool isGate = !cell_.attribute("clock_gating_integrated_cell").empty();
        for (const LibertyGroup& group : cell_.groups) {
            const bool isTable = group.type == "statetable" && !isGate;
            if (isTable || group.type == "ff_bank" || group.type == "latch_bank" ||
                group.type == "bus" || group.type == "bundle") {
                throw Refusal{fmt::format("it has a {}", group.type)};
            }
        }
    }

    template <typename Visit>
    void forPins(std::string_view direction, const Visit& visit) const {
        for (const LibertyGroup& group : cell_.groups) {
            if (group.type == "pin" && group.attribute("direction") == direction) {
                for (const std::string_view name : group.arguments) {
                    visit(std::string(name), group);
                }
            }
        }
    }

    void collectInputs() {
        forPins("input", [this](const std::string& name, const LibertyGroup&) {
            model_.inputs.push_back(name);
        });
        forPins("inout", [](const std::string& name, const LibertyGroup&) {
            throw Refusal{fmt::format("its pin {} is an inout", name)};
        });
    }

    BooleanFunction functionOf(std::string_view text, const std::string& what) const {
        if (text.empty()) {
            throw Refusal{fmt::format("it has no {}", what)};
        }
        try {
            return BooleanFunction::parse(text, variables_);
        } catch (const support::InputError& error) {
            throw Refusal{fmt::format("{}: {}", what, error.what())};
        }
    }

    std::optional<BooleanFunction> optionalFunction(const LibertyGroup& group,
                                                    const char* name) const {
        const std::string_view text = group.attribute(name);
        return text.empty() ? std::nullopt : std::optional(functionOf(text, name));
    }

    void readState() {
        for (const LibertyGroup& group : cell_.groups) {
            if (group.type != "ff" && group.type != "latch") {
                continue;
            }
            if (model_.state) {
                throw Refusal{"it has more than one ff or latch"};
            }
            if (group.arguments.size() != 2) {
                throw Refusal{fmt::format("its {} does not name state and inverse", group.type)};
            }
            variables_.emplace_back(group.arguments[0]);
            variables_.emplace_back(group.arguments[1]);
            readStateGroup(group);
        }
    }

    void readStateGroup(const LibertyGroup& group) {
        const bool isLatch = group.type == "latch";
        if (!group.attribute("clocked_on_also").empty()) {
            throw Refusal{"it has a clocked_on_also"};
        }
        CellState state;
        state.kind = isLatch ? CellState::Kind::Latch : CellState::Kind::FlipFlop;
        const char* data = isLatch ? "data_in" : "next_state";
        const char* clock = isLatch ? "enable" : "clocked_on";
        state.data = functionOf(group.attribute(data), data);
        state.clock = functionOf(group.attribute(clock), clock);
        state.clear = optionalFunction(group, "clear");
        state.preset = optionalFunction(group, "preset");
        state.clearWins = winnerOf(group, state) == "L";
        if (isInverseOfVariable(state.data)) {
            holdTheOther(state, functionOf(fmt::format("!({})", group.attribute(data)), data));
        }
        model_.state = std::move(state);
    }

    static bool isInverseOfVariable(const BooleanFunction& function) {
        const auto& nodes = function.nodes();
        return nodes.back().operation == BooleanFunction::Operation::Not &&
               nodes[nodes.back().first].operation == BooleanFunction::Operation::Variable;
    }

    // A cell that holds the inverse of its data is one that holds its data, with the names of state
    // and inverse exchanged: registers of netlists then hold what those of the Verilog hold.
    void holdTheOther(CellState& state, BooleanFunction data) {
        std::swap(variables_[variables_.size() - 2], variables_.back());
        std::swap(state.clear, state.preset);
        state.clearWins = !state.clearWins;
        state.data = std::move(data);
    }

    // Only L and H say what a cell does while both are active, and only if its inverse output stays
    // an inverse. aslog never drives both; a cell that says nothing counts as cleared.
    static std::string_view winnerOf(const LibertyGroup& group, const CellState& state) {
        const std::string_view both = group.attribute("clear_preset_var1");
        return state.clear && state.preset && both == "H" ? "H" : "L";
    }

    void readOutputs() {
        forPins("output", [this](const std::string& name, const LibertyGroup& pin) {
            if (!pin.attribute("three_state").empty()) {
                throw Refusal{fmt::format("its output {} has three states", name)};
            }
            model_.outputs.push_back(
                {name, functionOf(pin.attribute("function"), "function of " + name)});
        });
        if (model_.outputs.empty()) {
            throw Refusal{"it has no output"};
        }
    }

    // "latch_posedge", "latch_posedge_precontrol", "latch_posedge_postcontrol": pins are known by
    // their attributes. The test pin opens the gate, in front of the latch or behind it.
    void readClockGate() {
        const std::string_view kind = cell_.attribute("clock_gating_integrated_cell");
        const bool isPre = kind == "latch_posedge_precontrol";
        const bool isPost = kind == "latch_posedge_postcontrol";
        if (kind != "latch_posedge" && !isPre && !isPost) {
            throw Refusal{fmt::format("it is a clock gate of the kind {}", kind)};
        }
        const std::string clock = pinWith("input", "clock_gate_clock_pin");
        const std::string enable = pinWith("input", "clock_gate_enable_pin");
        const std::string test =
            isPre || isPost ? pinWith("input", "clock_gate_test_pin") : std::string();
        variables_.emplace_back("aslog_state");
        variables_.emplace_back("aslog_inverse");
        CellState state;
        state.kind = CellState::Kind::Latch;
        state.data = functionOf(isPre ? fmt::format("{} + {}", enable, test) : enable, "enable");
        state.clock = functionOf("!" + clock, "clock");
        model_.state = std::move(state);
        const std::string open = isPost ? fmt::format("(aslog_state + {})", test) : "aslog_state";
        model_.outputs.push_back({pinWith("output", "clock_gate_out_pin"),
                                  functionOf(fmt::format("{} * {}", clock, open), "output")});
        model_.isClockGate = true;
    }

    std::string pinWith(std::string_view direction, const char* attribute) const {
        std::string found;
        forPins(direction, [&](const std::string& name, const LibertyGroup& pin) {
            if (isTrue(pin.attribute(attribute))) {
                found = name;
            }
        });
        if (found.empty()) {
            throw Refusal{fmt::format("it is a clock gate without a {}", attribute)};
        }
        return found;
    }

    const LibertyGroup& cell_;
    CellModel model_;
    std::vector<std::string> variables_;  // inputs, then state and inverse
};

}  // namespace

std::size_t CellModel::inputIndex(const std::string& pin) const {
    return static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), pin) - inputs.begin());
}

CellModels CellModels::of(const LibertyFile& library) {
    CellModels result;
    result.source_ = library.root().name();
    for (const LibertyGroup& group : library.root().groups) {
        if (group.type != "cell") {
            continue;
        }
        try {
            result.models_.emplace(group.name(), ModelReader(group).run());
        } catch (const Refusal& refusal) {
            result.refused_.emplace(group.name(), refusal.reason);
        }
    }
    return result;
}

const CellModel& CellModels::at(const std::string& cell) const {
    if (const auto found = models_.find(cell); found != models_.end()) {
        return found->second;
    }
    if (const auto found = refused_.find(cell); found != refused_.end()) {
        throw support::InputError(fmt::format(
            "the cell {} of the library {} can not be modelled: {}", cell, source_, found->second));
    }
    throw support::InputError(fmt::format("the library {} has no cell {}", source_, cell));
}

}  // namespace aslog::gates
