#include "power/simulator.h"

#include <algorithm>
#include <bit>
#include <random>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::power {
namespace {

// Leakage is read off the settled states of a few cycles: it hardly changes.
constexpr std::uint64_t kLeakageInterval = 16;

}  // namespace

Simulator::Simulator(const Circuit& circuit, Accounting accounting, std::uint64_t seed)
    : circuit_(circuit),
      accounting_(accounting),
      values_(circuit.nets(), 0),
      heads_(kWheel, kNone),
      occupied_(kWheel / 64, 0),
      next_(circuit.nets(), kNone),
      previous_(circuit.nets(), kNone),
      slots_(circuit.nets(), 0),
      isPending_(circuit.nets(), 0),
      pendingFj_(circuit.nets(), 0),
      lastChange_(circuit.nets(), 0) {
    const std::string& port = circuit.conditions().clockPort;
    if (!port.empty()) {
        clock_ = circuit.netlist().port(port).nets.front();
    }
    if (accounting == Accounting::Settled) {
        halfToggles_.assign(circuit.nets(), 0);
        halfOutputFj_.assign(circuit.nets(), 0);
        halfHiddenFj_.assign(circuit.sinks().size(), 0);
    }
    initialise(seed);
}

// Every index starts as if all nets were 0, with a random state; then the outputs that do not agree
// follow, one tick after the other.
void Simulator::initialise(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < circuit_.size(); ++i) {
        const CellType* type = circuit_.instance(i).type;
        const bool state = type->hasState() && random() % 2 != 0;
        states_.push_back({type, static_cast<CellIndex>(state ? 1U << type->inputs() : 0)});
    }
    for (std::size_t i = 0; i < circuit_.size(); ++i) {
        const CircuitInstance& instance = circuit_.instance(i);
        State& state = states_[i];
        state.index = state.type->settle(state.index, state.index);
        for (std::size_t o = 0; o < state.type->outputs(); ++o) {
            const NetId net = circuit_.outputNet(instance, o);
            if (((state.type->outputBits(state.index) >> o) & 1U) != values_[net]) {
                schedule(net, 1, 0);
            }
        }
    }
    toggle(kNetOne);
    runUntil(kWheel - 1);
    now_ = 0;
    if (pendingCount_ > 0) {
        throw support::Error("the netlist does not settle: it has a loop of logic");
    }
}

void Simulator::schedule(NetId net, Ticks delay, float energy) {
    const auto slot = static_cast<Ticks>((now_ + delay) % kWheel);
    slots_[net] = slot;
    pendingFj_[net] = energy;
    isPending_[net] = 1;
    previous_[net] = kNone;
    next_[net] = heads_[slot];
    if (heads_[slot] != kNone) {
        previous_[heads_[slot]] = net;
    }
    heads_[slot] = net;
    occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    ++pendingCount_;
}

void Simulator::cancel(NetId net) {
    const Ticks slot = slots_[net];
    if (previous_[net] != kNone) {
        next_[previous_[net]] = next_[net];
    } else {
        heads_[slot] = next_[net];
    }
    if (next_[net] != kNone) {
        previous_[next_[net]] = previous_[net];
    }
    if (heads_[slot] == kNone) {
        occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    }
    isPending_[net] = 0;
    --pendingCount_;
}

void Simulator::toggle(NetId net) {
    values_[net] ^= 1U;
    const bool rises = values_[net] != 0;
    ++events_;
    if (isCounting_) {
        if (accounting_ == Accounting::All) {
            ++activity_.toggles[net];
            activity_.outputFj[net] += static_cast<double>(pendingFj_[net]);
            if (!rises) {
                activity_.highTicks[net] += now_ - lastChange_[net];
            }
            lastChange_[net] = now_;
        } else {
            if (halfToggles_[net]++ == 0) {
                touched_.push_back(net);
            }
            halfOutputFj_[net] += static_cast<double>(pendingFj_[net]);
        }
    }
    const std::vector<Sink>& sinks = circuit_.sinks();
    const std::size_t end = circuit_.firstSink(net + 1);
    for (std::size_t at = circuit_.firstSink(net); at < end; ++at) {
        reachSink(sinks[at], at, rises);
    }
}

void Simulator::reachSink(const Sink& sink, std::size_t at, bool rises) {
    const CircuitInstance& instance = circuit_.instance(sink.instance);
    State& state = states_[sink.instance];
    const CellType& type = *state.type;
    const CellIndex before = state.index;
    if (isCounting_ && type.hasHidden(sink.input)) {
        const float energy = circuit_.hiddenFj(instance, type.hidden(sink.input, before), rises);
        (accounting_ == Accounting::All ? activity_.hiddenFj[sink.instance] : halfHiddenFj_[at]) +=
            static_cast<double>(energy);
    }
    const auto changed = static_cast<CellIndex>(before ^ (1U << sink.input));
    const CellIndex after = type.settle(before, changed);
    state.index = after;
    const std::uint8_t bits = type.outputBits(after);
    for (std::size_t o = 0; o < type.outputs(); ++o) {
        const NetId net = circuit_.outputNet(instance, o);
        const bool wanted = ((bits >> o) & 1U) != 0;
        if (wanted == ((values_[net] ^ isPending_[net]) != 0)) {
            continue;
        }
        if (isPending_[net] != 0) {
            cancel(net);
            continue;
        }
        const Response& response =
            circuit_.response(instance, type.response(o, sink.input, after), rises, wanted);
        const bool isUnit = accounting_ == Accounting::Settled && response.delay > 0;
        schedule(net, isUnit ? 1 : response.delay, response.energyFj);
    }
}

// Moves now_ to the next tick at which a net changes, if it lies before `end`.
bool Simulator::findNext(std::uint64_t end) {
    while (pendingCount_ > 0 && now_ < end) {
        const auto slot = static_cast<Ticks>(now_ % kWheel);
        const std::uint64_t word = occupied_[slot / 64] >> (slot % 64);
        if (word != 0) {
            now_ += static_cast<std::uint64_t>(std::countr_zero(word));
            return now_ < end;
        }
        now_ += 64 - slot % 64;
    }
    return false;
}

// All changes before `end`, which becomes the time.
void Simulator::runUntil(std::uint64_t end) {
    while (findNext(end)) {
        const auto slot = static_cast<Ticks>(now_ % kWheel);
        while (heads_[slot] != kNone) {
            const NetId net = heads_[slot];
            cancel(net);
            toggle(net);
        }
    }
    now_ = end;
}

void Simulator::setInput(NetId net, bool value) {
    inputs_.emplace_back(net, value);
}

void Simulator::applyInputs() {
    for (const auto& [net, value] : inputs_) {
        if (value != (values_[net] != 0)) {
            toggle(net);
        }
    }
    inputs_.clear();
}

void Simulator::cycle(double arrival) {
    const std::uint64_t start = now_;
    if (clock_ != kNone) {
        toggle(clock_);
        runUntil(start + static_cast<std::uint64_t>(arrival * kTicksPerCycle));
        applyInputs();
        runUntil(start + kTicksPerCycle / 2);
        endHalf();
        toggle(clock_);
    } else {
        applyInputs();
    }
    runUntil(start + kTicksPerCycle);
    endHalf();
    if (isCounting_) {
        if (activity_.cycles % kLeakageInterval == 0) {
            sampleLeakage();
        }
        ++activity_.cycles;
    }
}

void Simulator::endHalf() {
    for (const NetId net : touched_) {
        const double count = halfToggles_[net];
        const bool hasChanged = halfToggles_[net] % 2 != 0;
        if (hasChanged) {
            ++activity_.toggles[net];
            activity_.outputFj[net] += halfOutputFj_[net] / count;
        }
        for (std::size_t at = circuit_.firstSink(net); at < circuit_.firstSink(net + 1); ++at) {
            if (hasChanged) {
                activity_.hiddenFj[circuit_.sinks()[at].instance] += halfHiddenFj_[at] / count;
            }
            halfHiddenFj_[at] = 0;
        }
        halfToggles_[net] = 0;
        halfOutputFj_[net] = 0;
    }
    touched_.clear();
}

void Simulator::sampleLeakage() {
    for (std::size_t i = 0; i < states_.size(); ++i) {
        activity_.leakageNw[i] += states_[i].type->leakageNw(states_[i].index);
    }
    ++leakageSamples_;
}

void Simulator::startCounting() {
    isCounting_ = true;
    activity_ = {};
    activity_.toggles.assign(circuit_.nets(), 0);
    activity_.outputFj.assign(circuit_.nets(), 0);
    activity_.hiddenFj.assign(circuit_.size(), 0);
    activity_.highTicks.assign(circuit_.nets(), 0);
    lastChange_.assign(circuit_.nets(), now_);
    activity_.leakageNw.assign(circuit_.size(), 0);
    leakageSamples_ = 0;
}

void Simulator::stopCounting() {
    isCounting_ = false;
    for (NetId net = 0; net < circuit_.nets(); ++net) {
        activity_.highTicks[net] += values_[net] != 0 ? now_ - lastChange_[net] : 0;
    }
    for (double& power : activity_.leakageNw) {
        power /= std::max(leakageSamples_, 1U);
    }
}

}  // namespace aslog::power
