#include "examples/fashion_cnn/quantise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "ptq/quantise/grid.h"

namespace aslog::examples {
namespace {

constexpr int kClipSteps = 32;   // candidates of an activation range
constexpr int kScaleSteps = 64;  // candidates of a channel's weight scale

int highestActivation(const golden::Numerics& numerics, bool last) {
    const int output = (1 << numerics.outputBits) - 1;
    const int next = static_cast<int>(numerics.element->activationMax());
    return last ? output : std::min(output, next);
}

int quantiseActivation(double x, const ActivationRange& range) {
    const double q = std::floor(x / range.scale + 0.5) + range.zeroPoint;
    return static_cast<int>(std::clamp(q, 0.0, static_cast<double>(range.high)));
}

// The range low … high, low <= 0 <= high; zero is exact, as padding and ReLU want it.
ActivationRange affineRange(double low, double high, int highest) {
    const double scale = std::max(high - low, 1e-12) / highest;
    return {scale, static_cast<int>(std::lround(-low / scale)), highest};
}

double squareError(std::span<const float> values, const ActivationRange& range) {
    double sum = 0;
    for (const float value : values) {
        const int q = quantiseActivation(value, range);
        const double error = range.scale * (q - range.zeroPoint) - value;
        sum += error * error;
    }
    return sum;
}

// Clips a part of the largest values if that makes the steps, and the error, smaller.
ActivationRange bestRange(std::span<const float> values, int highest) {
    const auto [low, high] = std::ranges::minmax(values);
    ActivationRange best;
    double bestError = std::numeric_limits<double>::infinity();
    for (int step = kClipSteps; step > 0; --step) {
        const double part = static_cast<double>(step) / kClipSteps;
        const auto range =
            affineRange(part * std::min(low, 0.0F), part * std::max(high, 0.0F), highest);
        const double error = squareError(values, range);
        if (error >= bestError) {
            continue;
        }
        best = range;
        bestError = error;
    }
    return best;
}

// Of the input and of the output of each layer.
std::vector<ActivationRange> activationRanges(const FashionCnn& cnn,
                                              const golden::Numerics& numerics,
                                              const IdxImages& calibration) {
    std::vector<std::vector<float>> values(cnn.layers().size());
    for (std::size_t i = 0; i < calibration.count; ++i) {
        const std::vector<Tensor> outputs = cnn.forwardAll(calibration.image(i));
        for (std::size_t layer = 0; layer < outputs.size(); ++layer) {
            const std::vector<float>& more = outputs[layer].values;
            values[layer].insert(values[layer].end(), more.begin(), more.end());
        }
    }
    const InputShape& input = cnn.input();
    const double divisor = input.divisor;
    std::vector<ActivationRange> ranges{
        affineRange(-input.offset / divisor, (255 - input.offset) / divisor,
                    static_cast<int>(numerics.element->activationMax()))};
    for (std::size_t layer = 0; layer < values.size(); ++layer) {
        const bool last = layer + 1 == values.size();
        ranges.push_back(bestRange(values[layer], highestActivation(numerics, last)));
    }
    return ranges;
}

// M_c / 2^s_c.
struct Ratio {
    std::uint64_t scale = 1;
    int shift = 1;

    double value() const { return std::ldexp(static_cast<double>(scale), -shift); }
};

// The nearest ratio that the fields can hold, with as many bits of M_c as fit.
Ratio nearestRatio(double ratio, const golden::Numerics& numerics) {
    const double highest = std::ldexp(1.0, numerics.scaleBits) - 1;
    Ratio best{1, numerics.shiftMin};
    for (int shift = numerics.shiftMax; shift >= numerics.shiftMin; --shift) {
        const double scale = std::round(std::ldexp(ratio, shift));
        if (scale > highest && shift > numerics.shiftMin) {
            continue;
        }
        best = {static_cast<std::uint64_t>(std::clamp(scale, 1.0, highest)), shift};
        break;
    }
    return best;
}

// The search for one output channel.
struct Channel {
    std::vector<std::int64_t> values;  // one per tap
    golden::Code mu{};
    Ratio ratio;
    double weightScale = 1;  // d_c: weight = d_c·(value + mu·2^-f)
    double error = std::numeric_limits<double>::infinity();
};

class LayerQuantiser {
  public:
    LayerQuantiser(const golden::Numerics& numerics, const ActivationRange& in,
                   const ActivationRange& out)
        : numerics_(numerics),
          in_(in),
          out_(out),
          grid_(*numerics.element),
          unit_(std::ldexp(1.0, -numerics.fractionBits)) {}

    golden::ConvLayer run(const ConvShape& shape, std::span<const float> weights,
                          std::span<const float> bias, bool last) const {
        golden::ConvLayer layer;
        layer.geometry = geometryOf(shape);
        layer.inputZeroPoint = in_.zeroPoint;
        layer.offsets.assign(shape.outChannels, out_.zeroPoint);
        layer.clamp = {static_cast<std::uint32_t>(shape.relu ? out_.zeroPoint : 0),
                       static_cast<std::uint32_t>(highestActivation(numerics_, last))};
        std::vector<Channel> channels;
        for (std::size_t c = 0; c < shape.outChannels; ++c) {
            channels.push_back(search(weights.subspan(c * shape.taps(), shape.taps()), bias[c]));
            for (const std::int64_t value : channels.back().values) {
                layer.codes.push_back(numerics_.element->encodeValue(value));
            }
            layer.channels.push_back(
                {0, channels.back().mu, channels.back().ratio.scale, channels.back().ratio.shift});
        }
        for (std::size_t c = 0; c < shape.outChannels; ++c) {
            const double real = bias[c] / (in_.scale * channels[c].weightScale * unit_);
            layer.channels[c].bias = std::llround(std::clamp(real, -0x1p62, 0x1p62)) +
                                     golden::zeroPointTerm(layer, numerics_, static_cast<int>(c));
        }
        return layer;
    }

  private:
    static golden::ConvGeometry geometryOf(const ConvShape& shape) {
        golden::ConvGeometry g;
        g.inputChannels = static_cast<int>(shape.inChannels);
        g.outputChannels = static_cast<int>(shape.outChannels);
        g.kernelHeight = g.kernelWidth = static_cast<int>(shape.kernel);
        g.strideY = g.strideX = static_cast<int>(shape.stride);
        g.padTop = g.padBottom = g.padLeft = g.padRight = static_cast<int>(shape.padding);
        return g;
    }

    // Tries scales from 1/4 to 5/4 of that which makes the largest weight the top level.
    Channel search(std::span<const float> weights, double bias) const {
        double largest = 0;
        for (const double weight : weights) {
            largest = std::max(largest, std::abs(weight));
        }
        const double full = largest / static_cast<double>(grid_.largest());
        // A channel of (almost) no weights still must express its bias: |b_c| < 2^(T-2), and half
        // of that is left to the zero point.
        const double least =
            std::abs(bias) / in_.scale / std::ldexp(unit_, numerics_.correctionBits - 3);
        Channel best;
        for (int step = 1; step <= kScaleSteps; ++step) {
            const double part = 0.25 + static_cast<double>(step) / kScaleSteps;
            Channel candidate = tryScale(weights, std::max(part * full, least));
            if (candidate.error < best.error) {
                best = std::move(candidate);
            }
        }
        return best;
    }

    Channel tryScale(std::span<const float> weights, double weightScale) const {
        const double toRatio = in_.scale * unit_ / out_.scale;
        Channel channel;
        channel.ratio = nearestRatio(weightScale * toRatio, numerics_);
        channel.weightScale = channel.ratio.value() / toRatio;
        double sum = 0;
        double squares = 0;
        for (const double weight : weights) {
            const double real = weight / channel.weightScale;
            channel.values.push_back(grid_.nearest(real));
            const double error = real - static_cast<double>(channel.values.back());
            sum += error;
            squares += error * error;
        }
        const auto count = static_cast<double>(weights.size());
        double mu = 0;
        if (numerics_.muFormat) {
            channel.mu = numerics_.muFormat->quantise(sum / count / unit_);
            mu = static_cast<double>(numerics_.muFormat->decode(channel.mu)) * unit_;
        }
        // Σ(error - mu)², in units of real weights so that scales can be compared.
        channel.error =
            (squares - 2 * mu * sum + count * mu * mu) * channel.weightScale * channel.weightScale;
        return channel;
    }

    const golden::Numerics& numerics_;
    ActivationRange in_;
    ActivationRange out_;
    ptq::Grid grid_;
    double unit_;  // 2^-f
};

}  // namespace

QuantisedCnn::QuantisedCnn(InputShape input, golden::Numerics numerics,
                           std::vector<golden::ConvLayer> layers,
                           std::vector<ActivationRange> ranges)
    : input_(input),
      numerics_(std::move(numerics)),
      layers_(std::move(layers)),
      ranges_(std::move(ranges)) {
    if (ranges_.size() != layers_.size() + 1) {
        throw std::invalid_argument(fmt::format("{} layers need {} activation ranges, {} found",
                                                layers_.size(), layers_.size() + 1,
                                                ranges_.size()));
    }
}

golden::Tensor QuantisedCnn::quantiseInput(std::span<const std::uint8_t> pixels) const {
    if (pixels.size() != input_.size()) {
        throw std::invalid_argument(
            fmt::format("an image has {} pixels, {} expected", pixels.size(), input_.size()));
    }
    golden::Tensor tensor{static_cast<int>(input_.channels),
                          static_cast<int>(input_.height),
                          static_cast<int>(input_.width),
                          {}};
    for (const int pixel : pixels) {
        const double x = static_cast<double>(pixel - input_.offset) / input_.divisor;
        tensor.data.push_back(static_cast<std::uint8_t>(quantiseActivation(x, ranges_[0])));
    }
    return tensor;
}

std::vector<golden::Tensor> QuantisedCnn::forwardAll(std::span<const std::uint8_t> pixels) const {
    std::vector<golden::Tensor> outputs;
    const golden::Tensor input = quantiseInput(pixels);
    for (const golden::ConvLayer& layer : layers_) {
        outputs.push_back(
            golden::convolve(layer, numerics_, outputs.empty() ? input : outputs.back()));
    }
    return outputs;
}

std::size_t QuantisedCnn::classify(std::span<const std::uint8_t> pixels) const {
    const std::vector<std::uint8_t> scores = forwardAll(pixels).back().data;
    return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

QuantisedCnn quantise(const FashionCnn& cnn, const golden::Numerics& numerics,
                      const IdxImages& calibration) {
    if (numerics.outputBits > 8 || numerics.element->activationBits() > 8) {
        throw std::invalid_argument(
            fmt::format("{} activation and {} output bits found, at most 8 allowed",
                        numerics.element->activationBits(), numerics.outputBits));
    }
    if (calibration.count == 0) {
        throw std::invalid_argument("no calibration images");
    }
    const std::vector<ActivationRange> ranges = activationRanges(cnn, numerics, calibration);
    std::vector<golden::ConvLayer> layers;
    for (std::size_t i = 0; i < cnn.layers().size(); ++i) {
        const LayerQuantiser quantiser(numerics, ranges[i], ranges[i + 1]);
        const bool last = i + 1 == cnn.layers().size();
        layers.push_back(quantiser.run(cnn.layers()[i], cnn.weights(i), cnn.bias(i), last));
        try {
            golden::checkLayer(layers.back(), numerics);
        } catch (const std::invalid_argument& error) {
            throw std::invalid_argument(
                fmt::format("layer '{}': {}", cnn.layers()[i].name, error.what()));
        }
    }
    return {cnn.input(), numerics, std::move(layers), ranges};
}

}  // namespace aslog::examples
