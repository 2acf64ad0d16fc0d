#include "tests/ptq/quantise/float_steps.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <variant>

namespace aslog::test {
namespace {

using golden::TensorInfo;
using ptq::ValueId;

/// A tensor of one image with its size.
struct Planes {
    const TensorInfo& size;
    const std::vector<double>& data;

    double at(int c, int y, int x) const {
        const auto index = (std::ptrdiff_t{c} * size.height + y) * size.width + x;
        return data[static_cast<std::size_t>(index)];
    }
    bool isInside(int y, int x) const {
        return y >= 0 && y < size.height && x >= 0 && x < size.width;
    }
};

std::vector<double> filledBy(const TensorInfo& size,
                             const std::function<double(int c, int y, int x)>& element) {
    std::vector<double> data;
    for (int c = 0; c < size.channels; ++c) {
        for (int y = 0; y < size.height; ++y) {
            for (int x = 0; x < size.width; ++x) {
                data.push_back(element(c, y, x));
            }
        }
    }
    return data;
}

struct Visitor {
    const TensorInfo& output;
    const std::vector<Planes>& inputs;

    std::vector<double> operator()(const ptq::LoweredConv& conv) const {
        const golden::ConvGeometry& g = conv.geometry;
        const auto perGroup = g.outputChannels;
        return filledBy(output, [&](int c, int outY, int outX) {
            double sum = conv.bias[static_cast<std::size_t>(c)];
            const float* weight = conv.weights.data() + c * g.taps();
            const int first = c / perGroup * g.inputChannels;
            for (int ic = first; ic < first + g.inputChannels; ++ic) {
                for (int ky = 0; ky < g.kernelHeight; ++ky) {
                    for (int kx = 0; kx < g.kernelWidth; ++kx) {
                        const int y = outY * g.strideY - g.padTop + ky * g.dilationY;
                        const int x = outX * g.strideX - g.padLeft + kx * g.dilationX;
                        const double w = *weight++;
                        sum += inputs[0].isInside(y, x) ? w * inputs[0].at(ic, y, x) : 0;
                    }
                }
            }
            return sum + (inputs.size() == 2 ? inputs[1].at(c, outY, outX) : 0);
        });
    }

    std::vector<double> operator()(const ptq::LoweredAdd& /*op*/) const {
        return filledBy(output, [&](int c, int y, int x) {
            return inputs[0].at(c, y, x) + inputs[1].at(c, y, x);
        });
    }

    std::vector<double> operator()(const ptq::LoweredProduct& /*op*/) const {
        const Planes& b = inputs[1];
        return filledBy(output, [&](int c, int y, int x) {
            return inputs[0].at(c, y, x) * b.at(b.size.channels == 1 ? 0 : c,
                                                b.size.height == 1 ? 0 : y,
                                                b.size.width == 1 ? 0 : x);
        });
    }

    std::vector<double> operator()(const ptq::LoweredConstant& op) const {
        return {op.data.begin(), op.data.end()};
    }

    std::vector<double> operator()(const golden::WidenStep& step) const {
        const int fy = step.factors[0];
        const int fx = step.factors[1];
        return filledBy(output, [&](int c, int y, int x) {
            return step.repeats || (y % fy == 0 && x % fx == 0) ? inputs[0].at(c, y / fy, x / fx)
                                                                : 0;
        });
    }

    /// Where each element of the input comes to lie, from its coordinates.
    std::vector<double> operator()(const golden::TransposeStep& step) const {
        const std::size_t rank = step.sizes.size();
        std::vector<double> data(inputs[0].data.size());
        for (std::size_t i = 0; i < data.size(); ++i) {
            std::vector<std::size_t> coordinates(rank);
            std::size_t rest = i;
            for (std::size_t d = rank; d-- > 0;) {
                coordinates[d] = rest % static_cast<std::size_t>(step.sizes[d]);
                rest /= static_cast<std::size_t>(step.sizes[d]);
            }
            std::size_t place = 0;
            for (const int from : step.order) {
                const auto d = static_cast<std::size_t>(from);
                place = place * static_cast<std::size_t>(step.sizes[d]) + coordinates[d];
            }
            data[place] = inputs[0].data[i];
        }
        return data;
    }

    template <typename Visit>
    void forEachTap(const golden::PoolWindow& w, int outY, int outX, const Visit& visit) const {
        for (int ky = 0; ky < w.kernelHeight; ++ky) {
            for (int kx = 0; kx < w.kernelWidth; ++kx) {
                visit(outY * w.strideY - w.padTop + ky * w.dilationY,
                      outX * w.strideX - w.padLeft + kx * w.dilationX);
            }
        }
    }

    std::vector<double> operator()(const golden::MaxPoolStep& step) const {
        return filledBy(output, [&](int c, int outY, int outX) {
            double largest = -std::numeric_limits<double>::infinity();
            forEachTap(step.window, outY, outX, [&](int y, int x) {
                largest =
                    inputs[0].isInside(y, x) ? std::max(largest, inputs[0].at(c, y, x)) : largest;
            });
            return largest;
        });
    }

    std::vector<double> operator()(const ptq::LoweredAveragePool& op) const {
        const TensorInfo& size = inputs[0].size;
        return filledBy(output, [&](int c, int outY, int outX) {
            double sum = 0;
            int count = 0;
            forEachTap(op.window, outY, outX, [&](int y, int x) {
                const bool isInside = inputs[0].isInside(y, x);
                const bool isPadded =
                    y < size.height + op.window.padBottom && x < size.width + op.window.padRight;
                sum += isInside ? inputs[0].at(c, y, x) : 0;
                count += isInside || (op.countsPadding && isPadded) ? 1 : 0;
            });
            return op.factor * sum / count;
        });
    }

    std::vector<double> operator()(const ptq::LoweredConcat& /*op*/) const {
        std::vector<double> data;
        for (const Planes& input : inputs) {
            data.insert(data.end(), input.data.begin(), input.data.end());
        }
        return data;
    }

    std::vector<double> operator()(const golden::PadStep& step) const {
        return filledBy(output, [&](int c, int y, int x) {
            const int from = c - step.channels;
            const bool isTaken = from >= 0 && from < inputs[0].size.channels &&
                                 inputs[0].isInside(y - step.top, x - step.left);
            return isTaken ? inputs[0].at(from, y - step.top, x - step.left) : 0;
        });
    }

    std::vector<double> operator()(const golden::SliceStep& step) const {
        return filledBy(output, [&](int c, int y, int x) {
            return inputs[0].at(step.starts[0] + c * step.steps[0],
                                step.starts[1] + y * step.steps[1],
                                step.starts[2] + x * step.steps[2]);
        });
    }

    std::vector<double> operator()(const golden::ReshapeStep& /*step*/) const {
        return inputs[0].data;
    }
    std::vector<double> operator()(const ptq::LoweredClamp& /*op*/) const { return inputs[0].data; }
    std::vector<double> operator()(const ptq::LoweredFunction& op) const {
        return filledBy(output, [&](int c, int y, int x) {
            const auto channel = static_cast<std::size_t>(op.functions.size() == 1 ? 0 : c);
            return ptq::valueAt(op.functions.at(channel), inputs[0].at(c, y, x));
        });
    }
};

}  // namespace

std::vector<std::vector<double>> floatSteps(const ptq::LoweredNetwork& network,
                                            const std::vector<float>& image) {
    std::vector<std::vector<double>> values(network.sizes.size());
    values[network.input].assign(image.begin(), image.end());
    for (const ptq::LoweredStep& step : network.steps) {
        std::vector<Planes> inputs;
        for (const ValueId id : step.inputs) {
            inputs.push_back({network.sizes[id], values[id]});
        }
        std::vector<double>& output = values[step.output];
        output = std::visit(Visitor{network.sizes[step.output], inputs}, step.operation);
        for (double& element : output) {
            element = std::clamp<double>(element, step.clamp.low, step.clamp.high);
        }
    }
    return values;
}

}  // namespace aslog::test
