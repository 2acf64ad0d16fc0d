#include "power/cell_type.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::power {
namespace {

using gates::BooleanFunction;
using gates::CellState;
using gates::InternalEnergy;

bool evaluate(const BooleanFunction& function, std::span<const std::uint64_t> values) {
    return (function.evaluate(values) & 1U) != 0;
}

// The place of `source` in the list, where it is added if it is new.
template <class Source>
std::uint8_t numberOf(const Source& source, std::vector<Source>& list) {
    const auto found = std::find(list.begin(), list.end(), source);
    const auto number = static_cast<std::uint8_t>(found - list.begin());
    if (found == list.end()) {
        list.push_back(source);
    }
    return number;
}

// Groups that `isOf` takes: with a condition that holds; without one only if there is none of
// these.
template <class Entry, class IsOf, class Holds>
std::vector<const Entry*> applying(const std::vector<Entry>& entries, const IsOf& isOf,
                                   const Holds& holds) {
    std::vector<const Entry*> conditional;
    std::vector<const Entry*> others;
    for (const Entry& entry : entries) {
        if (!isOf(entry)) {
            continue;
        }
        if (!entry.when) {
            others.push_back(&entry);
        } else if (holds(*entry.when)) {
            conditional.push_back(&entry);
        }
    }
    return conditional.empty() ? others : conditional;
}

}  // namespace

CellType::CellType(const gates::CellModel& model, const gates::CellTables& tables)
    : model_(model), tables_(tables), inputs_(model.inputs.size()), stateBit_(1U << inputs_) {
    constexpr std::size_t kMaxVariables = 9;
    constexpr std::size_t kMaxOutputs = 8;
    if (inputs_ + (hasState() ? 1 : 0) > kMaxVariables || outputs() > kMaxOutputs) {
        throw support::InputError(
            fmt::format("the cell {} has {} inputs and {} outputs, more than the simulator takes",
                        model.name, inputs_, outputs()));
    }
    makeFunctionTables();
    makeResponses();
    makeHiddens();
    makeLeakage();
}

void CellType::makeFunctionTables() {
    const std::size_t count = std::size_t{1} << (inputs_ + (hasState() ? 1 : 0));
    outputBits_.assign(count, 0);
    stepBits_.assign(hasState() ? count : 0, 0);
    std::vector<std::uint64_t> values(inputs_ + 2);
    for (std::size_t index = 0; index < count; ++index) {
        for (std::size_t i = 0; i <= inputs_; ++i) {
            values[i] = (index >> i) & 1U;
        }
        values[inputs_ + 1] = values[inputs_] ^ 1U;
        for (std::size_t o = 0; o < outputs(); ++o) {
            if (evaluate(model_.outputs[o].function, values)) {
                outputBits_[index] |= static_cast<std::uint8_t>(1U << o);
            }
        }
        if (!hasState()) {
            continue;
        }
        const CellState& state = *model_.state;
        isFlipFlop_ = state.kind == CellState::Kind::FlipFlop;
        const bool clear = state.clear && evaluate(*state.clear, values);
        const bool preset = state.preset && evaluate(*state.preset, values);
        const bool forcedValue = preset && !(clear && state.clearWins);
        stepBits_[index] = static_cast<std::uint8_t>((evaluate(state.clock, values) ? kClock : 0U) |
                                                     (evaluate(state.data, values) ? kData : 0U) |
                                                     (clear || preset ? kForced : 0U) |
                                                     (forcedValue ? kForcedValue : 0U));
    }
}

bool CellType::holds(const BooleanFunction& when, CellIndex index) const {
    std::vector<std::uint64_t> values;
    for (std::size_t i = 0; i < inputs_; ++i) {
        values.push_back((index >> i) & 1U);
    }
    for (std::size_t o = 0; o < outputs(); ++o) {
        values.push_back((outputBits_[index] >> o) & 1U);
    }
    return evaluate(when, values);
}

void CellType::makeResponses() {
    for (std::size_t o = 0; o < outputs(); ++o) {
        const gates::PinTables& pin = tables_.outputs[o];
        for (std::size_t i = 0; i < inputs_; ++i) {
            const auto isFrom = [i](const gates::DelayArc& arc) { return arc.input == i; };
            const auto belongsTo = [i](const InternalEnergy& e) {
                return e.input.value_or(i) == i;
            };
            for (std::size_t index = 0; index < indices(); ++index) {
                const auto at = [&](const BooleanFunction& when) {
                    return holds(when, static_cast<CellIndex>(index));
                };
                const ResponseSource source{o, i, applying(pin.arcs, isFrom, at),
                                            applying(pin.energies, belongsTo, at)};
                responseOf_.push_back(numberOf(source, responses_));
            }
        }
    }
}

void CellType::makeHiddens() {
    for (std::size_t i = 0; i < inputs_; ++i) {
        hiddenInputs_ |= tables_.inputs[i].energies.empty() ? 0U : 1U << i;
        for (std::size_t index = 0; index < indices(); ++index) {
            const HiddenSource source{
                i, applying(
                       tables_.inputs[i].energies, [](const InternalEnergy&) { return true; },
                       [&](const BooleanFunction& when) {
                           return holds(when, static_cast<CellIndex>(index));
                       })};
            hiddenOf_.push_back(numberOf(source, hiddens_));
        }
    }
}

void CellType::makeLeakage() {
    for (std::size_t index = 0; index < indices(); ++index) {
        double sum = 0;
        bool isKnown = false;
        for (const gates::LeakageState& state : tables_.leakageStates) {
            if (holds(state.when, static_cast<CellIndex>(index))) {
                sum += state.powerNw;
                isKnown = true;
            }
        }
        leakageNw_.push_back(isKnown ? sum : tables_.leakageNw.value_or(0));
    }
}

}  // namespace aslog::power
