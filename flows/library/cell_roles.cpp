#include "flows/library/cell_roles.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <utility>

namespace aslog::flows {

using namespace gates;

namespace {

using Words = std::vector<std::uint64_t>;

// All values of up to six variables at once: bit i of word v is bit v of i.
constexpr std::array<std::uint64_t, 6> kAllValues = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
                                                     0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00,
                                                     0xffff0000ffff0000, 0xffffffff00000000};
constexpr std::size_t kMaxInputs = 5;  // one variable is the state
constexpr std::size_t kBuffers = 5;    // more of them make no smaller trees

// What the inputs and the state of a cell hold.
struct Assignment {
    Words values;  // inputs of the model, state, inverse of the state
    Words role;    // inputs of the role
    std::uint64_t state = 0;
};

// What a role asks for: one of `expected`, or its inverse, from an output each.
struct Demand {
    std::size_t inputs = 0;
    std::optional<CellState::Kind> state;
    bool (*fits)(const CellModel& model, const Assignment& at) = nullptr;
    Words (*expected)(const Assignment& at) = nullptr;
};

bool isNever(const std::optional<BooleanFunction>& function, const Assignment& at) {
    return !function || function->evaluate(at.values) == 0;
}

bool fitsAnything(const CellModel&, const Assignment&) {
    return true;
}

Words stateItself(const Assignment& at) {
    return {at.state};
}

// Data as they are or inverted: the outputs then are the other way round.
bool takesData(const CellState& state, const Assignment& at) {
    return state.data.evaluate(at.values) == at.role[1];
}

bool takesInverse(const CellState& state, const Assignment& at) {
    return state.data.evaluate(at.values) == ~at.role[1];
}

bool isClockedBy(const CellModel& model, const Assignment& at, std::uint64_t clock) {
    return model.state->clock.evaluate(at.values) == clock &&
           (takesData(*model.state, at) || takesInverse(*model.state, at));
}

bool isPlain(const CellModel& model, const Assignment& at) {
    return !model.isClockGate && isNever(model.state->clear, at) &&
           isNever(model.state->preset, at);
}

// What its outputs show after a reset, which either forces the state or its inverse.
bool isForced(const CellModel& model, const Assignment& at, bool toOne) {
    const CellState& state = *model.state;
    const bool holdsInverse = takesInverse(state, at);
    const auto& forced = toOne != holdsInverse ? state.preset : state.clear;
    const auto& other = toOne != holdsInverse ? state.clear : state.preset;
    if (!forced || model.isClockGate || !isNever(other, at)) {
        return false;
    }
    const std::uint64_t value = forced->evaluate(at.values);
    return value == at.role[2] || value == ~at.role[2];
}

// Of a cell that isForced().
bool isResetHigh(const CellModel& model, const Assignment& at) {
    if (at.role.size() < 3 || !model.state) {
        return false;
    }
    const auto isHigh = [&at](const std::optional<BooleanFunction>& function) {
        return function && function->evaluate(at.values) == at.role[2];
    };
    return isHigh(model.state->clear) || isHigh(model.state->preset);
}

Demand demandOf(Role role) {
    using Kind = CellState::Kind;
    switch (role) {
        case Role::Inverter:
            return {
                1, {}, fitsAnything, [](const Assignment& at) -> Words { return {~at.role[0]}; }};
        case Role::FullAdder:
            return {3, {}, fitsAnything, [](const Assignment& at) -> Words {
                        const std::uint64_t a = at.role[0];
                        const std::uint64_t b = at.role[1];
                        const std::uint64_t c = at.role[2];
                        return {a ^ b ^ c, (a & b) | (a & c) | (b & c)};
                    }};
        case Role::HalfAdder:
            return {2, {}, fitsAnything, [](const Assignment& at) -> Words {
                        return {at.role[0] ^ at.role[1], at.role[0] & at.role[1]};
                    }};
        case Role::LatchHigh:
            return {2, Kind::Latch,
                    [](const CellModel& model, const Assignment& at) {
                        return isPlain(model, at) && isClockedBy(model, at, at.role[0]);
                    },
                    stateItself};
        case Role::LatchLow:
            return {2, Kind::Latch,
                    [](const CellModel& model, const Assignment& at) {
                        return isPlain(model, at) && isClockedBy(model, at, ~at.role[0]);
                    },
                    stateItself};
        case Role::ClockGate:
            return {2, Kind::Latch,
                    [](const CellModel& model, const Assignment& at) {
                        return model.isClockGate && isClockedBy(model, at, ~at.role[0]);
                    },
                    [](const Assignment& at) -> Words { return {at.role[0] & at.state}; }};
        case Role::FlipFlop:
            return {2, Kind::FlipFlop,
                    [](const CellModel& model, const Assignment& at) {
                        return isPlain(model, at) && isClockedBy(model, at, at.role[0]);
                    },
                    stateItself};
        case Role::FlipFlopCleared:
            return {3, Kind::FlipFlop,
                    [](const CellModel& model, const Assignment& at) {
                        return isClockedBy(model, at, at.role[0]) && isForced(model, at, false);
                    },
                    stateItself};
        case Role::FlipFlopPreset:
            return {3, Kind::FlipFlop,
                    [](const CellModel& model, const Assignment& at) {
                        return isClockedBy(model, at, at.role[0]) && isForced(model, at, true);
                    },
                    stateItself};
    }
    return {};
}

// Inputs of a cell in the places of a role, the others at constants: bit i of `constants` is that
// of the i-th other input.
Assignment assigned(const CellModel& model, const std::vector<std::size_t>& places,
                    std::size_t roleInputs, std::size_t constants) {
    Assignment at;
    at.values.resize(model.inputs.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool isOfRole = i < roleInputs;
        const bool isOne = ((constants >> (i - (isOfRole ? i : roleInputs))) & 1U) != 0;
        at.values[places[i]] = isOfRole ? kAllValues[i] : (isOne ? ~std::uint64_t{0} : 0);
        if (isOfRole) {
            at.role.push_back(kAllValues[i]);
        }
    }
    at.state = kAllValues[roleInputs];
    at.values.push_back(at.state);
    at.values.push_back(~at.state);
    return at;
}

std::vector<RoleOutput> outputsFor(const CellModel& model, const Demand& demand,
                                   const Assignment& at) {
    const bool holdsInverse = model.state && !model.isClockGate && takesInverse(*model.state, at);
    std::vector<RoleOutput> outputs;
    for (const std::uint64_t expected : demand.expected(at)) {
        const std::size_t before = outputs.size();
        for (const bool isInverted : {false, true}) {
            for (const CellOutput& output : model.outputs) {
                const std::uint64_t value = output.function.evaluate(at.values);
                if (outputs.size() == before &&
                    value == (isInverted != holdsInverse ? ~expected : expected)) {
                    outputs.push_back({output.pin, isInverted});
                }
            }
        }
        if (outputs.size() == before) {
            return {};
        }
    }
    return outputs;
}

// Whether what a register takes hangs on inputs that are not of the role: scan inputs are not for
// that.
bool readsOthers(const CellModel& model, const std::vector<std::size_t>& places,
                 std::size_t roleInputs) {
    return model.state && !model.isClockGate &&
           std::any_of(places.begin() + static_cast<std::ptrdiff_t>(roleInputs), places.end(),
                       [&model](std::size_t input) { return model.state->data.mentions(input); });
}

std::optional<RoleCell> match(const CellModel& model, const Demand& demand) {
    const std::size_t count = model.inputs.size();
    if (count < demand.inputs || count > kMaxInputs ||
        model.state.has_value() != demand.state.has_value() ||
        (model.state && model.state->kind != *demand.state)) {
        return std::nullopt;
    }
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), 0);
    do {
        for (std::size_t constants = 0; constants < (1U << (count - demand.inputs)); ++constants) {
            const Assignment at = assigned(model, places, demand.inputs, constants);
            if (!demand.fits(model, at)) {
                continue;
            }
            RoleCell found;
            found.cell = model.name;
            found.isResetHigh = isResetHigh(model, at);
            found.outputs = outputsFor(model, demand, at);
            const bool isInverter = demand.inputs == 1;  // needs none behind it
            if (found.outputs.empty() || (isInverter && found.outputs.front().isInverted) ||
                readsOthers(model, places, demand.inputs)) {
                continue;
            }
            for (std::size_t i = 0; i < count; ++i) {
                const std::string& pin = model.inputs[places[i]];
                if (i < demand.inputs) {
                    found.inputs.push_back(pin);
                } else {
                    found.tied[pin] = at.values[places[i]] != 0;
                }
            }
            return found;
        }
    } while (std::next_permutation(places.begin(), places.end()));
    return std::nullopt;
}

// All cells that fit, the smallest first, with an inverter for each output and reset that is the
// wrong way round. Cells with inputs to spare (scan) and without area come last.
std::vector<RoleCell> allFor(const Demand& demand, const RoleCandidates& candidates,
                             double inverterUm2) {
    std::vector<RoleCell> all;
    for (const auto& [name, model] : candidates.models.all()) {
        if (candidates.never.contains(name)) {
            continue;
        }
        if (std::optional<RoleCell> found = match(model, demand)) {
            const LibraryCell* const cell = candidates.cells.find(name);
            found->areaUm2 = cell == nullptr ? 0 : cell->areaUm2;
            all.push_back(std::move(*found));
        }
    }
    const auto rank = [inverterUm2](const RoleCell& cell) {
        const auto inverters = std::count_if(cell.outputs.begin(), cell.outputs.end(),
                                             [](const auto& each) { return each.isInverted; }) +
                               (cell.isResetHigh ? 1 : 0);
        return std::make_tuple(cell.areaUm2 <= 0, cell.tied.size(),
                               cell.areaUm2 + static_cast<double>(inverters) * inverterUm2,
                               cell.cell);
    };
    std::sort(all.begin(), all.end(),
              [&rank](const RoleCell& a, const RoleCell& b) { return rank(a) < rank(b); });
    return all;
}

}  // namespace

std::string toString(Role role) {
    switch (role) {
        case Role::Inverter:
            return "inverter";
        case Role::FullAdder:
            return "full adder";
        case Role::HalfAdder:
            return "half adder";
        case Role::LatchHigh:
            return "latch, open while high";
        case Role::LatchLow:
            return "latch, open while low";
        case Role::ClockGate:
            return "clock gate";
        case Role::FlipFlop:
            return "flip-flop";
        case Role::FlipFlopCleared:
            return "flip-flop, cleared";
        case Role::FlipFlopPreset:
            return "flip-flop, preset";
    }
    return "";
}

std::optional<RoleCell> cellFor(Role role, const RoleCandidates& candidates) {
    double inverterUm2 = 0;
    if (role != Role::Inverter) {
        const std::optional<RoleCell> inverter = cellFor(Role::Inverter, candidates);
        inverterUm2 = inverter ? inverter->areaUm2 : 0;
    }
    const std::vector<RoleCell> all = allFor(demandOf(role), candidates, inverterUm2);
    return all.empty() ? std::nullopt : std::optional(all.front());
}

std::vector<RoleCell> buffersOf(const RoleCandidates& candidates) {
    const Demand same = {
        1, {}, fitsAnything, [](const Assignment& at) -> Words { return {at.role[0]}; }};
    constexpr double kStep = 1.6;
    std::vector<RoleCell> buffers;
    double strongest = 0;
    for (RoleCell& cell : allFor(same, candidates, 0)) {
        const RoleOutput& output = cell.outputs.front();
        const double load =
            candidates.cells.find(cell.cell)->pins.at(output.pin).maxCapacitanceFf.value_or(0);
        const bool isPlain = !output.isInverted && cell.tied.empty() && cell.areaUm2 > 0;
        if (isPlain && (buffers.empty() || load >= kStep * strongest) &&
            buffers.size() < kBuffers) {
            strongest = std::max(strongest, load);
            buffers.push_back(std::move(cell));
        }
    }
    return buffers;
}

}  // namespace aslog::flows
