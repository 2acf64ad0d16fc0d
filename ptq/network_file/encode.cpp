#include "ptq/network_file/encode.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "ptq/network_file/layout.h"
#include "support/error.h"
#include "support/json_file.h"

namespace aslog::ptq {
namespace {

using support::Json;

StoredTensor emptyTensor(Dtype dtype, std::vector<std::uint64_t> shape) {
    StoredTensor tensor{dtype, std::move(shape), {}};
    std::size_t bytes = dtypeBytes(dtype);
    for (const std::uint64_t size : tensor.shape) {
        bytes *= size;
    }
    tensor.bytes.reserve(bytes);
    return tensor;
}

StoredTensor tableOf(const std::vector<std::int64_t>& values) {
    StoredTensor tensor = emptyTensor(Dtype::I64, {values.size()});
    std::for_each(values.begin(), values.end(), [&](std::int64_t v) { tensor.append(v); });
    return tensor;
}

Json ratioJson(const golden::Ratio& ratio) {
    return Json::array({ratio.scale, ratio.shift});
}

Json clampJson(const golden::ClampRange& clamp) {
    return Json::array({clamp.low, clamp.high});
}

Json ratiosJson(const std::vector<golden::Ratio>& ratios) {
    Json list = Json::array();
    for (const golden::Ratio& ratio : ratios) {
        list.push_back(ratioJson(ratio));
    }
    return list;
}

// ConvGeometry and PoolWindow name these fields alike.
template <typename Window>
Json windowJson(const Window& window) {
    return {{"kernel", {window.kernelHeight, window.kernelWidth}},
            {"stride", {window.strideY, window.strideX}},
            {"padding", {window.padTop, window.padBottom, window.padLeft, window.padRight}},
            {"dilation", {window.dilationY, window.dilationX}}};
}

// One step of one network: its operation's members, and the tensors of a convolution.
class StepEncoder {
  public:
    StepEncoder(const golden::Network& network, std::string variant, std::size_t index,
                Safetensors& content)
        : numerics_(network.numerics()),
          variant_(std::move(variant)),
          index_(index),
          step_(network.spec().steps[index]),
          output_(network.spec().tensors[step_.output]),
          content_(content) {
        json_["name"] = step_.name;
        json_["operation"] = golden::operationName(step_.operation);
        json_["inputs"] = step_.inputs;
        json_["output"] = step_.output;
    }

    Json run() {
        std::visit([this](const auto& operation) { add(operation); }, step_.operation);
        return std::move(json_);
    }

  private:
    void add(const golden::ConvStep& step) {
        requireAlike(step);
        json_["groups"] = step.groups.size();
        json_["window"] = windowJson(step.groups.front().geometry);
        json_["clamp"] = clampJson(step.groups.front().clamp);
        if (step_.inputs.size() == 2) {
            json_["residual"] = ratioJson(step.residual);
        }
        addCodes(step);
        addParameters(step, "bias", Dtype::I64,
                      [](const golden::ChannelParameters& c) { return c.bias; });
        addParameters(step, "scale", Dtype::I64, [](const golden::ChannelParameters& c) {
            return static_cast<std::int64_t>(c.scale);
        });
        addParameters(step, "shift", Dtype::U8,
                      [](const golden::ChannelParameters& c) { return std::int64_t{c.shift}; });
        if (numerics_.muFormat) {
            addParameters(step, "mu", Dtype::U8, [](const golden::ChannelParameters& c) {
                return std::int64_t{golden::bitsOf(c.mu)};
            });
        }
    }

    void add(const golden::AddStep& step) {
        json_["scales"] = step.scales;
        json_["shift"] = step.shift;
        json_["clamp"] = clampJson(step.clamp);
    }

    void add(const golden::MultiplyStep& step) {
        json_["ratio"] = ratioJson(step.ratio);
        json_["clamp"] = clampJson(step.clamp);
    }

    void add(const golden::MaxPoolStep& step) { json_["window"] = windowJson(step.window); }

    void add(const golden::AveragePoolStep& step) {
        json_["window"] = windowJson(step.window);
        json_["counts_padding"] = step.countsPadding;
        json_["ratios"] = ratiosJson(step.ratios);
        json_["clamp"] = clampJson(step.clamp);
    }

    void add(const golden::ConcatStep& step) { json_["ratios"] = ratiosJson(step.ratios); }

    void add(const golden::PadStep& step) {
        json_["before"] = {step.channels, step.top, step.left};
    }

    void add(const golden::SliceStep& step) {
        json_["starts"] = step.starts;
        json_["steps"] = step.steps;
    }

    void add(const golden::WidenStep& step) {
        json_["factors"] = step.factors;
        json_["repeats"] = step.repeats;
    }

    void add(const golden::TransposeStep& step) {
        json_["sizes"] = step.sizes;
        json_["order"] = step.order;
    }

    void add(const golden::ReshapeStep& /*step*/) {}

    void add(const golden::ClampStep& step) { json_["clamp"] = clampJson(step.clamp); }

    void add(const golden::TableStep& step) { json_["tables"] = step.tables; }

    void add(const golden::ConstantStep& step) {
        const auto size = [](int n) { return static_cast<std::uint64_t>(n); };
        StoredTensor tensor = emptyTensor(
            Dtype::U8, {size(output_.channels), size(output_.height), size(output_.width)});
        for (const std::uint8_t q : step.data) {
            tensor.append(q);
        }
        content_.tensors[tensorName(variant_, index_, "values")] = std::move(tensor);
    }

    // The groups stand in one tensor and have one window.
    void requireAlike(const golden::ConvStep& step) const {
        const golden::ConvLayer& first = step.groups.front();
        const bool isAlike =
            std::all_of(step.groups.begin(), step.groups.end(), [&](const auto& layer) {
                return layer.geometry == first.geometry && layer.clamp == first.clamp;
            });
        if (!isAlike) {
            throw support::InputError("step \"" + step_.name +
                                      "\": its groups differ in geometry or clamp");
        }
    }

    void addCodes(const golden::ConvStep& step) {
        const golden::ConvGeometry& g = step.groups.front().geometry;
        const auto size = [](int n) { return static_cast<std::uint64_t>(n); };
        StoredTensor tensor =
            emptyTensor(codeType(*numerics_.element),
                        {step.groups.size() * size(g.outputChannels), size(g.inputChannels),
                         size(g.kernelHeight), size(g.kernelWidth)});
        for (const golden::ConvLayer& layer : step.groups) {
            for (const golden::Code code : layer.codes) {
                tensor.append(golden::bitsOf(code));
            }
        }
        content_.tensors[tensorName(variant_, index_, "codes")] = std::move(tensor);
    }

    template <typename Field>
    void addParameters(const golden::ConvStep& step, const char* what, Dtype dtype,
                       const Field& field) {
        StoredTensor tensor =
            emptyTensor(dtype, {step.groups.size() * step.groups.front().channels.size()});
        for (const golden::ConvLayer& layer : step.groups) {
            for (const golden::ChannelParameters& channel : layer.channels) {
                tensor.append(field(channel));
            }
        }
        content_.tensors[tensorName(variant_, index_, what)] = std::move(tensor);
    }

    const golden::Numerics& numerics_;
    std::string variant_;
    std::size_t index_;
    const golden::Step& step_;
    const golden::TensorInfo& output_;
    Safetensors& content_;
    Json json_;
};

Json numericsJson(const golden::NumericsSpec& spec) {
    Json json;
    json["max_taps"] = spec.maxTaps;
    json["mu"] = nullptr;
    if (spec.mu) {
        json["mu"] = {{"bits", spec.mu->bits},
                      {"sqrt2_steps", spec.mu->sqrt2Steps},
                      {"fraction_bits", spec.mu->fractionBits}};
    }
    json["accumulator_bits"] = spec.accumulatorBits ? Json(*spec.accumulatorBits) : Json();
    json["output_bits"] = spec.outputBits;
    json["scale_bits"] = spec.scaleBits;
    json["shift_min"] = spec.shiftMin;
    json["shift_max"] = spec.shiftMax;
    return json;
}

Json formatJson(const NumberFormat& format) {
    Json json;
    json["element"] = format.element;
    json["activation_bits"] = format.slog.activationBits;
    if (format.element == "slogii") {
        json["weight_bits"] = format.slog.weightBits;
        json["sqrt2_steps"] = format.slog.sqrt2Steps;
        json["zero"] = format.slog.zero;
        if (!format.slog.levels.empty()) {
            json["levels"] = format.slog.levels;
        }
        if (format.slog.droppedBits > 0) {
            json["dropped_bits"] = format.slog.droppedBits;
        }
    }
    json["numerics"] = numericsJson(format.numerics);
    return json;
}

Json tensorsJson(const QuantisedNetwork& network) {
    Json list = Json::array();
    for (std::size_t i = 0; i < network.network.spec().tensors.size(); ++i) {
        const golden::TensorInfo& info = network.network.spec().tensors[i];
        list.push_back({{"name", info.name},
                        {"size", {info.channels, info.height, info.width}},
                        {"zero_point", info.zeroPoint},
                        {"scale", network.scales.at(i)}});
    }
    return list;
}

Json networkJson(const std::string& variant, const StoredNetwork& stored, Safetensors& content) {
    const golden::Network& network = stored.network.network;
    const golden::NetworkSpec& spec = network.spec();
    if (stored.network.scales.size() != spec.tensors.size()) {
        throw support::InputError("network \"" + variant + "\": one scale a tensor is needed");
    }
    Json json;
    json["format"] = formatJson(stored.network.format);
    json["input"] = spec.input;
    json["outputs"] = spec.outputs;
    json["sums_planes"] = spec.sumsPlanes;
    json["tensors"] = tensorsJson(stored.network);
    json["steps"] = Json::array();
    for (std::size_t i = 0; i < spec.steps.size(); ++i) {
        json["steps"].push_back(StepEncoder(network, variant, i, content).run());
    }
    json["layers"] = Json::array();
    for (const LayerError& layer : stored.layers) {
        json["layers"].push_back(
            {{"name", layer.name}, {"signal", layer.signal}, {"noise", layer.noise}});
    }
    json["calibration_error"] = stored.calibrationError;
    content.tensors[tableName(variant, "levels")] =
        tableOf(levelTable(*network.numerics().element));
    if (network.numerics().muFormat) {
        content.tensors[tableName(variant, "mu_levels")] =
            tableOf(levelTable(*network.numerics().muFormat));
    }
    return json;
}

Json provenanceJson(const Provenance& provenance) {
    Json json;
    json["tool"] = provenance.tool;
    json["model"] = provenance.model;
    json["model_hash"] = provenance.modelHash;
    json["calibration"] = provenance.calibration;
    json["calibration_hash"] = provenance.calibrationHash;
    json["images"] = provenance.images;
    QuantiseSteps steps = provenance.steps;
    for (const std::string& name : stepNames()) {
        json["steps"][name] = stepNamed(steps, name);
    }
    json["doubled"] = provenance.doubled;
    return json;
}

}  // namespace

Safetensors encode(const NetworkFile& file) {
    Safetensors content;
    Json json;
    json["provenance"] = provenanceJson(file.provenance);
    json["networks"] = Json::object();
    for (const auto& [variant, stored] : file.networks) {
        json["networks"][variant] = networkJson(variant, stored, content);
    }
    content.metadata["format"] = kFormatName;
    content.metadata["version"] = kFormatVersion;
    // A name may come from a file of any encoding; JSON is UTF-8.
    content.metadata[kNetworkKey] = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return content;
}

}  // namespace aslog::ptq
