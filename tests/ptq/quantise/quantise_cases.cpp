#include "tests/ptq/quantise/quantise_cases.h"

#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aslog::test {
namespace {

std::string textOf(const golden::PoolWindow& w) {
    return fmt::format("{}x{} / {}x{} pad {} {} {} {} dilation {}x{}", w.kernelHeight,
                       w.kernelWidth, w.strideY, w.strideX, w.padTop, w.padBottom, w.padLeft,
                       w.padRight, w.dilationY, w.dilationX);
}

std::string textOf(const std::vector<golden::Ratio>& ratios) {
    std::string text;
    for (const golden::Ratio& ratio : ratios) {
        text += fmt::format(" {}/2^{}", ratio.scale, ratio.shift);
    }
    return text;
}

std::string textOf(const golden::ClampRange& clamp) {
    return fmt::format(" {}...{}", clamp.low, clamp.high);
}

struct OperationText {
    std::string operator()(const golden::ConvStep& step) const {
        std::string text = textOf({step.residual});
        for (const golden::ConvLayer& layer : step.groups) {
            const golden::ConvGeometry& g = layer.geometry;
            text += fmt::format("\n  group {} {} z {}{} offsets {}\n  ", g.inputChannels,
                                g.outputChannels, layer.inputZeroPoint, textOf(layer.clamp),
                                fmt::join(layer.offsets, " "));
            text += textOf({g.kernelHeight, g.kernelWidth, g.strideY, g.strideX, g.padTop,
                            g.padBottom, g.padLeft, g.padRight, g.dilationY, g.dilationX});
            for (const golden::Code code : layer.codes) {
                text += fmt::format(" {}", golden::bitsOf(code));
            }
            for (const golden::ChannelParameters& channel : layer.channels) {
                text += fmt::format(", {} {} {} {}", channel.bias, golden::bitsOf(channel.mu),
                                    channel.scale, channel.shift);
            }
        }
        return text;
    }
    std::string operator()(const golden::AddStep& step) const {
        return fmt::format("{} {} / 2^{}{}", step.scales[0], step.scales[1], step.shift,
                           textOf(step.clamp));
    }
    std::string operator()(const golden::MultiplyStep& step) const {
        return textOf({step.ratio}) + textOf(step.clamp);
    }
    std::string operator()(const golden::WidenStep& step) const {
        return fmt::format("{}{}", step.factors, step.repeats ? " repeated" : "");
    }
    std::string operator()(const golden::TransposeStep& step) const {
        return fmt::format("{} in order {}", step.sizes, step.order);
    }
    std::string operator()(const golden::ConstantStep& step) const {
        return fmt::format("{}", step.data);
    }
    std::string operator()(const golden::MaxPoolStep& step) const { return textOf(step.window); }
    std::string operator()(const golden::AveragePoolStep& step) const {
        return textOf(step.window) + (step.countsPadding ? " padded" : "") + textOf(step.ratios) +
               textOf(step.clamp);
    }
    std::string operator()(const golden::ConcatStep& step) const { return textOf(step.ratios); }
    std::string operator()(const golden::PadStep& step) const {
        return fmt::format("{} {} {}", step.channels, step.top, step.left);
    }
    std::string operator()(const golden::SliceStep& step) const {
        return fmt::format("{} by {}", step.starts, step.steps);
    }
    std::string operator()(const golden::ReshapeStep& /*step*/) const { return ""; }
    std::string operator()(const golden::ClampStep& step) const { return textOf(step.clamp); }
    std::string operator()(const golden::TableStep& step) const {
        return fmt::format("{}", step.tables);
    }
};

ptq::QuantiseOptions switched(const std::initializer_list<const char*>& steps, bool named) {
    ptq::QuantiseOptions options;
    for (const std::string& name : ptq::stepNames()) {
        ptq::stepNamed(options.steps, name) = !named;
    }
    for (const char* name : steps) {
        ptq::stepNamed(options.steps, name) = named;
    }
    return options;
}

}  // namespace

ptq::NumberFormat usualFormat() {
    ptq::NumberFormat format;
    format.slog = {4, 4, true, 8};
    format.numerics.mu = golden::MuSpec{4, 4, 4};
    return format;
}

ptq::NumberFormat formatOf(const std::string& element) {
    ptq::NumberFormat format = usualFormat();
    format.element = element;
    return format;
}

ptq::QuantiseOptions only(const std::initializer_list<const char*>& steps) {
    return switched(steps, true);
}

ptq::QuantiseOptions without(const std::initializer_list<const char*>& steps) {
    return switched(steps, false);
}

std::string textOf(const ptq::QuantisedNetwork& network) {
    const golden::NetworkSpec& spec = network.network.spec();
    std::string text = fmt::format("{} to {}\n", spec.input, fmt::join(spec.outputs, " "));
    for (std::size_t i = 0; i < spec.tensors.size(); ++i) {
        const golden::TensorInfo& info = spec.tensors[i];
        text += fmt::format("{} {}x{}x{} z {} scale {:a}\n", info.name, info.channels, info.height,
                            info.width, info.zeroPoint, network.scales.at(i));
    }
    for (const golden::Step& step : spec.steps) {
        text += fmt::format("{}: {}({}) -> {} {}\n", step.name,
                            golden::operationName(step.operation), fmt::join(step.inputs, " "),
                            step.output, std::visit(OperationText{}, step.operation));
    }
    return text;
}

const golden::ConvStep& convOf(const ptq::QuantisedNetwork& network, const std::string& step) {
    for (const golden::Step& candidate : network.network.spec().steps) {
        if (candidate.name == step) {
            return std::get<golden::ConvStep>(candidate.operation);
        }
    }
    throw std::out_of_range("no step " + step);
}

ptq::ActivationScale scaleOf(const ptq::QuantisedNetwork& network, const std::string& tensor) {
    const auto& tensors = network.network.spec().tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (tensors[i].name == tensor) {
            return {network.scales[i], tensors[i].zeroPoint};
        }
    }
    throw std::out_of_range("no tensor " + tensor);
}

}  // namespace aslog::test
