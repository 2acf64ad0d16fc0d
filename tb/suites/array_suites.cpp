#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "tb/streams/array_rig.h"

namespace aslog::tb {
namespace {

std::vector<TrafficOptions> cornerCases(const SuiteContext& context) {
    const int cycles = context.cycleBudget() / 4;
    constexpr int kNeverByChance = 1 << 30;
    const auto maxBeats = context.device.design.maxTaps / context.device.design.rows();
    const int longest = static_cast<int>(std::min<std::int64_t>(maxBeats, cycles));
    const int pixels = context.device.shape.pixels;
    const auto whole = [&](const char* name, Values weights, Values activations) {
        return TrafficOptions{.name = name,
                              .beats = longest * pixels,
                              .windows = pixels,
                              .windowBeats = kNeverByChance,
                              .swapEvery = 3,
                              .weights = weights,
                              .activations = activations};
    };
    const int few = std::max(2, cycles / 4 / context.device.shape.drainBeats());
    return {
        whole("largest weights and activations", Values::largest, Values::largest),
        whole("smallest weights, largest activations", Values::smallest, Values::largest),
        whole("zero activations", Values::random, Values::smallest),
        {.name = "windows of one beat",
         .beats = few,
         .windows = few,
         .weights = Values::corners,
         .activations = Values::corners},
        {.name = "one tile for many windows",
         .beats = few,
         .windows = few,
         .swapEvery = kNeverByChance,
         .activations = Values::corners},
    };
}

}  // namespace

void runArrayCorners(SuiteContext& context) {
    ArrayRig rig(context, "array_corners");
    for (const bool stalls : {false, true}) {
        for (const TrafficOptions& options : cornerCases(context)) {
            const Traffic traffic = rig.generator.make(options);
            rig.bench.run(traffic, stalls ? randomStalls(rig.random) : noStalls(), rig.random);
            if (context.recorder.hasFailed()) {
                return;
            }
        }
    }
    context.recorder.result().cycles = rig.model.cycles();
}

void runArrayRandom(SuiteContext& context) {
    ArrayRig rig(context, "array_random");
    // A reset in the middle of other traffic, which starts with a tile of its own.
    const auto cutShort = [&rig, &context] {
        TrafficGenerator other(context.device, rig.random);
        const Traffic cut = other.make(other.drawOptions(60));
        const std::uint64_t cycles = rig.random.below(90);
        rig.bench.runAndReset(
            cut, randomStalls(rig.random), rig.random,
            [cycles](const RunProgress& progress) { return progress.cycles >= cycles; });
        rig.generator.restart();
    };
    constexpr int kResets = 8;
    for (int i = 0; i < kResets; ++i) {
        cutShort();
    }
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget());
    const int share = std::max(200, static_cast<int>(budget / 12));
    do {
        if (rig.random.oneIn(4)) {
            cutShort();
        }
        const Traffic traffic = rig.generator.make(rig.generator.drawOptions(share));
        rig.bench.run(traffic, randomStalls(rig.random), rig.random);
        context.recorder.result().cycles = rig.model.cycles();
    } while (rig.model.cycles() < budget && !context.recorder.hasFailed());
}

namespace {

Place placeOf(const char* what) {
    return {what, "", ""};
}

/// Windows just long enough for their drain: no beat may wait.
void runShortestWindows(ArrayRig& rig, SuiteContext& context) {
    const int beats = context.device.shape.stallFreeBeats();
    const int windows = std::clamp(context.cycleBudget() / 8 / beats, 4, 40);
    const std::optional<Traffic> traffic = rig.generator.makeShortestWindows(windows);
    if (!traffic) {
        return;
    }
    const RunReport report = rig.bench.run(*traffic, noStalls(), rig.random);
    context.recorder.compare(0, report.steadyIdle, rig.model.cycles(), [] {
        return placeOf("cycles without a beat, windows just long enough for their drain");
    });
}

}  // namespace

void runFullRate(SuiteContext& context) {
    using Clock = std::chrono::steady_clock;
    ArrayRig rig(context, "full_rate");
    const Design& design = context.device.design;
    const SteadyPlan plan = rig.generator.planSteady();
    const int tileBeats = plan.slotBeats * context.device.shape.pixels;
    const int tiles = std::max(2 * plan.windowTiles + 1, context.cycleBudget() / 4 / tileBeats);
    const Traffic traffic = rig.generator.makeSteady(plan, tiles);
    const int repetitions = context.quick ? 2 : 8;
    std::uint64_t beats = 0;
    std::uint64_t steadyCycles = 0;
    SuiteResult& result = context.recorder.result();
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < repetitions && !context.recorder.hasFailed(); ++i) {
        // One pace, for it is timed.
        const RunReport report = rig.bench.runEarly(traffic, noStalls(), rig.random);
        beats += report.acceptedBeats;
        steadyCycles += traffic.steadyBeats + report.steadyIdle;
        if (plan.isStallFree) {
            context.recorder.compare(0, report.steadyIdle, rig.model.cycles(), [] {
                return placeOf("cycles without a beat in the steady state");
            });
        }
        context.recorder.compare(
            static_cast<std::uint64_t>(design.latencies.firstOutput), report.firstOutputWait,
            rig.model.cycles(),
            [] { return placeOf("cycles from the end of a window to its output"); });
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result.macs = beats * context.device.cells();
    result.utilisation = static_cast<double>(traffic.steadyBeats) *
                         static_cast<double>(repetitions) / static_cast<double>(steadyCycles);
    runShortestWindows(rig, context);
    result.cycles = rig.model.cycles();
}

}  // namespace aslog::tb
