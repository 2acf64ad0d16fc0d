// docs/arithmetic.md, sections 5 and 6.
#include <cstdint>
#include <memory>
#include <optional>
#include <random>

#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"
#include "tests/catch.h"

namespace {

using aslog::golden::Code;
using aslog::golden::correctionSum;
using aslog::golden::deriveNumerics;
using aslog::golden::foldBias;
using aslog::golden::FormatSpec;
using aslog::golden::muOffset;
using aslog::golden::MuSpec;
using aslog::golden::Numerics;
using aslog::golden::NumericsSpec;
using aslog::golden::PcfParameters;
using aslog::golden::rawMu;
using aslog::golden::SlogElement;
using aslog::golden::SlogFormat;

NumericsSpec specOf(std::int64_t maxTaps, std::optional<MuSpec> mu) {
    NumericsSpec spec;
    spec.maxTaps = maxTaps;
    spec.mu = mu;
    return spec;
}

}  // namespace

TEST_CASE("mu * S obeys the law of the elements") {
    std::mt19937_64 random(3);
    for (const FormatSpec& spec : SlogFormat::all(20)) {
        const SlogElement element(spec);
        const SlogFormat& format = element.format();
        for (const Code mu : element.codes()) {
            for (int i = 0; i < 4; ++i) {
                const std::uint64_t windowSum = i == 0 ? 0 : random() >> 44;
                const std::uint64_t raw = rawMu(format, mu, windowSum);
                CHECK(raw == element.raw(mu, static_cast<std::uint32_t>(windowSum)));
                CHECK(static_cast<std::int64_t>(raw) ==
                      format.decode(mu) * static_cast<std::int64_t>(windowSum) +
                          muOffset(format, mu));
            }
        }
    }
}

TEST_CASE("The folded correction sum is acc * 2^f + mu * S + b") {
    const auto element = std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8});
    std::mt19937_64 random(4);
    for (const int fractionBits : {0, 1, 4, 7}) {
        const Numerics numerics = deriveNumerics(element, specOf(1152, MuSpec{4, 2, fractionBits}));
        for (int i = 0; i < 1000; ++i) {
            const auto acc = static_cast<std::int64_t>(random() % 4000000) - 2000000;
            const auto sumOffsets = static_cast<std::int64_t>(random() % 2000000) + 2000000;
            const std::uint64_t windowSum = random() % 293760;
            const auto bias = static_cast<std::int64_t>(random() % 2000000) - 1000000;
            const Code mu{static_cast<std::uint32_t>(random() % 16)};
            PcfParameters parameters;
            parameters.mu = mu;
            parameters.bias = foldBias(numerics, bias, sumOffsets, mu);
            const auto accRaw = static_cast<std::uint64_t>(acc + sumOffsets);
            const std::int64_t expected =
                acc * (std::int64_t{1} << fractionBits) +
                numerics.muFormat->decode(mu) * static_cast<std::int64_t>(windowSum) + bias;
            REQUIRE(correctionSum(numerics, accRaw, windowSum, parameters) == expected);
        }
    }
}

TEST_CASE("The correction sum wraps modulo 2^T and is read as signed") {
    const auto element = std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8});
    const Numerics numerics = deriveNumerics(element, specOf(9, std::nullopt));
    REQUIRE(numerics.correctionBits == 18);  // 16 + 0 + 2
    PcfParameters parameters;
    parameters.bias = (1 << 17) - 1;
    CHECK(correctionSum(numerics, 0, 0, parameters) == (1 << 17) - 1);
    CHECK(correctionSum(numerics, 1, 0, parameters) == -(1 << 17));
    // Without bias correction neither S nor the mu code matters.
    parameters.mu = Code{15};
    CHECK(correctionSum(numerics, 1, 99, parameters) == -(1 << 17));
    CHECK(foldBias(numerics, -(1 << 16), 1 << 16, Code{15}) == -(1 << 17));
    CHECK(foldBias(numerics, -(1 << 16), (1 << 16) + 1, Code{15}) == (1 << 17) - 1);
}
