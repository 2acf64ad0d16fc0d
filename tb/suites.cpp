#include "tb/suites.h"

#include <algorithm>
#include <stdexcept>

#include "support/error.h"
#include "tb/random.h"

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
        {"ae", "the element: every code times every activation", units, true, false, runAe},
        {"mult8", "the 8-bit multiplier: every pair", units, false, false, runMultiplier},
        {"mu_ae", "the element on window sums", units, false, true, runMuAe},
        {"bce", "window sums in all slots", units, false, true, runBce},
        {"pcf_unit", "correction, scale, rounding, clamp", units, false, false, runPcfUnit},
        {"array_corners", "largest and smallest sums", array, false, false, runArrayCorners},
        {"array_random", "any order of beats, random stalls", array, true, false, runArrayRandom},
        {"full_rate", "a beat in every cycle, latencies", array, false, false, runFullRate},
        {"layers", "convolutions of odd shapes", array, true, false, runLayers},
        {"fashion_cnn", "real images through a trained CNN", array, false, false, runFashionCnn},
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
