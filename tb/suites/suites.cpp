#include "tb/suites/suites.h"

#include <algorithm>
#include <stdexcept>

#include "support/error.h"
#include "tb/streams/random.h"

namespace aslog::tb {

int SuiteContext::cycleBudget() const {
    // Verilator does some ten million elements a second, and at most some 100,000 cycles.
    constexpr std::size_t kMacs = 10'000'000;
    const int cycles =
        static_cast<int>(std::clamp<std::size_t>(kMacs / device.cells(), 2000, 40000));
    const int share = device.isBaseline() ? 4 : 1;
    return quick ? cycles / (4 * share) : cycles / share;
}

const std::vector<Suite>& allSuites() {
    using enum ModelKind;
    static const std::vector<Suite> suites = {
        {.name = "ae",
         .what = "the element: every code times every activation",
         .kind = units,
         .forBaselines = true,
         .run = runAe},
        {.name = "mult8",
         .what = "the 8-bit multiplier: every pair",
         .kind = units,
         .run = runMultiplier},
        {.name = "mu_ae",
         .what = "the element on window sums",
         .kind = units,
         .needsBiasCorrection = true,
         .run = runMuAe},
        {.name = "bce",
         .what = "window sums in all slots",
         .kind = units,
         .needsBiasCorrection = true,
         .run = runBce},
        {.name = "pcf_unit",
         .what = "correction, scale, rounding, clamp",
         .kind = units,
         .run = runPcfUnit},
        {.name = "array_corners", .what = "largest and smallest sums", .run = runArrayCorners},
        {.name = "array_random",
         .what = "any order of beats, random stalls",
         .forBaselines = true,
         .run = runArrayRandom},
        {.name = "array_waits",
         .what = "partners that wait, frozen streams, stalls of a thousand cycles",
         .forBaselines = true,
         .run = runArrayWaits},
        {.name = "array_resets",
         .what = "resets under offers, and at every position of the pointers",
         .forBaselines = true,
         .run = runArrayResets},
        {.name = "clocks",
         .what = "a pulse of a gated clock for each beat that moves",
         .needsInternals = true,
         .run = runClocks},
        {.name = "full_rate", .what = "a beat in every cycle, latencies", .run = runFullRate},
        {.name = "layers",
         .what = "convolutions of odd shapes",
         .forBaselines = true,
         .run = runLayers},
    };
    return suites;
}

void runSuite(const Suite& suite, SuiteContext& context) {
    // Every suite has its own values at power-on.
    context.model.seed = Random::mix(context.seed, suite.name);
    try {
        suite.run(context);
    } catch (const support::Error&) {
        throw;
    } catch (const std::runtime_error& error) {
        context.recorder.report({{"simulation", "", ""}, 0, "the Verilog settles", error.what()});
    }
}

}  // namespace aslog::tb
