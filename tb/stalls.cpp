#include "tb/stalls.h"

namespace aslog::tb {
namespace {

constexpr std::array<GatePattern, 7> kPatterns = {{
    {"none", 1, 0},
    {"light", 8, 1},
    {"even", 2, 2},
    {"heavy", 1, 5},
    {"single", 1, 1},
    {"bursts", 20, 20},
    {"long", 150, 150},
}};

}  // namespace

std::span<const GatePattern> gatePatterns() {
    return kPatterns;
}

StallProfile noStalls() {
    return {kPatterns[0], kPatterns[0], kPatterns[0], kPatterns[0]};
}

StallProfile randomStalls(Random& random) {
    const auto pick = [&random] { return kPatterns[random.below(kPatterns.size())]; };
    const GatePattern activations = pick();
    const GatePattern weights = pick();
    const GatePattern parameters = pick();
    return {activations, weights, parameters, pick()};
}

}  // namespace aslog::tb
