#include "gates/simulate/circuit.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gates/simulate/flat.h"
#include "gates/simulate/order.h"

namespace aslog::gates {
namespace {

class CircuitBuilder {
  public:
    explicit CircuitBuilder(FlatNetlist flat) : flat_(std::move(flat)) {}

    Circuit run() {
        for (const FlatGroup& group : flat_.groups) {
            circuit_.groups.push_back({group.module, group.instances.size()});
        }
        for (const FlatNet& net : flat_.nets) {
            circuit_.groupOf.push_back(net.group);
        }
        for (const FlatPort& port : flat_.ports) {
            circuit_.ports.push_back({port.name, port.isOutput, port.bits});
        }
        for (const FlatSpread& each : flat_.spreads) {
            Step& step = add(Step::Kind::Spread, each.net, flat_.nets[each.net].name);
            step.spread.sources = each.sources;
        }
        for (const FlatPick& each : flat_.picks) {
            Step& step = add(Step::Kind::Pick, each.net, flat_.nets[each.source].name);
            step.pick = {each.source, each.instance};
        }
        for (const FlatCell& cell : flat_.cells) {
            addCell(cell);
        }
        return std::move(circuit_);
    }

  private:
    Step& add(Step::Kind kind, ValueId target, std::string name) {
        Step& step = circuit_.steps.emplace_back();
        step.kind = kind;
        step.target = target;
        step.group = circuit_.groupOf[target];
        step.name = std::move(name);
        return step;
    }

    ValueId newValue(std::size_t group) {
        circuit_.groupOf.push_back(group);
        return circuit_.groupOf.size() - 1;
    }

    void addCell(const FlatCell& cell) {
        circuit_.cells += circuit_.groups[cell.group].instances;
        std::vector<Operand> operands;
        for (const NetId net : cell.inputs) {
            operands.push_back({net, false});
        }
        if (cell.model->state) {
            const ValueId state = newValue(cell.group);
            operands.push_back({state, false});
            operands.push_back({state, true});
            addState(cell, operands, state);
        }
        for (std::size_t i = 0; i < cell.outputs.size(); ++i) {
            if (cell.outputs[i] != kNoNet) {
                const CellOutput& output = cell.model->outputs[i];
                Step& step =
                    add(Step::Kind::Function, cell.outputs[i], cell.name + "." + output.pin);
                step.expression = {output.function, operands};
            }
        }
    }

    void addState(const FlatCell& cell, const std::vector<Operand>& operands, ValueId value) {
        const CellState& state = *cell.model->state;
        const std::size_t clock = clockOf(cell, {state.clock, operands});
        const std::size_t index = circuit_.steps.size();
        Step& step = add(Step::Kind::State, value, cell.name);
        step.state = {state.kind, {state.data, operands}, clock, {}, {}, state.clearWins};
        if (state.clear) {
            step.state.clear = {*state.clear, operands};
        }
        if (state.preset) {
            step.state.preset = {*state.preset, operands};
        }
        if (state.kind == CellState::Kind::FlipFlop) {
            circuit_.clocks[clock].flipFlops.push_back(index);
        }
    }

    // Pins that see the same function of the same nets share their clock.
    std::size_t clockOf(const FlatCell& cell, const Expression& expression) {
        const std::string key =
            std::to_string(cell.group) + ":" +
            expression.function.render(
                [&](std::size_t i) { return "n" + std::to_string(expression.operands[i].value); },
                "0", "1");
        const auto [found, isNew] = clocks_.emplace(key, circuit_.clocks.size());
        if (isNew) {
            circuit_.clocks.push_back({cell.name,
                                       cell.group,
                                       expression,
                                       newValue(cell.group),
                                       newValue(cell.group),
                                       {}});
        }
        return found->second;
    }

    FlatNetlist flat_;
    Circuit circuit_;
    std::map<std::string, std::size_t> clocks_;
};

}  // namespace

namespace {

void append(const Expression& expression, std::vector<ValueId>& values) {
    for (std::size_t i = 0; i < expression.operands.size(); ++i) {
        if (expression.function.mentions(i)) {
            values.push_back(expression.operands[i].value);
        }
    }
}

}  // namespace

std::vector<ValueId> operandsOf(const Step& step) {
    std::vector<ValueId> values;
    switch (step.kind) {
        case Step::Kind::Function:
            append(step.expression, values);
            break;
        case Step::Kind::Spread:
            values = step.spread.sources;
            break;
        case Step::Kind::Pick:
            values = {step.pick.source};
            break;
        case Step::Kind::State:
            if (step.state.kind == CellState::Kind::Latch) {
                append(step.state.data, values);
            }
            for (const auto* forced : {&step.state.clear, &step.state.preset}) {
                if (*forced) {
                    append(**forced, values);
                }
            }
            std::erase(values, step.target);
            break;
    }
    return values;
}

Circuit makeCircuit(const Netlist& netlist, const CellModels& models) {
    std::set<std::string> dissolved;
    while (true) {
        Circuit circuit = CircuitBuilder(flatten(netlist, models, dissolved)).run();
        const std::set<std::string> chained = orderSteps(circuit);
        if (chained.empty()) {
            return circuit;
        }
        dissolved.insert(chained.begin(), chained.end());
    }
}

}  // namespace aslog::gates
