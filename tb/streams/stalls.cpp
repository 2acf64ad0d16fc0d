#include "tb/streams/stalls.h"

namespace aslog::tb {
namespace {

constexpr std::array<GatePattern, 7> kRuns = {{
    {"none", 1, 0},
    {"light", 8, 1},
    {"even", 2, 2},
    {"heavy", 1, 5},
    {"single", 1, 1},
    {"bursts", 20, 20},
    {"long", 150, 150},
}};

/// 1 ... 2 * mean - 1 cycles.
int drawRun(int mean, Random& random) {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(2 * mean - 1)));
}

}  // namespace

GatePattern openGate() {
    return kRuns[0];
}

GatePattern waitingGate() {
    return {"waits for the array", 1, 0, GateKind::waits};
}

GatePattern closedGate() {
    return {"closed", 0, 1, GateKind::closed};
}

GatePattern frozenGate() {
    // Longer than a beat takes through all stages.
    return {"frozen until all else stands", 3, 12, GateKind::frozen};
}

GatePattern sleepingGate() {
    return {"asleep", 40, 1100, GateKind::frozen};
}

StallProfile noStalls() {
    return {openGate(), openGate(), openGate(), openGate()};
}

StallProfile randomStalls(Random& random) {
    const auto pick = [&random] { return kRuns[random.below(kRuns.size())]; };
    const GatePattern activations = pick();
    const GatePattern weights = pick();
    const GatePattern parameters = pick();
    return {activations, weights, parameters, pick()};
}

bool Gate::step(const GateView& view, Random& random) {
    switch (pattern_.kind) {
        case GateKind::waits:
            return view.partnerWaits;
        case GateKind::frozen:
            return stepFrozen(view, random);
        case GateKind::closed:
            return false;
        case GateKind::runs:
            break;
    }
    return stepRuns(random);
}

bool Gate::stepRuns(Random& random) {
    if (pattern_.shut == 0) {
        return true;
    }
    while (left_ == 0) {
        isOpen_ = !isOpen_;
        left_ = drawRun(isOpen_ ? pattern_.open : pattern_.shut, random);
    }
    --left_;
    return isOpen_;
}

bool Gate::stepFrozen(const GateView& view, Random& random) {
    if (left_ == 0 && view.rest >= static_cast<std::uint64_t>(pattern_.shut)) {
        left_ = drawRun(pattern_.open, random);
    }
    if (left_ == 0) {
        return false;
    }
    --left_;
    return true;
}

}  // namespace aslog::tb
