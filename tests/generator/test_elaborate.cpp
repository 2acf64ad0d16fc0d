#include <memory>
#include <string>

#include "golden/arithmetic/element.h"
#include "golden/arithmetic/numerics.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"

using namespace aslog;
using namespace aslog::tests;

namespace {

Design designOf(const ArchSpec& spec) {
    support::Diagnostics diagnostics;
    return elaborate(spec, diagnostics);
}

// What golden derives by itself from the same spec.
golden::Numerics numericsOf(const ArchSpec& spec, std::int64_t maxTaps, int shiftMin,
                            int shiftMax) {
    golden::NumericsSpec numerics;
    numerics.maxTaps = maxTaps;
    if (spec.biasCorrection.enabled) {
        numerics.mu = golden::MuSpec{spec.biasCorrection.muBits, spec.biasCorrection.muSqrt2Steps,
                                     spec.biasCorrection.fractionBits};
    }
    numerics.accumulatorBits = spec.accumulator.bits;
    numerics.outputBits = spec.pcf.outputBits;
    numerics.scaleBits = spec.pcf.scaleBits;
    numerics.shiftMin = shiftMin;
    numerics.shiftMax = shiftMax;
    return golden::deriveNumerics(std::make_shared<golden::SlogElement>(spec.format), numerics);
}

void checkAgainstGolden(const ArchSpec& spec) {
    const Design design = designOf(spec);
    const golden::Numerics numerics =
        numericsOf(spec, design.maxTaps, design.shiftMin, design.shiftMax);
    CHECK(design.productBits == numerics.element->rawBits());
    CHECK(design.element.rawMax == numerics.element->rawMax());
    CHECK(design.element.partialProducts == numerics.element->layout().count);
    CHECK(design.element.partialBits == numerics.element->layout().bits);
    CHECK(design.accumulatorBits == numerics.accumulatorBits);
    CHECK(design.windowSumBits == numerics.windowSumBits);
    CHECK(design.fractionBits == numerics.fractionBits);
    CHECK(design.correctionBits == numerics.correctionBits);
    CHECK(design.shiftBits == numerics.shiftBits);
    REQUIRE(design.hasBiasCorrection() == numerics.muFormat.has_value());
    if (numerics.muFormat) {
        CHECK(design.muFormat->spec() == numerics.muFormat->spec());
        CHECK(design.muProductBits == numerics.muFormat->productBits());
    }
}

}  // namespace

TEST_CASE("the default design has the documented widths") {
    const Design design = designOf(defaultSpec("x"));
    CHECK(design.maxTaps == 2304);
    CHECK(design.productBits == 8);         // 8 * 255 / 8
    CHECK(design.treeBits == 12);           // 255 * 16
    CHECK(design.accumulatorBits == 20);    // 255 * 2304
    CHECK(design.activationSumBits == 12);  // 255 * 16
    CHECK(design.windowSumBits == 20);      // 255 * 2304
    CHECK(design.muProductBits == 26);      // 64 * S
    CHECK(design.correctionBits == 28);     // 20 + 6 + 2
    CHECK(design.shiftMin == 9);
    CHECK(design.shiftMax == 24);
    CHECK(design.shiftBits == 4);
    CHECK(design.offsetBits == 10);
    CHECK(design.parameterBits == 6 + 4 + 10 + 28 + 4);
    CHECK(design.slotBits == 1);
    CHECK(design.weightRows == 8);
    CHECK(design.tileBeats == 2);
    CHECK(design.pixels == 2);
    CHECK(design.lanes == 2);
    CHECK(design.drainSteps == 8);
    CHECK(design.weightBeatBits == 512);
    CHECK(design.activationBeatBits == 128);
    CHECK(design.aeCount == 256);
    CHECK(design.peakGops == 51.2);
    CHECK(design.minTapsWithoutDrainStall == 144);
    CHECK(design.element.name == "slogii");
    CHECK(design.element.oddMultiples == 1);
    CHECK(design.element.laneBits == 10);
    CHECK(design.latencies == Latencies{3, 3, 6, 13});
}

TEST_CASE("widths are those of the golden model, over the range of formats and layers") {
    int checked = 0;
    for (const golden::FormatSpec& format : golden::SlogFormat::all(8)) {
        for (const int channels : {1, 7, 256}) {
            ArchSpec spec = defaultSpec("x");
            spec.format = {format.weightBits, format.sqrt2Steps, format.zero, 4 + channels % 5};
            spec.array.rows = 1 + (checked * 37) % 128;
            spec.accumulator.maxInputChannels = channels;
            spec.biasCorrection = {checked % 3 != 0, 3 + checked % 4, 0, checked % 13};
            spec.pcf.shiftMin = 1 + checked % 12;
            CAPTURE(specToJson(spec).dump());
            checkAgainstGolden(spec);
            ++checked;
        }
    }
    CHECK(checked == 348);
}

TEST_CASE("shifts follow the binary places and dropped columns of the sums unless given") {
    ArchSpec spec = defaultSpec("x");
    for (const int places : {0, 3, 12}) {
        for (const int dropped : {0, 3}) {
            spec.biasCorrection.fractionBits = places;
            spec.format.droppedBits = dropped;
            const Design design = designOf(spec);
            CHECK(design.shiftMin == 6 + places - dropped);
            CHECK(design.shiftMax == design.shiftMin + 15);
            CHECK(design.shiftBits == 4);
        }
    }
    spec.biasCorrection.enabled = false;
    CHECK(designOf(spec).shiftMin == 3);
    spec.format.droppedBits = 9;
    CHECK(designOf(spec).shiftMin == 1);
    for (const bool hasCorrection : {false, true}) {
        spec.biasCorrection.enabled = hasCorrection;
        spec.pcf.shiftMin = 9;
        CHECK(designOf(spec).shiftMin == 9);
        spec.pcf.shiftMax.reset();
        CHECK(designOf(spec).shiftMax == 24);
        spec.pcf.shiftMax = 27;
        CHECK(designOf(spec).shiftBits == 5);
    }
}

TEST_CASE("the accumulator holds whole tiles") {
    ArchSpec spec = defaultSpec("x");
    spec.accumulator = {std::nullopt, 1, 3};
    spec.array.rows = 128;
    const Design design = designOf(spec);
    CHECK(design.maxTaps == 128);
    CHECK(design.accumulatorBits == design.treeBits);
    CHECK(design.windowSumBits == design.activationSumBits);
}

TEST_CASE("a format without odd levels needs no odd multiple") {
    ArchSpec spec = defaultSpec("x");
    spec.format = {4, 0, true, 8};
    CHECK(designOf(spec).element.oddMultiples == 0);
    CHECK(designOf(spec).element.laneBits == 1);
}

TEST_CASE("odd sizes round up") {
    ArchSpec spec = defaultSpec("x");
    spec.array = {7, 5, 3, std::nullopt};
    spec.pcf.lanes = 2;
    Design design = designOf(spec);
    CHECK(design.weightRows == 4);
    CHECK(design.tileBeats == 2);
    CHECK(design.drainSteps == 3);
    CHECK(design.slotBits == 2);
    CHECK(design.latencies.lastOutput == 3 + 3 + 2);
    spec.array.weightRows = 2;
    CHECK(designOf(spec).tileBeats == 4);
    spec.array = {1, 1, 1, std::nullopt};
    spec.pcf.lanes = 1;
    design = designOf(spec);
    CHECK(design.slotBits == 1);
    CHECK(design.tileBeats == 1);
    CHECK(design.drainSteps == 1);
    CHECK(design.aeCount == 1);
}

TEST_CASE("automatic sizes keep the array busy in a 3x3 layer with as many channels as rows") {
    for (const int rows : {1, 2, 7, 16, 64, 128}) {
        for (const int columns : {1, 5, 8, 9, 16, 17, 128}) {
            ArchSpec spec = defaultSpec("x");
            spec.array.rows = rows;
            spec.array.columns = columns;
            const Design design = designOf(spec);
            CHECK(design.busyShare(std::int64_t{9} * rows) == 1.0);
            CHECK(design.minTapsWithoutDrainStall <= std::int64_t{9} * rows);
        }
    }
    ArchSpec spec = defaultSpec("x");
    spec.pcf.lanes = 1;
    CHECK(designOf(spec).busyShare(144) == 18.0 / 32.0);
    CHECK(designOf(spec).busyShare(129) == 18.0 / 32.0);
    CHECK(designOf(spec).busyShare(145) == 20.0 / 32.0);
    spec.array.pixels = 1;
    CHECK(designOf(spec).weightRows == 16);
    spec.array.weightRows = 4;
    CHECK(designOf(spec).busyShare(2304) == 0.25);
    // What more slots are for is the traffic, not the pace.
    spec.array.pixels = 8;
    spec.array.weightRows.reset();
    CHECK(designOf(spec).tileBeats == 2);
}

TEST_CASE("without bias correction there is no mu") {
    ArchSpec spec = defaultSpec("x");
    spec.biasCorrection.enabled = false;
    const Design design = designOf(spec);
    CHECK_FALSE(design.hasBiasCorrection());
    CHECK(design.muBits == 0);
    CHECK(design.muProductBits == 0);
    CHECK(design.fractionBits == 0);
    CHECK(design.correctionBits == 22);
    CHECK(design.parameterBits == 6 + 4 + 10 + 22);
}

TEST_CASE("two stages have no tree register and one cycle less") {
    ArchSpec spec = defaultSpec("x");
    spec.pipeline.stages = 2;
    CHECK_FALSE(designOf(spec).hasTreeRegister());
    CHECK(designOf(spec).latencies == Latencies{2, 3, 5, 12});
}

TEST_CASE("another element changes the widths of weights and sums") {
    const Design design = designOf(defaultSpec("x"));
    const ElementInfo int8 = {.name = "int8_plain",
                              .weightBits = 8,
                              .rawMax = 65535,
                              .productBits = 16,
                              .partialProducts = 1,
                              .partialBits = 16,
                              .partialShift = 0,
                              .allPartialBits = 16};
    const Design baseline = withElement(design, int8);
    CHECK(baseline.element == int8);
    CHECK(baseline.productBits == 16);
    CHECK(baseline.accumulatorBits == 28);
    CHECK(baseline.correctionBits == 36);
    CHECK(baseline.parameterBits == design.parameterBits + 8);
    CHECK(baseline.weightBeatBits == 2 * design.weightBeatBits);
    CHECK(baseline.windowSumBits == design.windowSumBits);
    CHECK(designHash(baseline) != designHash(design));
    CHECK(designHash(withElement(baseline, design.element)) == designHash(design));
}

TEST_CASE("an accumulator width given for the spec's format does not bind another element") {
    ArchSpec spec = defaultSpec("x");
    spec.accumulator.bits = 24;
    const Design design = designOf(spec);
    ElementInfo wider = design.element;
    wider.rawMax = 65535;
    CHECK(design.accumulatorBits == 24);
    CHECK(withElement(design, wider).accumulatorBits == 28);
}

TEST_CASE("another element that is too wide is refused") {
    const Design design = designOf(defaultSpec("x"));
    ElementInfo wide = design.element;
    wide.rawMax = ~std::uint64_t{0};
    CHECK_THROWS_AS(withElement(design, wide), support::InputError);
}

TEST_CASE("a spec with errors is not elaborated") {
    support::Diagnostics diagnostics;
    const ArchSpec spec = parseSpec("{}", diagnostics);
    CHECK_THROWS_AS(elaborate(spec, diagnostics), support::InputError);
}
