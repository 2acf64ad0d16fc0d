// Computes docs/arithmetic.md, section 9, and compares its tables line by line.
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iomanip>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"
#include "golden/layer/conv.h"
#include "tests/catch.h"

namespace {

using aslog::golden::bitsOf;
using aslog::golden::ChannelParameters;
using aslog::golden::Code;
using aslog::golden::columnSum;
using aslog::golden::ConvLayer;
using aslog::golden::Numerics;
using aslog::golden::PcfParameters;
using aslog::golden::SlogElement;

constexpr std::size_t channels = 2;
constexpr std::size_t taps = 3;

/// The tables of section 9, each line that starts with a bar.
std::vector<std::string> tablesOfSection9() {
    std::ifstream file(ASLOG_SOURCE_DIR "/docs/arithmetic.md");
    std::vector<std::string> lines;
    bool isInside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("## ", 0) == 0) {
            isInside = line.rfind("## 9.", 0) == 0;
        } else if (isInside && line.rfind('|', 0) == 0) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::string binary(Code code, int bits) {
    std::string text;
    for (int bit = bits - 1; bit >= 0; --bit) {
        text += ((bitsOf(code) >> bit) & 1U) != 0 ? '1' : '0';
    }
    return text;
}

template <typename Number>
std::string row(const std::string& name, const std::array<Number, channels>& values) {
    std::ostringstream line;
    line << "| " << name << " | " << values[0] << " | " << values[1] << " |";
    return line.str();
}

struct Example {
    std::shared_ptr<const SlogElement> element =
        std::make_shared<SlogElement>(aslog::golden::FormatSpec{4, 4, true, 8});
    Numerics numerics;
    ConvLayer layer;
    std::array<std::array<double, taps>, channels> weights = {
        {{-6.9, 11.3, 1.2}, {0.5, -40.0, 7.1}}};
    std::array<std::int64_t, channels> ownBias = {120, -46};
    std::vector<std::uint8_t> window = {10, 200, 37};
    aslog::golden::Tensor input{1, 1, 2, {200, 37}};

    Example() {
        aslog::golden::NumericsSpec spec;
        spec.maxTaps = 9;
        spec.mu = aslog::golden::MuSpec{4, 4, 2};
        spec.scaleBits = 6;
        numerics = deriveNumerics(element, spec);
        layer.geometry.outputChannels = channels;
        layer.geometry.kernelWidth = taps;
        layer.geometry.padLeft = 1;
        layer.inputZeroPoint = 10;
        layer.clamp = {40, 255};
        layer.offsets = {40, 40};
        for (const auto& row : weights) {
            for (const double x : row) {
                layer.codes.push_back(element->format().quantise(x));
            }
        }
        layer.channels = {{0, numerics.muFormat->quantise(6), 48, 12},
                          {0, numerics.muFormat->quantise(-2), 48, 14}};
        for (std::size_t c = 0; c < channels; ++c) {
            layer.channels[c].bias =
                zeroPointTerm(layer, numerics, static_cast<int>(c)) + ownBias[c];
        }
    }

    [[nodiscard]] std::vector<Code> codesOf(std::size_t channel) const {
        const auto begin = layer.codes.begin() + static_cast<std::ptrdiff_t>(channel * taps);
        return {begin, begin + taps};
    }

    [[nodiscard]] std::vector<std::string> tapTable() const {
        std::vector<std::string> lines = {
            "| tap | q | x | level | code | raw | x | level | code | raw |",
            "|---|---|---|---|---|---|---|---|---|---|"};
        for (std::size_t tap = 0; tap < taps; ++tap) {
            std::ostringstream line;
            line << "| " << tap << " | " << int{window[tap]} << " |" << std::fixed
                 << std::setprecision(1);
            for (std::size_t c = 0; c < channels; ++c) {
                const Code code = codesOf(c)[tap];
                line << ' ' << weights[c][tap] << " | " << element->value(code) << " | "
                     << binary(code, 4) << " | " << element->raw(code, window[tap]) << " |";
            }
            lines.push_back(line.str());
        }
        return lines;
    }

    [[nodiscard]] std::vector<std::string> channelTable() const;
};

std::vector<std::string> Example::channelTable() const {
    using Numbers = std::array<std::int64_t, channels>;
    Numbers accRaw{}, sumK{}, acc{}, sum{}, mu{}, muRaw{}, muK{}, zero{}, bias{}, folded{}, t{},
        direct{}, scale{}, shift{}, u{}, v{}, y{};
    std::array<std::string, channels> stored;
    const aslog::golden::Tensor output = convolve(layer, numerics, input);
    for (std::size_t c = 0; c < channels; ++c) {
        const ChannelParameters& from = layer.channels[c];
        const std::vector<Code> codes = codesOf(c);
        for (const Code code : codes) {
            sumK[c] += element->offset(code);
        }
        const std::uint64_t raw = columnSum(*element, codes, window);
        const std::uint64_t windowSum = aslog::golden::activationSum(window);
        accRaw[c] = static_cast<std::int64_t>(raw);
        acc[c] = accRaw[c] - sumK[c];
        sum[c] = static_cast<std::int64_t>(windowSum);
        mu[c] = numerics.muFormat->decode(from.mu);
        muRaw[c] = static_cast<std::int64_t>(rawMu(*numerics.muFormat, from.mu, windowSum));
        muK[c] = muOffset(*numerics.muFormat, from.mu);
        zero[c] = zeroPointTerm(layer, numerics, static_cast<int>(c));
        bias[c] = from.bias;
        folded[c] = foldBias(numerics, from.bias, sumK[c], from.mu);
        std::ostringstream hex;
        hex << "0x" << std::hex
            << (static_cast<std::uint64_t>(folded[c]) &
                aslog::golden::lowMask(numerics.correctionBits));
        stored[c] = hex.str();
        const PcfParameters parameters{from.scale, from.shift, layer.offsets[c], folded[c],
                                       from.mu};
        t[c] = correctionSum(numerics, raw, windowSum, parameters);
        direct[c] = acc[c] * 4 + mu[c] * sum[c] + bias[c];
        scale[c] = static_cast<std::int64_t>(from.scale);
        shift[c] = from.shift;
        u[c] = aslog::golden::shiftAndSaturate(t[c], from.shift, numerics);
        v[c] = static_cast<std::int64_t>(aslog::golden::scaleAndRound(
            u[c], from.scale, numerics.scaleBits + aslog::golden::kGuardBits));
        y[c] = output.at(static_cast<int>(c), 0, 0);
    }
    return {"| | channel 0 | channel 1 |",
            "|---|---|---|",
            row("acc_raw = Σ raw", accRaw),
            row("ΣK", sumK),
            row("acc = acc_raw - ΣK", acc),
            row("S", sum),
            row("µ", mu),
            row("raw_µ", muRaw),
            row("K_µ", muK),
            row("-z·(Σw·2^f + N·µ)", zero),
            row("β", ownBias),
            row("b", bias),
            row("B = b - 2^f·ΣK - K_µ", folded),
            row("B as stored, T bits", stored),
            row("t = acc_raw·2^f + raw_µ + B", t),
            row("t = acc·2^f + µ·S + b", direct),
            row("M", scale),
            row("s", shift),
            row("u", u),
            row("v", v),
            row("y", y)};
}

}  // namespace

TEST_CASE("The worked example of docs/arithmetic.md is what the golden model computes") {
    const Example example;
    CHECK(example.numerics.accumulatorBits == 16);
    CHECK(example.numerics.windowSumBits == 12);
    CHECK(example.numerics.correctionBits == 20);
    CHECK(example.numerics.muFormat->productBits() == 16);
    CHECK(example.element->rawMax() == 4095);

    std::vector<std::string> computed = example.tapTable();
    for (const std::string& line : example.channelTable()) {
        computed.push_back(line);
    }
    const std::vector<std::string> written = tablesOfSection9();
    REQUIRE(written.size() == computed.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
        CHECK(written[i] == computed[i]);
    }
}
