// What a suite of the test bench reports: how much it compared and the first value that differed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tb/streams/coverage.h"

namespace aslog::tb {

/// Where a value comes from; what does not apply is empty.
struct Place {
    std::string layer;    // or the name of the test case
    std::string channel;  // output channel, or column
    std::string pixel;    // "y,x", or the number of the window
};

struct Mismatch {
    Place place;
    std::uint64_t cycle = 0;  // of the suite's model; evaluations for what has no clock
    std::string expected;
    std::string seen;
};

struct SuiteResult {
    std::string name;
    std::string variant;  // "slogii" or a baseline
    std::uint64_t seed = 0;
    std::uint64_t comparisons = 0;
    std::uint64_t mismatches = 0;
    std::uint64_t cycles = 0;
    double seconds = 0;
    std::string skipped;                // why nothing was done; empty if something was
    std::optional<Mismatch> first;      // of the mismatches
    std::optional<double> utilisation;  // share of cycles with an activation beat, steady state
    std::uint64_t macs = 0;             // weight times activation, in all accepted beats
    std::uint64_t handshakes = 0;       // ready and valid outputs compared, cycle by cycle
    std::uint64_t clockPulses = 0;      // of gated clocks, each with its beat
    Coverage coverage{};                // of the activation stream

    /// A suite that compared nothing has not passed.
    [[nodiscard]] bool passed() const {
        return !skipped.empty() || (comparisons > 0 && mismatches == 0);
    }
};

/// Collects comparisons. `place` is called for the first mismatch only.
class Recorder {
  public:
    explicit Recorder(SuiteResult& result) : result_(result) {}

    template <class PlaceFunction>
    void compare(std::uint64_t expected, std::uint64_t seen, std::uint64_t cycle,
                 const PlaceFunction& place) {
        ++result_.comparisons;
        if (expected != seen) {
            report({place(), cycle, std::to_string(expected), std::to_string(seen)});
        }
    }

    /// Comparisons that were made elsewhere, all equal.
    void addEqual(std::uint64_t count) { result_.comparisons += count; }

    void report(Mismatch mismatch) {
        ++result_.mismatches;
        if (!result_.first) {
            result_.first = std::move(mismatch);
        }
    }

    [[nodiscard]] bool hasFailed() const { return result_.mismatches > 0; }
    [[nodiscard]] SuiteResult& result() { return result_; }

  private:
    SuiteResult& result_;
};

}  // namespace aslog::tb
