// Suites about who waits for whom: partners of the array that wait, or stop, or offer too early.
#include <algorithm>
#include <vector>

#include "tb/streams/array_rig.h"

namespace aslog::tb {
namespace {

/// Short windows and many tiles: everything that can hold up something does so.
TrafficOptions busyTraffic(const Device& device, const char* name) {
    const int steps = device.shape.drainBeats();
    return {.name = name,
            .beats = std::clamp(4 * steps, 12, 60),
            .windows = 8,
            .windowBeats = 2,
            .swapEvery = 2,
            .abandonEvery = 5,
            .activations = Values::corners};
}

/// A gate on one stream at a time, the others always open; then on all of them.
std::vector<StallProfile> onEachStream(const GatePattern& gate) {
    std::vector<StallProfile> profiles(4, noStalls());
    profiles[0].activations = gate;
    profiles[1].weights = gate;
    profiles[2].parameters = gate;
    profiles[3].outputs = gate;
    return profiles;
}

bool hasMissed(const SuiteContext& context) {
    return !reportCoverage(context.recorder.result().coverage, context.device).missed.empty();
}

/// All positions 0 ... last if there are at most `most`; otherwise both ends and some between.
std::vector<int> positions(int last, int most, Random& random) {
    std::vector<int> chosen;
    if (last < most) {
        for (int position = 0; position <= last; ++position) {
            chosen.push_back(position);
        }
        return chosen;
    }
    chosen = {0, last};
    while (static_cast<int>(chosen.size()) < most) {
        chosen.push_back(random.between(1, last - 1));
    }
    return chosen;
}

}  // namespace

void runArrayWaits(SuiteContext& context) {
    ArrayRig rig(context, "array_waits");
    const auto run = [&](const char* name, const StallProfile& stalls) {
        if (!context.recorder.hasFailed()) {
            const Traffic traffic = rig.generator.make(busyTraffic(context.device, name));
            rig.bench.run(traffic, stalls, rig.random);
            context.recorder.result().cycles = rig.model.cycles();
        }
    };
    const GatePattern waits = waitingGate();
    run("every partner waits", {waits, waits, waits, waits});
    for (const StallProfile& stalls : onEachStream(waits)) {
        run("one partner waits", stalls);
    }
    for (const StallProfile& stalls : onEachStream(frozenGate())) {
        run("one stream frozen", stalls);
    }
    for (const StallProfile& stalls : onEachStream(sleepingGate())) {
        run("one stream asleep", stalls);
    }
    // Until every situation was met that this array can meet.
    constexpr int kMostTries = 200;
    for (int i = 0; i < kMostTries && hasMissed(context); ++i) {
        run("random stalls", randomStalls(rig.random));
    }
}

namespace {

class ResetSuite {
  public:
    explicit ResetSuite(SuiteContext& context) : context_(context), rig_(context, "array_resets") {}

    /// Streams offer during the reset; what is offered then moves when it is released: weights,
    /// and an activation of the tile that was there before.
    void resetUnderOffers() {
        for (const int cycles : {1, 2, 5}) {
            for (const bool stalls : {false, true}) {
                const StallProfile profile = stalls ? randomStalls(rig_.random) : noStalls();
                const auto run = [&](const Traffic& traffic) {
                    rig_.bench.runFromReset(traffic, profile, rig_.random,
                                            static_cast<std::uint64_t>(cycles));
                };
                check(run);
                checkWithTile(run);
                cut(randomStalls(rig_.random), [this](const RunProgress& progress) {
                    return progress.cycles > 30 + rig_.random.below(30);
                });
            }
        }
    }

    /// So many weight beats of a tile are loaded; all of them: the shadow is full.
    void resetLoading(int most) {
        StallProfile stalls = noStalls();
        stalls.activations = closedGate();
        for (const int loaded : positions(context_.device.shape.tileBeats(), most, rig_.random)) {
            cut(stalls, [loaded](const RunProgress& progress) {
                return progress.weights == static_cast<std::size_t>(loaded);
            });
            check([this](const Traffic& traffic) {
                rig_.bench.run(traffic, noStalls(), rig_.random);
            });
        }
    }

    /// So many parameter beats of the first window are drained.
    void resetDraining(int most) {
        for (const int drained :
             positions(context_.device.shape.drainBeats() - 1, most, rig_.random)) {
            StallProfile stalls = noStalls();
            stalls.parameters = drained == 0 ? closedGate() : openGate();
            cut(stalls, [drained](const RunProgress& progress) {
                return drained == 0 ? progress.rest > kRest
                                    : progress.parameters == static_cast<std::size_t>(drained);
            });
            check([this](const Traffic& traffic) {
                rig_.bench.run(traffic, noStalls(), rig_.random);
            });
        }
    }

    /// An activation waits in the array for its tile. Behind the reset a tile is there before the
    /// next one: it may not be swapped in yet.
    void resetWaiting() {
        StallProfile stalls = noStalls();
        stalls.weights = closedGate();
        cut(stalls, [](const RunProgress& progress) { return progress.rest > kRest; });
        StallProfile tileFirst = noStalls();
        tileFirst.activations = frozenGate();
        check([&](const Traffic& traffic) { rig_.bench.run(traffic, tileFirst, rig_.random); });
    }

    /// Every stage holds a beat that waits for the next.
    void resetFull() {
        StallProfile stalls = noStalls();
        stalls.outputs = closedGate();
        cut(stalls, [](const RunProgress& progress) { return progress.rest > kRest; });
        check([this](const Traffic& traffic) { rig_.bench.run(traffic, noStalls(), rig_.random); });
    }

  private:
    /// Cycles without a beat behind which none will move.
    static constexpr std::uint64_t kRest = 12;

    TrafficOptions shortTraffic(const char* name) {
        TrafficOptions options = busyTraffic(context_.device, name);
        options.windows = 4;
        return options;
    }

    Traffic make(const char* name) {
        rig_.generator.restart();
        return rig_.generator.make(shortTraffic(name));
    }

    void cut(const StallProfile& stalls, const StopCondition& stop) {
        if (!context_.recorder.hasFailed()) {
            rig_.bench.runAndPulse(make("cut short"), stalls, rig_.random, stop);
        }
    }

    template <class Run>
    void check(const Run& run) {
        if (!context_.recorder.hasFailed()) {
            run(make("behind a reset"));
            context_.recorder.result().cycles = rig_.model.cycles();
        }
    }

    /// Behind a check() whose beats have all moved: its last tile stays in use.
    template <class Run>
    void checkWithTile(const Run& run) {
        if (!context_.recorder.hasFailed()) {
            TrafficOptions options = shortTraffic("behind a reset, with the tile of before");
            options.swapEvery = 0;
            run(rig_.generator.make(options));
            context_.recorder.result().cycles = rig_.model.cycles();
        }
    }

    SuiteContext& context_;
    ArrayRig rig_;
};

}  // namespace

void runArrayResets(SuiteContext& context) {
    ResetSuite suite(context);
    const golden::ArrayShape& shape = context.device.shape;
    // A position costs about two short traffics.
    const int cost = 10 * shape.drainBeats() + 4 * shape.tileBeats() + 40;
    const int most = std::max(4, context.cycleBudget() / cost);
    suite.resetUnderOffers();
    suite.resetLoading(most);
    suite.resetDraining(most);
    suite.resetWaiting();
    suite.resetFull();
}

namespace {

/// With test_en_i high every gated clock ticks in every cycle.
void checkTestEnable(ArrayRig& rig, SuiteContext& context) {
    constexpr std::uint64_t kCycles = 9;
    rig.model.input("test_en_i")[0] = 1;
    rig.model.cycle();
    rig.model.cycle();
    const std::vector<std::uint8_t> before = tickCounts(context.device, rig.model);
    for (std::uint64_t i = 0; i < kCycles; ++i) {
        rig.model.cycle();
    }
    const std::vector<std::uint8_t> after = tickCounts(context.device, rig.model);
    const std::vector<std::string> clocks = gatedClocks(context.device);
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        context.recorder.compare(kCycles, static_cast<std::uint8_t>(after[i] - before[i]),
                                 rig.model.cycles(), [&] {
                                     return Place{"pulses under test", clocks[i], ""};
                                 });
    }
}

}  // namespace

void runClocks(SuiteContext& context) {
    ArrayRig rig(context, "clocks", true);
    SuiteResult& result = context.recorder.result();
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget() / 4);
    do {
        const Traffic traffic = rig.generator.make(busyTraffic(context.device, "pulses"));
        rig.bench.run(traffic, rig.random.oneIn(3) ? noStalls() : randomStalls(rig.random),
                      rig.random);
        rig.bench.reset();
        rig.generator.restart();
        result.cycles = rig.model.cycles();
    } while (rig.model.cycles() < budget && !context.recorder.hasFailed());
    if (context.device.design.spec.dft.testEnable) {
        checkTestEnable(rig, context);
    }
    if (result.clockPulses == 0) {
        context.recorder.report({{"gated clocks", "", ""}, result.cycles, "pulses", "none"});
    }
}

}  // namespace aslog::tb
