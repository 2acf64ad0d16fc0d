#include "tests/golden/random_steps.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "golden/arithmetic/integers.h"

namespace aslog::test {
namespace {

using golden::TensorInfo;

/// How many windows of one dimension lie one after the other before one has no tap inside.
int fittingWindows(int kernel, int stride, int dilation, int padBegin, int input) {
    for (int i = 0;; ++i) {
        bool hasTap = false;
        for (int k = 0; k < kernel; ++k) {
            const int place = i * stride - padBegin + k * dilation;
            hasTap |= place >= 0 && place < input;
        }
        if (!hasTap) {
            return i;
        }
    }
}

}  // namespace

int StepMaker::top() const {
    return static_cast<int>(std::min<std::uint64_t>(numerics_.element->activationMax(),
                                                    golden::lowMask(numerics_.outputBits)));
}

int StepMaker::zeroPoint() {
    const int kind = number(0, 3);
    return kind == 0 ? 0 : kind == 1 ? top() : number(0, top());
}

golden::Ratio StepMaker::ratio() {
    constexpr std::int64_t kLargest = (1 << golden::kRatioBits) - 1;
    golden::Ratio ratio{static_cast<std::uint64_t>(draw(random_, 1 << 14, kLargest)),
                        number(13, 17)};
    switch (number(0, 9)) {
        case 0:
            ratio.scale = 0;
            break;
        case 1:
            ratio.scale = kLargest;
            break;
        case 2:
            ratio.shift = 1;
            break;
        case 3:
            ratio.shift = golden::kRatioShiftMax;
            break;
        default:
            break;
    }
    return ratio;
}

golden::ClampRange StepMaker::clampRange() {
    const auto low = static_cast<std::uint32_t>(number(0, 2) == 0 ? number(0, top()) : 0);
    const auto high = static_cast<std::uint32_t>(number(0, 2) == 0 ? number(0, top()) : top());
    return {std::min(low, high), std::max(low, high)};
}

TensorInfo StepMaker::tensor(int channels, int height, int width) {
    return {"t", channels, height, width, zeroPoint()};
}

TensorInfo StepMaker::tensor() {
    return tensor(number(1, 6), number(1, 9), number(1, 9));
}

golden::ConvLayer StepMaker::layer(const golden::ConvGeometry& geometry, int inputZeroPoint,
                                   const TensorInfo& output, const golden::ClampRange& clamp) {
    golden::ConvLayer layer = randomLayer(random_, geometry, numerics_);
    layer.inputZeroPoint = inputZeroPoint;
    layer.clamp = clamp;
    layer.offsets.assign(layer.channels.size(), output.zeroPoint);
    const std::int64_t limit = (std::int64_t{1} << (numerics_.correctionBits - 2)) - 1;
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        layer.channels[c].bias =
            std::clamp(zeroPointTerm(layer, numerics_, static_cast<int>(c)), -limit, limit);
    }
    return layer;
}

StepCase StepMaker::conv(const TensorInfo& input, int groups) {
    golden::ConvGeometry g;
    do {
        g = randomGeometry(random_);
        g.inputChannels = input.channels / groups;
        g.outputChannels = number(1, 4);
    } while (g.taps() > numerics_.maxTaps || g.outputHeight(input.height) == 0 ||
             g.outputWidth(input.width) == 0);
    StepCase result{{"conv", {}, {}, 0}, {input}, {}};
    result.output =
        tensor(groups * g.outputChannels, g.outputHeight(input.height), g.outputWidth(input.width));
    golden::ConvStep step;
    const golden::ClampRange clamp = clampRange();
    for (int i = 0; i < groups; ++i) {
        step.groups.push_back(layer(g, input.zeroPoint, result.output, clamp));
    }
    result.step.operation = std::move(step);
    return result;
}

void StepMaker::addResidual(StepCase& conv, const std::optional<TensorInfo>& residual) {
    const TensorInfo& output = conv.output;
    conv.inputs.push_back(residual ? *residual
                                   : tensor(output.channels, output.height, output.width));
    std::get<golden::ConvStep>(conv.step.operation).residual = ratio();
}

StepCase StepMaker::add(const TensorInfo& a, const TensorInfo& b) {
    const golden::AddStep step{{ratio().scale, ratio().scale}, ratio().shift, clampRange()};
    return {{"add", step, {}, 0}, {a, b}, tensor(a.channels, a.height, a.width)};
}

golden::PoolWindow StepMaker::window(const TensorInfo& input, TensorInfo& output) {
    for (;;) {
        const golden::PoolWindow w{number(1, 4), number(1, 4), number(1, 3), number(1, 3),
                                   number(0, 2), number(0, 2), number(0, 2), number(0, 2),
                                   number(1, 2), number(1, 2)};
        output = input;
        output.height =
            fittingWindows(w.kernelHeight, w.strideY, w.dilationY, w.padTop, input.height);
        output.width =
            fittingWindows(w.kernelWidth, w.strideX, w.dilationX, w.padLeft, input.width);
        if (output.height > 0 && output.width > 0) {
            return w;
        }
    }
}

StepCase StepMaker::multiply(const TensorInfo& a, const TensorInfo& b) {
    // A product has twice the bits of a factor.
    golden::Ratio product = ratio();
    product.shift = std::min(product.shift + 6, golden::kRatioShiftMax);
    return {{"product", golden::MultiplyStep{product, clampRange()}, {}, 0},
            {a, b},
            tensor(a.channels, a.height, a.width)};
}

StepCase StepMaker::maxPool(const TensorInfo& input) {
    StepCase result{{"max", {}, {}, 0}, {input}, {}};
    result.step.operation = golden::MaxPoolStep{window(input, result.output)};
    return result;
}

StepCase StepMaker::averagePool(const TensorInfo& input) {
    StepCase result{{"mean", {}, {}, 0}, {input}, {}};
    golden::AveragePoolStep step;
    step.window = window(input, result.output);
    step.countsPadding = number(0, 1) == 0;
    for (int i = 0; i < step.window.kernelHeight * step.window.kernelWidth; ++i) {
        step.ratios.push_back(ratio());
    }
    step.clamp = clampRange();
    result.output.zeroPoint = zeroPoint();
    result.step.operation = std::move(step);
    return result;
}

StepCase StepMaker::concat(const std::vector<TensorInfo>& inputs) {
    golden::ConcatStep step;
    int channels = 0;
    for (const TensorInfo& input : inputs) {
        step.ratios.push_back(ratio());
        channels += input.channels;
    }
    return {{"concat", std::move(step), {}, 0},
            inputs,
            tensor(channels, inputs.front().height, inputs.front().width)};
}

StepCase StepMaker::pad(const TensorInfo& input) {
    const golden::PadStep step{number(0, 3), number(0, 2), number(0, 2)};
    TensorInfo output = input;
    output.channels += step.channels + number(0, 3);
    output.height += step.top + number(0, 2);
    output.width += step.left + number(0, 2);
    return {{"pad", step, {}, 0}, {input}, output};
}

StepCase StepMaker::slice(const TensorInfo& input) {
    golden::SliceStep step;
    TensorInfo output = input;
    const std::array<int*, 3> sizes{&output.channels, &output.height, &output.width};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        step.starts[i] = number(0, *sizes[i] - 1);
        step.steps[i] = number(1, 3);
        *sizes[i] = number(1, (*sizes[i] - 1 - step.starts[i]) / step.steps[i] + 1);
    }
    return {{"slice", step, {}, 0}, {input}, output};
}

StepCase StepMaker::widen(const TensorInfo& input) {
    const golden::WidenStep step{{number(1, 3), number(1, 3)}, number(0, 1) == 0};
    TensorInfo output = input;
    const auto widened = [&](int size, int factor) {
        return step.repeats ? size * factor : (size - 1) * factor + 1;
    };
    output.height = widened(input.height, step.factors[0]);
    output.width = widened(input.width, step.factors[1]);
    return {{"widen", step, {}, 0}, {input}, output};
}

StepCase StepMaker::transpose(const TensorInfo& input) {
    golden::TransposeStep step;
    for (const int size : {input.channels, input.height, input.width}) {
        const int divisor = size % 2 == 0 ? 2 : size;
        step.sizes.insert(step.sizes.end(), {divisor, size / divisor});
    }
    for (int i = 0; i < 6; ++i) {
        step.order.push_back(i);
    }
    std::shuffle(step.order.begin(), step.order.end(), random_);
    TensorInfo output = input;
    std::swap(output.channels, number(0, 1) == 0 ? output.height : output.width);
    return {{"transpose", step, {}, 0}, {input}, output};
}

StepCase StepMaker::constant() {
    golden::ConstantStep step;
    const TensorInfo output = tensor();
    for (std::size_t i = 0; i < output.size(); ++i) {
        step.data.push_back(static_cast<std::uint8_t>(number(0, top())));
    }
    return {{"constant", std::move(step), {}, 0}, {}, output};
}

StepCase StepMaker::reshape(const TensorInfo& input) {
    const TensorInfo flat{"t", static_cast<int>(input.size()), 1, 1, input.zeroPoint};
    const TensorInfo turned{"t", input.width, input.channels, input.height, input.zeroPoint};
    return {{"reshape", golden::ReshapeStep{}, {}, 0}, {input}, number(0, 1) == 0 ? flat : turned};
}

StepCase StepMaker::clamp(const TensorInfo& input) {
    return {{"clamp", golden::ClampStep{clampRange()}, {}, 0}, {input}, input};
}

StepCase StepMaker::table(const TensorInfo& input) {
    golden::TableStep step;
    step.tables.resize(number(0, 1) == 0 ? 1 : static_cast<std::size_t>(input.channels));
    for (std::vector<std::uint8_t>& table : step.tables) {
        for (std::uint32_t q = 0; q <= numerics_.element->activationMax(); ++q) {
            table.push_back(static_cast<std::uint8_t>(number(0, top())));
        }
    }
    return {{"table", std::move(step), {}, 0},
            {input},
            tensor(input.channels, input.height, input.width)};
}

namespace {

/// Adds one step after the other, each to tensors that are there.
class NetworkMaker {
  public:
    NetworkMaker(Random& random, const golden::Numerics& numerics)
        : random_(random), maker_(random, numerics) {
        spec_.tensors.push_back(maker_.tensor(3, 7, 8));
        spec_.tensors.back().name = "input";
    }

    golden::NetworkSpec run(std::size_t steps) {
        while (spec_.steps.size() < steps) {
            addStep();
        }
        spec_.outputs = {spec_.tensors.size() - 1};
        return std::move(spec_);
    }

  private:
    golden::TensorId anyTensor() {
        return static_cast<golden::TensorId>(
            draw(random_, 0, static_cast<std::int64_t>(spec_.tensors.size()) - 1));
    }

    /// Any tensor of this plane, and of as many channels unless they are 0. There is one: the
    /// tensor that asks.
    golden::TensorId like(const TensorInfo& wanted, int channels) {
        for (;;) {
            const golden::TensorId id = anyTensor();
            const TensorInfo& info = spec_.tensors[id];
            if (info.height == wanted.height && info.width == wanted.width &&
                (channels == 0 || info.channels == channels)) {
                return id;
            }
        }
    }

    void append(StepCase next, std::vector<golden::TensorId> inputs) {
        if (next.output.size() > 4096 || next.output.channels > 12) {
            return;  // networks that grow without end are slow to test
        }
        next.output.name = "t" + std::to_string(spec_.tensors.size());
        next.step.name += std::to_string(spec_.steps.size());
        next.step.inputs = std::move(inputs);
        next.step.output = spec_.tensors.size();
        spec_.tensors.push_back(next.output);
        spec_.steps.push_back(std::move(next.step));
    }

    void addConv(golden::TensorId id) {
        const TensorInfo input = spec_.tensors[id];
        StepCase next = maker_.conv(input, draw(random_, 0, 2) == 0 ? input.channels : 1);
        for (golden::TensorId other = 0; other < spec_.tensors.size(); ++other) {
            const TensorInfo& info = spec_.tensors[other];
            if (info.channels == next.output.channels && info.height == next.output.height &&
                info.width == next.output.width) {
                maker_.addResidual(next, info);
                append(std::move(next), {id, other});
                return;
            }
        }
        append(std::move(next), {id});
    }

    void addStep() {
        const golden::TensorId id = anyTensor();
        const TensorInfo input = spec_.tensors[id];
        const golden::TensorId same = like(input, input.channels);
        const golden::TensorId plane = like(input, 0);
        switch (draw(random_, 0, 14)) {
            case 0:
                return append(maker_.add(input, spec_.tensors[same]), {id, same});
            case 1:
                return append(maker_.maxPool(input), {id});
            case 2:
                return append(maker_.averagePool(input), {id});
            case 3:
                return append(maker_.concat({input, spec_.tensors[plane], spec_.tensors[same]}),
                              {id, plane, same});
            case 4:
                return append(maker_.pad(input), {id});
            case 5:
                return append(maker_.slice(input), {id});
            case 6:
                return append(maker_.reshape(input), {id});
            case 7:
                return append(maker_.clamp(input), {id});
            case 8:
                return append(maker_.table(input), {id});
            case 9:
                return append(maker_.multiply(input, spec_.tensors[same]), {id, same});
            case 10:
                return append(maker_.widen(input), {id});
            case 11:
                return append(maker_.transpose(input), {id});
            case 12:
                return append(maker_.constant(), {});
            default:
                return addConv(id);
        }
    }

    Random& random_;
    StepMaker maker_;
    golden::NetworkSpec spec_;
};

}  // namespace

golden::NetworkSpec randomNetwork(Random& random, const golden::Numerics& numerics,
                                  std::size_t steps) {
    return NetworkMaker(random, numerics).run(steps);
}

}  // namespace aslog::test
