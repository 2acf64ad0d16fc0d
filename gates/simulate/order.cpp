#include "gates/simulate/order.h"

#include <algorithm>
#include <deque>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

constexpr std::size_t kNoStep = static_cast<std::size_t>(-1);

class Orderer {
  public:
    explicit Orderer(Circuit& circuit) : circuit_(circuit), writer_(circuit.valueCount(), kNoStep) {
        for (std::size_t i = 0; i < circuit_.steps.size(); ++i) {
            writer_[circuit_.steps[i].target] = i;
        }
    }

    std::set<std::string> run() {
        sort();
        if (circuit_.settle.size() < circuit_.steps.size()) {
            return chainedModules();
        }
        // A flip-flop that only its clock moves has nothing to do here.
        std::erase_if(circuit_.settle, [this](std::size_t i) {
            const Step& step = circuit_.steps[i];
            return step.kind == Step::Kind::State && !step.state.clear && !step.state.preset &&
                   step.state.kind == CellState::Kind::FlipFlop;
        });
        findClockNetwork();
        findFall();
        return {};
    }

  private:
    // Steps of one group follow each other as long as possible, so that they share one function of
    // the simulator; crossings between groups are a group of their own here.
    std::size_t queueOf(const Step& step) const {
        const bool isCrossing = step.kind == Step::Kind::Spread || step.kind == Step::Kind::Pick;
        return isCrossing ? circuit_.groups.size() : step.group;
    }

    void sort() {
        std::vector<std::vector<std::size_t>> readers(circuit_.steps.size());
        waiting_.assign(circuit_.steps.size(), 0);
        for (std::size_t i = 0; i < circuit_.steps.size(); ++i) {
            for (const std::size_t before : predecessors(i)) {
                readers[before].push_back(i);
                ++waiting_[i];
            }
        }
        std::vector<std::deque<std::size_t>> ready(circuit_.groups.size() + 1);
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            if (waiting_[i] == 0) {
                ready[queueOf(circuit_.steps[i])].push_back(i);
            }
        }
        std::size_t queue = 0;
        while (true) {
            if (ready[queue].empty()) {
                const auto next =
                    std::ranges::find_if_not(ready, [](const auto& each) { return each.empty(); });
                if (next == ready.end()) {
                    return;
                }
                queue = static_cast<std::size_t>(next - ready.begin());
            }
            const std::size_t step = ready[queue].front();
            ready[queue].pop_front();
            circuit_.settle.push_back(step);
            for (const std::size_t reader : readers[step]) {
                if (--waiting_[reader] == 0) {
                    ready[queueOf(circuit_.steps[reader])].push_back(reader);
                }
            }
        }
    }

    std::vector<std::size_t> predecessors(std::size_t step) const {
        std::set<std::size_t> result;
        for (const ValueId value : operandsOf(circuit_.steps[step])) {
            if (writer_[value] != kNoStep) {
                result.insert(writer_[value]);
            }
        }
        return {result.begin(), result.end()};
    }

    // A loop through a group may be a chain of its instances; one within the top is a loop.
    std::set<std::string> chainedModules() const {
        std::vector<std::size_t> path;
        std::set<std::size_t> seen;
        std::size_t at = static_cast<std::size_t>(
            std::ranges::find_if(waiting_, [](int count) { return count > 0; }) - waiting_.begin());
        while (seen.insert(at).second) {
            path.push_back(at);
            for (const std::size_t before : predecessors(at)) {
                if (waiting_[before] > 0) {
                    at = before;
                    break;
                }
            }
        }
        path.erase(path.begin(), std::ranges::find(path, at));
        std::set<std::string> modules;
        std::vector<std::string> names;
        for (const std::size_t step : path) {
            names.push_back(circuit_.steps[step].name);
            if (circuit_.steps[step].group != 0) {
                modules.insert(circuit_.groups[circuit_.steps[step].group].module);
            }
        }
        const bool hasCrossing = std::ranges::any_of(path, [this](std::size_t step) {
            return circuit_.steps[step].kind == Step::Kind::Pick;
        });
        if (!hasCrossing) {
            constexpr std::size_t kEnough = 12;
            names.resize(std::min(names.size(), kEnough));
            throw support::InputError(fmt::format(
                "the netlist has a loop of logic or latches, which is not simulated: {}",
                fmt::join(names, " <- ")));
        }
        return modules;
    }

    void findClockNetwork() {
        std::set<std::size_t> network;
        std::set<ValueId> inputs;
        std::vector<ValueId> open;
        const auto visitAll = [&open](const Expression& expression) {
            for (std::size_t i = 0; i < expression.operands.size(); ++i) {
                if (expression.function.mentions(i)) {
                    open.push_back(expression.operands[i].value);
                }
            }
        };
        for (const Clock& clock : circuit_.clocks) {
            visitAll(clock.expression);
        }
        while (!open.empty()) {
            const ValueId value = open.back();
            open.pop_back();
            const std::size_t step = writer_[value];
            if (step == kNoStep) {
                if (value > kOne) {
                    inputs.insert(value);
                }
            } else if (circuit_.steps[step].kind != Step::Kind::State &&
                       network.insert(step).second) {
                const std::vector<ValueId> operands = operandsOf(circuit_.steps[step]);
                open.insert(open.end(), operands.begin(), operands.end());
            }
        }
        circuit_.clockInputs.assign(inputs.begin(), inputs.end());
        std::ranges::copy_if(circuit_.settle, std::back_inserter(circuit_.clockNetwork),
                             [&network](std::size_t step) { return network.contains(step); });
    }

    // Three values, to know which latches stay closed and which flip-flops can not be clocked while
    // the clock inputs are 0 and nothing is known of the rest.
    enum class Known { Zero, One, Unknown };

    static Known invert(Known value) {
        return value == Known::Unknown ? value : value == Known::One ? Known::Zero : Known::One;
    }

    static Known combine(BooleanFunction::Operation operation, Known a, Known b) {
        using enum BooleanFunction::Operation;
        const bool isKnown = a != Known::Unknown && b != Known::Unknown;
        if (operation == And) {
            return a == Known::Zero || b == Known::Zero ? Known::Zero
                   : isKnown                            ? Known::One
                                                        : Known::Unknown;
        }
        if (operation == Or) {
            return invert(combine(And, invert(a), invert(b)));
        }
        return !isKnown ? Known::Unknown : a == b ? Known::Zero : Known::One;
    }

    static Known evaluate(const Expression& expression, const std::vector<Known>& values) {
        std::vector<Known> results;
        for (const BooleanFunction::Node& node : expression.function.nodes()) {
            using enum BooleanFunction::Operation;
            if (node.operation == Constant) {
                results.push_back(node.first == 0 ? Known::Zero : Known::One);
            } else if (node.operation == Variable) {
                const Operand& operand = expression.operands[node.first];
                const Known value = values[operand.value];
                results.push_back(operand.isInverted ? invert(value) : value);
            } else if (node.operation == Not) {
                results.push_back(invert(results[node.first]));
            } else {
                results.push_back(
                    combine(node.operation, results[node.first], results[node.second]));
            }
        }
        return results.back();
    }

    void findFall() {
        std::vector<Known> values(circuit_.valueCount(), Known::Unknown);
        values[kZero] = Known::Zero;
        values[kOne] = Known::One;
        std::vector<bool> changes(circuit_.valueCount(), false);
        for (const ValueId input : circuit_.clockInputs) {
            values[input] = Known::Zero;
            changes[input] = true;
        }
        for (const std::size_t index : circuit_.clockNetwork) {
            const Step& step = circuit_.steps[index];
            if (step.kind == Step::Kind::Function) {
                values[step.target] = evaluate(step.expression, values);
            } else if (step.kind == Step::Kind::Pick) {
                values[step.target] = values[step.pick.source];
            } else {
                values[step.target] = commonOf(step.spread, values);
            }
        }
        for (const Step& step : circuit_.steps) {
            changes[step.target] = changes[step.target] || isClocked(step, values);
        }
        for (const std::size_t index : circuit_.settle) {
            const Step& step = circuit_.steps[index];
            const bool isClosed =
                step.kind == Step::Kind::State && !isClocked(step, values) && !hasForce(step);
            if (changes[step.target] ||
                (!isClosed && std::ranges::any_of(operandsOf(step),
                                                  [&](ValueId value) { return changes[value]; }))) {
                changes[step.target] = true;
                circuit_.settleAfterFall.push_back(index);
            }
        }
    }

    static bool hasForce(const Step& step) {
        return step.state.clear.has_value() || step.state.preset.has_value();
    }

    bool isClocked(const Step& step, const std::vector<Known>& values) const {
        return step.kind == Step::Kind::State &&
               evaluate(circuit_.clocks[step.state.clock].expression, values) != Known::Zero;
    }

    static Known commonOf(const Spread& spread, const std::vector<Known>& values) {
        const Known first = values[spread.sources.front()];
        return std::ranges::all_of(spread.sources,
                                   [&](ValueId source) { return values[source] == first; })
                   ? first
                   : Known::Unknown;
    }

    Circuit& circuit_;
    std::vector<std::size_t> writer_;  // step that writes a value
    std::vector<int> waiting_;         // steps before a step that have no place yet
};

}  // namespace

std::set<std::string> orderSteps(Circuit& circuit) {
    return Orderer(circuit).run();
}

}  // namespace aslog::gates
