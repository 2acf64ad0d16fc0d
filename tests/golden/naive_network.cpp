#include "tests/golden/naive_network.h"

#include <cstddef>
#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "golden/arithmetic/adder_tree.h"

namespace aslog::test {
namespace {

using golden::Tensor;
using golden::TensorInfo;
using Inputs = std::vector<const Tensor*>;

Wide limited(Wide value, Wide low, Wide high) {
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

Wide clamped(Wide value, const golden::ClampRange& clamp) {
    return limited(value, clamp.low, clamp.high);
}

bool isInside(int place, int size) {
    return place >= 0 && place < size;
}

/// The output of `size` whose elements are what `element` says.
Tensor filledBy(const TensorInfo& size, const std::function<Wide(int c, int y, int x)>& element) {
    Tensor tensor{size.channels, size.height, size.width, {}};
    for (int c = 0; c < size.channels; ++c) {
        for (int y = 0; y < size.height; ++y) {
            for (int x = 0; x < size.width; ++x) {
                tensor.data.push_back(static_cast<std::uint8_t>(element(c, y, x)));
            }
        }
    }
    return tensor;
}

/// The products of a window by the weights, each cut towards zero; those of several words that are
/// cut by the words, whose own test is that of the elements.
Wide productsOf(const golden::Element& element, const std::vector<golden::Code>& codes,
                const std::vector<std::uint8_t>& q) {
    if (element.dropped() > 0 && !element.isSignMagnitude()) {
        return golden::productSum(element, codes, q);
    }
    Wide sum = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        sum += Wide{element.value(codes[i])} * q[i] / (Wide{1} << element.dropped());
    }
    return sum;
}

/// t_c of one output of a group whose channels of input and output start at the given ones.
Wide correctionSum(const golden::ConvLayer& layer, const golden::Numerics& numerics,
                   const Tensor& input, int firstChannel, int channel, int outY, int outX) {
    const golden::ConvGeometry& g = layer.geometry;
    std::vector<golden::Code> codes;
    std::vector<std::uint8_t> window;
    Wide activations = 0;
    std::int64_t tap = 0;
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            for (int kx = 0; kx < g.kernelWidth; ++kx, ++tap) {
                const int y = outY * g.strideY - g.padTop + ky * g.dilationY;
                const int x = outX * g.strideX - g.padLeft + kx * g.dilationX;
                const int q = isInside(y, input.height) && isInside(x, input.width)
                                  ? input.at(firstChannel + c, y, x)
                                  : layer.inputZeroPoint;
                codes.push_back(layer.code(channel, tap));
                window.push_back(static_cast<std::uint8_t>(q));
                activations += q;
            }
        }
    }
    const golden::ChannelParameters& from = layer.channels[static_cast<std::size_t>(channel)];
    const Wide mu = numerics.muFormat ? numerics.muFormat->decode(from.mu) : 0;
    return productsOf(*numerics.element, codes, window) * (Wide{1} << numerics.fractionBits) +
           mu * activations + from.bias;
}

Wide powerOfTwo(int exponent) {
    return Wide{1} << exponent;
}

struct Visitor {
    const NaiveStep& naive;
    const Inputs& tensors;

    const TensorInfo& info(std::size_t i) const { return naive.inputs[i]; }
    int zeroPoint() const { return naive.output.zeroPoint; }

    Tensor operator()(const golden::ConvStep& step) const {
        Tensor output{naive.output.channels, naive.output.height, naive.output.width, {}};
        int in = 0;
        for (const golden::ConvLayer& layer : step.groups) {
            for (int c = 0; c < layer.geometry.outputChannels; ++c) {
                for (int y = 0; y < output.height; ++y) {
                    for (int x = 0; x < output.width; ++x) {
                        const Wide t =
                            correctionSum(layer, naive.numerics, *tensors[0], in, c, y, x);
                        output.data.push_back(static_cast<std::uint8_t>(
                            requantised(step, layer, c, t, output.data.size())));
                    }
                }
            }
            in += layer.geometry.inputChannels;
        }
        return output;
    }

    /// y of section 7; `place` is that of the output, and of its residual.
    Wide requantised(const golden::ConvStep& step, const golden::ConvLayer& layer, int channel,
                     Wide t, std::size_t place) const {
        const golden::ChannelParameters& from = layer.channels[static_cast<std::size_t>(channel)];
        const int places = naive.numerics.scaleBits + 2;
        const Wide uLimit = powerOfTwo(naive.numerics.outputBits + 5);
        const Wide denominator = powerOfTwo(from.shift);
        const Wide numerator = t * powerOfTwo(places);
        const Wide floor = numerator >= 0 ? numerator / denominator
                                          : -((-numerator + denominator - 1) / denominator);
        const Wide u = limited(floor, -uLimit, uLimit - 1);
        const Wide v = dividedAndRounded(u * Wide{from.scale}, places);
        Wide offset = zeroPoint();
        if (tensors.size() == 2) {
            const Wide oLimit = powerOfTwo(naive.numerics.outputBits + 1);
            offset += naiveRatio(tensors[1]->data[place] - info(1).zeroPoint, step.residual);
            offset = limited(offset, -oLimit, oLimit - 1);
        }
        return clamped(v + offset, layer.clamp);
    }

    Tensor operator()(const golden::AddStep& step) const {
        return filledBy(naive.output, [&](int c, int y, int x) {
            const Wide sum = Wide{tensors[0]->at(c, y, x) - info(0).zeroPoint} * step.scales[0] +
                             Wide{tensors[1]->at(c, y, x) - info(1).zeroPoint} * step.scales[1];
            return clamped(dividedAndRounded(sum, step.shift) + zeroPoint(), step.clamp);
        });
    }

    Tensor operator()(const golden::MultiplyStep& step) const {
        const Tensor& b = *tensors[1];
        return filledBy(naive.output, [&](int c, int y, int x) {
            const int q =
                b.at(b.channels == 1 ? 0 : c, b.height == 1 ? 0 : y, b.width == 1 ? 0 : x);
            const std::int64_t product =
                std::int64_t{tensors[0]->at(c, y, x) - info(0).zeroPoint} * (q - info(1).zeroPoint);
            return clamped(naiveRatio(product, step.ratio) + zeroPoint(), step.clamp);
        });
    }

    /// Calls `visit(q, isPadding)` for the taps of a window that are in the input or its padding.
    template <typename Visit>
    void forEachTap(const golden::PoolWindow& w, int c, int outY, int outX,
                    const Visit& visit) const {
        const Tensor& input = *tensors[0];
        for (int ky = 0; ky < w.kernelHeight; ++ky) {
            for (int kx = 0; kx < w.kernelWidth; ++kx) {
                const int y = outY * w.strideY - w.padTop + ky * w.dilationY;
                const int x = outX * w.strideX - w.padLeft + kx * w.dilationX;
                if (y >= input.height + w.padBottom || x >= input.width + w.padRight) {
                    continue;
                }
                const bool isPadding = !isInside(y, input.height) || !isInside(x, input.width);
                visit(isPadding ? 0 : input.at(c, y, x), isPadding);
            }
        }
    }

    Tensor operator()(const golden::MaxPoolStep& step) const {
        return filledBy(naive.output, [&](int c, int y, int x) {
            Wide largest = 0;
            forEachTap(step.window, c, y, x, [&](int q, bool isPadding) {
                largest = !isPadding && q > largest ? q : largest;
            });
            return largest;
        });
    }

    Tensor operator()(const golden::AveragePoolStep& step) const {
        return filledBy(naive.output, [&](int c, int y, int x) {
            std::int64_t sum = 0;
            std::size_t count = 0;
            forEachTap(step.window, c, y, x, [&](int q, bool isPadding) {
                sum += isPadding ? 0 : q - info(0).zeroPoint;
                count += !isPadding || step.countsPadding ? 1 : 0;
            });
            return clamped(naiveRatio(sum, step.ratios.at(count - 1)) + zeroPoint(), step.clamp);
        });
    }

    Tensor operator()(const golden::ConcatStep& step) const {
        const Wide outputTop = powerOfTwo(naive.numerics.outputBits) - 1;
        const Wide top = limited(outputTop, 0, naive.numerics.element->activationMax());
        return filledBy(naive.output, [&](int c, int y, int x) {
            std::size_t input = 0;
            while (c >= tensors[input]->channels) {
                c -= tensors[input++]->channels;
            }
            const int u = tensors[input]->at(c, y, x) - info(input).zeroPoint;
            return limited(naiveRatio(u, step.ratios[input]) + zeroPoint(), 0, top);
        });
    }

    Tensor operator()(const golden::PadStep& step) const {
        const Tensor& input = *tensors[0];
        return filledBy(naive.output, [&](int c, int y, int x) -> Wide {
            const bool isTaken = isInside(c - step.channels, input.channels) &&
                                 isInside(y - step.top, input.height) &&
                                 isInside(x - step.left, input.width);
            return isTaken ? input.at(c - step.channels, y - step.top, x - step.left) : zeroPoint();
        });
    }

    Tensor operator()(const golden::SliceStep& step) const {
        const auto& [c0, y0, x0] = step.starts;
        const auto& [dc, dy, dx] = step.steps;
        return filledBy(
            naive.output,
            [&, c0 = c0, y0 = y0, x0 = x0, dc = dc, dy = dy, dx = dx](int c, int y, int x) -> Wide {
                return tensors[0]->at(c0 + c * dc, y0 + y * dy, x0 + x * dx);
            });
    }

    Tensor operator()(const golden::WidenStep& step) const {
        const auto [fy, fx] = step.factors;
        return filledBy(naive.output, [&, fy = fy, fx = fx](int c, int y, int x) -> Wide {
            const bool isTaken = step.repeats || (y % fy == 0 && x % fx == 0);
            return isTaken ? tensors[0]->at(c, y / fy, x / fx) : zeroPoint();
        });
    }

    /// Element by element: the coordinates of a place in the result, from the last dimension on.
    Tensor operator()(const golden::TransposeStep& step) const {
        const std::size_t rank = step.sizes.size();
        std::size_t next = 0;
        return filledBy(naive.output, [&](int /*c*/, int /*y*/, int /*x*/) -> Wide {
            std::vector<std::size_t> coordinates(rank);
            std::size_t rest = next++;
            for (std::size_t i = rank; i-- > 0;) {
                const auto from = static_cast<std::size_t>(step.order[i]);
                const auto size = static_cast<std::size_t>(step.sizes[from]);
                coordinates[from] = rest % size;
                rest /= size;
            }
            std::size_t place = 0;
            for (std::size_t i = 0; i < rank; ++i) {
                place = place * static_cast<std::size_t>(step.sizes[i]) + coordinates[i];
            }
            return tensors[0]->data[place];
        });
    }

    Tensor operator()(const golden::ConstantStep& step) const {
        std::size_t next = 0;
        return filledBy(naive.output,
                        [&](int /*c*/, int /*y*/, int /*x*/) -> Wide { return step.data[next++]; });
    }

    Tensor operator()(const golden::ReshapeStep& /*step*/) const {
        std::size_t next = 0;
        return filledBy(naive.output, [&](int /*c*/, int /*y*/, int /*x*/) -> Wide {
            return tensors[0]->data[next++];
        });
    }

    Tensor operator()(const golden::TableStep& step) const {
        return filledBy(naive.output, [&](int c, int y, int x) -> Wide {
            const auto channel = static_cast<std::size_t>(step.tables.size() == 1 ? 0 : c);
            return step.tables.at(channel).at(tensors[0]->at(c, y, x));
        });
    }

    Tensor operator()(const golden::ClampStep& step) const {
        return filledBy(naive.output, [&](int c, int y, int x) {
            return clamped(tensors[0]->at(c, y, x), step.clamp);
        });
    }
};

}  // namespace

Wide dividedAndRounded(Wide numerator, int shift) {
    const Wide denominator = Wide{1} << shift;
    const Wide shifted = numerator + denominator / 2;
    const Wide quotient = shifted / denominator;  // towards zero
    return shifted % denominator < 0 ? quotient - 1 : quotient;
}

Wide naiveRatio(std::int64_t u, const golden::Ratio& ratio) {
    return dividedAndRounded(Wide{u} * Wide{ratio.scale}, ratio.shift);
}

Tensor NaiveStep::run(const Inputs& tensors) const {
    return std::visit(Visitor{*this, tensors}, step.operation);
}

std::vector<Tensor> naiveTensors(const golden::NetworkSpec& spec, const golden::Numerics& numerics,
                                 const Tensor& image) {
    std::vector<Tensor> tensors(spec.tensors.size());
    tensors[spec.input] = image;
    for (const golden::Step& step : spec.steps) {
        std::vector<TensorInfo> infos;
        Inputs inputs;
        for (const golden::TensorId id : step.inputs) {
            infos.push_back(spec.tensors[id]);
            inputs.push_back(&tensors[id]);
        }
        tensors[step.output] =
            NaiveStep{step, infos, spec.tensors[step.output], numerics}.run(inputs);
    }
    return tensors;
}

}  // namespace aslog::test
