// When the bench offers a beat and when it takes one.
#pragma once

#include <array>
#include <span>

#include "tb/random.h"

namespace aslog::tb {

/// Runs of open and shut cycles with these mean lengths; `shut` 0: always open.
struct GatePattern {
    const char* name;
    int open;
    int shut;
};

/// From "never stalls" to "hundreds of cycles without a beat".
[[nodiscard]] std::span<const GatePattern> gatePatterns();

/// One pattern for each stream of the array.
struct StallProfile {
    GatePattern activations;
    GatePattern weights;
    GatePattern parameters;
    GatePattern outputs;
};

[[nodiscard]] StallProfile noStalls();
[[nodiscard]] StallProfile randomStalls(Random& random);

class Gate {
  public:
    explicit Gate(const GatePattern& pattern) : pattern_(pattern) {}

    /// Whether the gate is open in this cycle.
    bool step(Random& random) {
        if (pattern_.shut == 0) {
            return true;
        }
        while (left_ == 0) {
            isOpen_ = !isOpen_;
            const int mean = isOpen_ ? pattern_.open : pattern_.shut;
            left_ = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(2 * mean - 1)));
        }
        --left_;
        return isOpen_;
    }

  private:
    GatePattern pattern_;
    bool isOpen_ = true;
    int left_ = 0;
};

}  // namespace aslog::tb
