#include "tests/golden/layers.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <utility>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/integers.h"

namespace aslog::test {
namespace {

using golden::ChannelParameters;
using golden::Code;
using golden::ConvGeometry;
using golden::ConvLayer;
using golden::Element;
using golden::FormatSpec;
using golden::Numerics;

Code randomCode(Random& random, const Element& element) {
    const auto last = static_cast<std::int64_t>(element.codes().size()) - 1;
    return element.codes()[static_cast<std::size_t>(draw(random, 0, last))];
}

/// Scale and shift that bring the largest |t| of the channel to 1 to 16 times 2^outputBits: sums of
/// random weights stay far below their worst case, and some outputs shall saturate.
void chooseScale(Random& random, const ConvLayer& layer, const Numerics& numerics, int channel,
                 ChannelParameters& parameters) {
    std::int64_t reach = std::abs(parameters.bias) + 1;
    for (std::int64_t tap = 0; tap < layer.geometry.taps(); ++tap) {
        reach += ((std::abs(numerics.element->value(layer.code(channel, tap)))
                   << numerics.fractionBits) *
                  numerics.element->activationMax()) >>
                 numerics.element->dropped();
    }
    parameters.scale = static_cast<std::uint64_t>(
        draw(random, 1, static_cast<std::int64_t>(golden::lowMask(numerics.scaleBits))));
    const int tBits = golden::bitWidth(static_cast<std::uint64_t>(reach));
    parameters.shift = std::clamp(tBits + golden::bitWidth(parameters.scale) - numerics.outputBits -
                                      static_cast<int>(draw(random, 0, 4)),
                                  numerics.shiftMin, numerics.shiftMax);
}

}  // namespace

std::int64_t draw(Random& random, std::int64_t low, std::int64_t high) {
    const auto count = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(random() % count);
}

const std::vector<std::shared_ptr<const Element>>& assortedElements(int activationBits) {
    // Made once: random tests ask for them many thousand times.
    static std::map<int, std::vector<std::shared_ptr<const Element>>> made;
    std::vector<std::shared_ptr<const Element>>& elements = made[activationBits];
    if (!elements.empty()) {
        return elements;
    }
    for (const FormatSpec& spec :
         {FormatSpec{4, 4, true, activationBits}, FormatSpec{4, 7, false, activationBits},
          FormatSpec{3, 0, false, activationBits}, FormatSpec{5, 0, true, activationBits},
          FormatSpec{6, 30, true, activationBits}, FormatSpec{6, 1, false, activationBits},
          FormatSpec{4, 4, true, activationBits, {0, 1, 2, 3, 4, 6, 8}, 3},
          FormatSpec{4, 4, true, activationBits, {}, 1},
          FormatSpec{6, 1, false, activationBits, {}, 7}}) {
        elements.push_back(std::make_shared<golden::SlogElement>(spec));
    }
    for (const std::string& name : golden::baselineNames()) {
        elements.push_back(golden::makeBaseline(name, activationBits));
        const int dropped = name.starts_with("int4") || activationBits < 8 ? 3 : 5;
        elements.push_back(
            golden::makeBaseline(golden::droppingName(name, dropped), activationBits));
    }
    return elements;
}

Numerics numericsFor(std::shared_ptr<const Element> element, std::int64_t taps, bool hasMu) {
    golden::NumericsSpec spec;
    spec.maxTaps = taps;
    spec.shiftMax = 64;
    if (hasMu) {
        spec.mu = golden::MuSpec{3, 2, 4};
    }
    return golden::deriveNumerics(std::move(element), spec);
}

ConvGeometry randomGeometry(Random& random) {
    ConvGeometry geometry;
    const auto small = [&](int low, int high) { return static_cast<int>(draw(random, low, high)); };
    geometry.inputChannels = small(1, 7);
    geometry.outputChannels = small(1, 11);
    geometry.kernelHeight = small(1, 4);
    geometry.kernelWidth = small(1, 4);
    geometry.strideY = small(1, 3);
    geometry.strideX = small(1, 3);
    geometry.padTop = small(0, 2);
    geometry.padBottom = small(0, 2);
    geometry.padLeft = small(0, 2);
    geometry.padRight = small(0, 2);
    geometry.dilationY = small(1, 2);
    geometry.dilationX = small(1, 2);
    return geometry;
}

ConvLayer randomLayer(Random& random, const ConvGeometry& geometry, const Numerics& numerics) {
    ConvLayer layer;
    layer.geometry = geometry;
    layer.inputZeroPoint = static_cast<int>(draw(random, 0, numerics.element->activationMax()));
    const std::int64_t codes = geometry.taps() * geometry.outputChannels;
    for (std::int64_t i = 0; i < codes; ++i) {
        layer.codes.push_back(randomCode(random, *numerics.element));
    }
    const int zeroPoint = static_cast<int>(draw(random, 0, 1)) * 7;
    const auto top = static_cast<std::uint32_t>(golden::lowMask(numerics.outputBits));
    layer.clamp = {static_cast<std::uint32_t>(zeroPoint), top - (random() % 2 == 0 ? 0 : 50)};
    for (int c = 0; c < geometry.outputChannels; ++c) {
        ChannelParameters parameters;
        if (numerics.muFormat) {
            const auto last =
                static_cast<std::int64_t>(golden::lowMask(numerics.muFormat->weightBits()));
            parameters.mu = Code{static_cast<std::uint32_t>(draw(random, 0, last))};
        }
        layer.channels.push_back(parameters);
        layer.offsets.push_back(zeroPoint + draw(random, -20, 60));
        auto& channel = layer.channels.back();
        const std::int64_t limit = (std::int64_t{1} << (numerics.correctionBits - 2)) - 1;
        channel.bias = std::clamp(zeroPointTerm(layer, numerics, c), -limit, limit);
        chooseScale(random, layer, numerics, c, channel);
    }
    return layer;
}

golden::Tensor randomInput(Random& random, const Numerics& numerics, int channels, int height,
                           int width) {
    golden::Tensor input{channels, height, width, {}};
    for (std::size_t i = 0; i < input.size(); ++i) {
        input.data.push_back(
            static_cast<std::uint8_t>(draw(random, 0, numerics.element->activationMax())));
    }
    return input;
}

}  // namespace aslog::test
