#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "tb/array_bench.h"
#include "tb/random_traffic.h"
#include "tb/suites.h"

namespace aslog::tb {
namespace {

struct ArrayRig {
    explicit ArrayRig(SuiteContext& context, const char* purpose)
        : random(context.seed, purpose),
          model(context.makeModel()),
          bench(context.device, model, context.recorder),
          generator(context.device, random) {}

    Random random;
    Model model;
    ArrayBench bench;
    TrafficGenerator generator;
};

std::vector<TrafficOptions> cornerCases(const SuiteContext& context) {
    const int cycles = context.cycleBudget() / 4;
    constexpr int kNeverByChance = 1 << 30;
    const auto maxBeats = context.device.design.maxTaps / context.device.design.rows();
    const int longest = static_cast<int>(std::min<std::int64_t>(maxBeats, cycles));
    const int pixels = context.device.shape.pixels;
    const auto whole = [&](const char* name, Values weights, Values activations) {
        return TrafficOptions{name, longest * pixels, pixels,     kNeverByChance,
                              3,    weights,          activations};
    };
    const int few = std::max(2, cycles / 4 / context.device.shape.drainBeats());
    return {
        whole("largest weights and activations", Values::largest, Values::largest),
        whole("smallest weights, largest activations", Values::smallest, Values::largest),
        whole("zero activations", Values::random, Values::smallest),
        {"windows of one beat", few, few, 1, 1, Values::corners, Values::corners},
        {"one tile for many windows", few, few, 1, kNeverByChance, Values::random, Values::corners},
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
        rig.bench.runAndReset(cut, randomStalls(rig.random), rig.random, rig.random.below(90));
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
        const RunReport report = rig.bench.run(traffic, noStalls(), rig.random);
        beats += report.acceptedBeats;
        steadyCycles += traffic.steadyBeats + report.steadyIdle;
        const auto place = [](const char* what) { return Place{what, "", ""}; };
        if (plan.isStallFree) {
            context.recorder.compare(0, report.steadyIdle, rig.model.cycles(), [&] {
                return place("cycles without a beat in the steady state");
            });
        }
        context.recorder.compare(static_cast<std::uint64_t>(design.latencies.firstOutput),
                                 report.firstOutputWait, rig.model.cycles(), [&] {
                                     return place("cycles from the end of a window to its output");
                                 });
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result.cycles = rig.model.cycles();
    result.macs = beats * context.device.cells();
    result.utilisation = static_cast<double>(traffic.steadyBeats) *
                         static_cast<double>(repetitions) / static_cast<double>(steadyCycles);
}

}  // namespace aslog::tb
