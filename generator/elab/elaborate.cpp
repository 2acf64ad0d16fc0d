#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "generator/elab/design.h"
#include "generator/spec/parse_spec.h"
#include "golden/arithmetic/integers.h"
#include "support/error.h"

namespace aslog {
namespace {

using golden::ceilDivide;
using support::Diagnostics;
using support::InputError;

// Bits of an index into `count` things, at least one.
int indexBits(int count) {
    return std::max(1, static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1))));
}

std::optional<golden::SlogFormat> muFormatOf(const ArchSpec& spec, const Widths& widths) {
    if (!spec.biasCorrection.enabled) {
        return std::nullopt;
    }
    return golden::SlogFormat(
        {spec.biasCorrection.muBits, spec.biasCorrection.muSqrt2Steps, true, widths.windowSum});
}

void fillCounts(Design& design) {
    const ArchSpec& spec = design.spec;
    // What "auto" stands for: docs/architecture.md, "Sizes that keep the array busy".
    constexpr int kPixels = 2;
    constexpr int kDrainSteps = 8;
    design.pixels = spec.array.pixels.value_or(kPixels);
    design.slotBits = indexBits(design.pixels);
    design.weightRows = spec.array.weightRows.value_or(
        ceilDivide(spec.array.rows, std::min(design.pixels, kPixels)));
    design.tileBeats = ceilDivide(spec.array.rows, design.weightRows);
    design.lanes = spec.pcf.lanes.value_or(ceilDivide(spec.array.columns, kDrainSteps));
    design.drainSteps = ceilDivide(spec.array.columns, design.lanes);
    design.aeCount = spec.array.rows * spec.array.columns;
    // One beat more than its drain: the lane stage sees a free drain a cycle later.
    design.minTapsWithoutDrainStall = std::int64_t{spec.array.rows} * (design.drainSteps + 1);
    design.peakGops = 2.0 * design.aeCount * spec.clock.targetMhz / 1000.0;
}

void fillWidths(Design& design, const Widths& widths) {
    const ArchSpec& spec = design.spec;
    design.maxTaps = widths.maxTaps;
    design.productBits = design.element.productBits;
    design.treeBits = widths.tree;
    design.accumulatorBits = widths.accumulator;
    design.activationSumBits = widths.activationSum;
    design.windowSumBits = widths.windowSum;
    design.muBits = design.hasBiasCorrection() ? spec.biasCorrection.muBits : 0;
    design.muProductBits = widths.muProduct;
    design.fractionBits = widths.fraction;
    design.correctionBits = widths.correction;
    design.shiftMin = widths.shiftMin;
    design.shiftMax = widths.shiftMax;
    design.shiftBits = widths.shift;
    design.offsetBits = widths.offset;
    design.parameterBits =
        spec.pcf.scaleBits + widths.shift + widths.offset + widths.correction + design.muBits;
    design.weightBeatBits = design.weightRows * spec.array.columns * design.element.weightBits;
    design.activationBeatBits = spec.array.rows * spec.format.activationBits;
    design.parameterBeatBits = design.lanes * design.parameterBits;
    design.outputBeatBits = design.lanes * spec.pcf.outputBits;
}

// Registers on the way: lane, tree (three stages only), accumulator and drain latch in one edge;
// then correct, scale and round in the PCF unit; one more at each stream, if they are registered.
Latencies latenciesOf(const Design& design) {
    constexpr int kPcfSteps = 3;
    Latencies latencies;
    const int port = design.spec.streams.registered ? 1 : 0;
    latencies.window = port + design.spec.pipeline.stages;
    latencies.output = port + kPcfSteps + port;
    latencies.firstOutput = latencies.window + kPcfSteps + port;
    latencies.lastOutput = latencies.firstOutput + design.drainSteps - 1;
    return latencies;
}

// The widths must have been checked.
Design buildDesign(const ArchSpec& spec, const ElementInfo& element, const Widths& widths) {
    Design design{.spec = spec,
                  .element = element,
                  .format = golden::SlogFormat(spec.format),
                  .muFormat = muFormatOf(spec, widths)};
    fillCounts(design);
    fillWidths(design, widths);
    design.latencies = latenciesOf(design);
    return design;
}

}  // namespace

double Design::busyShare(std::int64_t taps) const {
    // A tile serves all slots before the next; the windows of all slots end evenly spread.
    const std::int64_t beats = (taps + rows() - 1) / rows();
    const std::int64_t computing = beats * pixels;
    const std::int64_t loading = beats * tileBeats;
    const std::int64_t draining = std::int64_t{pixels} * drainSteps;
    return static_cast<double>(computing) /
           static_cast<double>(std::max({computing, loading, draining}));
}

Design elaborate(const ArchSpec& spec, Diagnostics& diagnostics) {
    if (diagnostics.hasErrors()) {
        throw InputError("the spec has errors");
    }
    const ElementInfo element = slogElement(spec);
    const Widths widths = deriveWidths(spec, element);
    if (!checkWidths(spec, widths, diagnostics)) {
        throw InputError("the spec contradicts itself");
    }
    return buildDesign(spec, element, widths);
}

Design designFromSpecFile(const std::filesystem::path& path) {
    Diagnostics diagnostics;
    try {
        return elaborate(readSpec(path, diagnostics), diagnostics);
    } catch (const support::FileError& error) {
        throw InputError(error.what());
    } catch (const InputError&) {
        throw InputError(diagnostics.text(path.string()));
    }
}

Design withElement(const Design& design, const ElementInfo& element) {
    if (design.rows() % element.rows != 0) {
        throw InputError(fmt::format("array.rows is {}, the element {} needs a multiple of {}",
                                     design.rows(), element.name, element.rows));
    }
    ArchSpec sized = design.spec;
    sized.accumulator.bits.reset();
    const Widths widths = deriveWidths(sized, element);
    Diagnostics diagnostics;
    if (!checkWidths(sized, widths, diagnostics)) {
        throw InputError(diagnostics.text("the array with the element " + element.name));
    }
    return buildDesign(design.spec, element, widths);
}

}  // namespace aslog
