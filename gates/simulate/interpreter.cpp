#include "gates/simulate/interpreter.h"

#include <algorithm>
#include <stdexcept>

namespace aslog::gates {

Interpreter::Interpreter(const Circuit& circuit)
    : circuit_(circuit), inputs_(circuit.valueCount(), 0) {
    for (const std::size_t group : circuit.groupOf) {
        values_.emplace_back(circuit.groups[group].words(), 0);
    }
    values_[kOne].front() = ~std::uint64_t{0};
}

const CircuitPort& Interpreter::port(const std::string& name) const {
    const auto found = std::ranges::find(circuit_.ports, name, &CircuitPort::name);
    if (found == circuit_.ports.end()) {
        throw std::out_of_range("no port " + name);
    }
    return *found;
}

void Interpreter::set(const std::string& name, std::size_t bit, std::uint64_t word) {
    inputs_[port(name).bits.at(bit)] = word;
}

std::uint64_t Interpreter::get(const std::string& name, std::size_t bit) const {
    return values_[port(name).bits.at(bit)].front();
}

void Interpreter::setStates(std::uint64_t word) {
    for (const Step& step : circuit_.steps) {
        if (step.kind == Step::Kind::State) {
            std::ranges::fill(values_[step.target], word);
        }
    }
    isPowerOn_ = true;
}

void Interpreter::apply() {
    if (isPowerOn_) {
        // Nothing has settled yet, so nothing can be an edge. Latches in front of clocks settle in
        // the first round, what they clock in the second.
        copyInputs(false);
        for (int round = 0; round < 3; ++round) {
            clockAll();
            std::ranges::for_each(circuit_.settle,
                                  [this](std::size_t i) { run(circuit_.steps[i]); });
        }
        isPowerOn_ = false;
        return;
    }
    copyInputs(true);
    clockAll();
    flipAll();
    copyInputs(false);
    std::ranges::for_each(circuit_.settle, [this](std::size_t i) { run(circuit_.steps[i]); });
    checkClocks();
}

void Interpreter::copyInputs(bool clocks) {
    const auto copy = [this](ValueId value) { values_[value].front() = inputs_[value]; };
    if (clocks) {
        std::ranges::for_each(circuit_.clockInputs, copy);
        return;
    }
    for (const CircuitPort& each : circuit_.ports) {
        if (!each.isOutput) {
            std::ranges::for_each(each.bits, copy);
        }
    }
}

std::uint64_t Interpreter::read(const Operand& operand, std::size_t word) const {
    const auto& words = values_[operand.value];
    const std::uint64_t value = words[circuit_.groupOf[operand.value] == 0 ? 0 : word];
    return operand.isInverted ? ~value : value;
}

std::uint64_t Interpreter::evaluate(const Expression& expression, std::size_t word) const {
    std::vector<std::uint64_t> operands;
    operands.reserve(expression.operands.size());
    for (const Operand& operand : expression.operands) {
        operands.push_back(read(operand, word));
    }
    return expression.function.evaluate(operands);
}

void Interpreter::run(const Step& step) {
    std::vector<std::uint64_t>& target = values_[step.target];
    switch (step.kind) {
        case Step::Kind::Function:
            for (std::size_t word = 0; word < target.size(); ++word) {
                target[word] = evaluate(step.expression, word);
            }
            break;
        case Step::Kind::Spread:
            std::ranges::fill(target, 0);
            for (std::size_t i = 0; i < step.spread.sources.size(); ++i) {
                const std::uint64_t bit = std::uint64_t{1} << (i % 64);
                target[i / 64] |= values_[step.spread.sources[i]].front() & bit;
            }
            break;
        case Step::Kind::Pick: {
            const std::size_t i = step.pick.instance;
            target.front() = ((values_[step.pick.source][i / 64] >> (i % 64)) & 1U) != 0
                                 ? ~std::uint64_t{0}
                                 : std::uint64_t{0};
            break;
        }
        case Step::Kind::State:
            runState(step);
            break;
    }
}

void Interpreter::runState(const Step& step) {
    std::vector<std::uint64_t>& target = values_[step.target];
    const StateCell& cell = step.state;
    for (std::size_t word = 0; word < target.size(); ++word) {
        if (cell.kind == CellState::Kind::Latch) {
            const std::uint64_t open = values_[circuit_.clocks[cell.clock].now][word];
            target[word] = (target[word] & ~open) | (evaluate(cell.data, word) & open);
        }
        const std::uint64_t clear = cell.clear ? evaluate(*cell.clear, word) : 0;
        const std::uint64_t preset = cell.preset ? evaluate(*cell.preset, word) : 0;
        target[word] =
            cell.clearWins ? (target[word] | preset) & ~clear : (target[word] & ~clear) | preset;
    }
}

void Interpreter::clockAll() {
    for (const std::size_t i : circuit_.clockNetwork) {
        run(circuit_.steps[i]);
    }
    for (const Clock& clock : circuit_.clocks) {
        values_[clock.before] = values_[clock.now];
        for (std::size_t word = 0; word < values_[clock.now].size(); ++word) {
            values_[clock.now][word] = evaluate(clock.expression, word);
        }
    }
}

void Interpreter::flipAll() {
    for (const Clock& clock : circuit_.clocks) {
        for (std::size_t word = 0; word < values_[clock.now].size(); ++word) {
            const std::uint64_t rose = values_[clock.now][word] & ~values_[clock.before][word];
            for (const std::size_t i : clock.flipFlops) {
                const Step& step = circuit_.steps[i];
                std::uint64_t& state = values_[step.target][word];
                state = (state & ~rose) | (evaluate(step.state.data, word) & rose);
            }
        }
    }
}

void Interpreter::checkClocks() const {
    for (const Clock& clock : circuit_.clocks) {
        for (std::size_t word = 0; word < values_[clock.now].size(); ++word) {
            const std::uint64_t changes =
                evaluate(clock.expression, word) ^ values_[clock.now][word];
            if ((changes & circuit_.groups[clock.group].mask(word)) != 0) {
                throw std::runtime_error("the clock of " + clock.name + " changes with its data");
            }
        }
    }
}

}  // namespace aslog::gates
