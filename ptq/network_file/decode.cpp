#include "ptq/network_file/decode.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "golden/arithmetic/baselines.h"
#include "ptq/network_file/decode_step.h"
#include "ptq/network_file/json_value.h"
#include "ptq/network_file/layout.h"
#include "ptq/network_file/tensor_source.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

constexpr std::size_t kMaxLevels = 32;
constexpr int kLargestLevel = 1 << 20;
constexpr int kMostDroppedBits = 62;  // how many a format has, the format itself says
constexpr int kMaxHalfOctaves = 31;   // of any format of up to 6 bits
constexpr double kLargestNumber = std::numeric_limits<double>::max();
constexpr const char* kSlogii = "slogii";

golden::NumericsSpec numericsSpecOf(const JsonValue& json) {
    json.requireMembers({"max_taps", "mu", "accumulator_bits", "output_bits", "scale_bits",
                         "shift_min", "shift_max"});
    golden::NumericsSpec spec;
    spec.maxTaps = json["max_taps"].integer(1, std::int64_t{1} << 32U);
    if (const JsonValue mu = json["mu"]; !mu.isNull()) {
        mu.requireMembers({"bits", "sqrt2_steps", "fraction_bits"});
        spec.mu = {mu["bits"].smallInteger(3, 6),
                   mu["sqrt2_steps"].smallInteger(0, kMaxHalfOctaves),
                   mu["fraction_bits"].smallInteger(0, 32)};
    }
    if (const JsonValue bits = json["accumulator_bits"]; !bits.isNull()) {
        spec.accumulatorBits = bits.smallInteger(1, 62);
    }
    spec.outputBits = json["output_bits"].smallInteger(1, 8);
    spec.scaleBits = json["scale_bits"].smallInteger(1, 62);
    spec.shiftMin = json["shift_min"].smallInteger(1, 126);
    spec.shiftMax = json["shift_max"].smallInteger(spec.shiftMin, 126);
    return spec;
}

// "slogii", or of a baseline one whose name begins with "int4_" or "int8_".
std::string elementOf(const JsonValue& json, const std::string& variant) {
    std::vector<std::string> allowed;
    if (variant == kSlogii) {
        allowed.emplace_back(kSlogii);
    } else {
        const std::vector<std::string>& names = golden::baselineNames();
        std::copy_if(names.begin(), names.end(), std::back_inserter(allowed),
                     [&](const std::string& name) { return name.rfind(variant + "_", 0) == 0; });
    }
    const std::string name = json.text(kMaxNameBytes);
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
        json.fail(fmt::format("one of: {}", fmt::join(allowed, ", ")));
    }
    return name;
}

NumberFormat formatOf(const JsonValue& json, const std::string& variant) {
    NumberFormat format;
    format.element = elementOf(json["element"], variant);
    std::vector<std::string> members{"element", "activation_bits", "numerics"};
    if (variant == kSlogii) {
        members.insert(members.end(), {"weight_bits", "sqrt2_steps", "zero"});
        if (json.hasMember("levels")) {
            members.emplace_back("levels");
        }
        if (json.hasMember("dropped_bits")) {
            members.emplace_back("dropped_bits");
        }
    }
    json.requireMembers(members);
    format.slog.activationBits = json["activation_bits"].smallInteger(1, 8);
    if (variant == kSlogii) {
        format.slog.weightBits = json["weight_bits"].smallInteger(3, 6);
        format.slog.sqrt2Steps = json["sqrt2_steps"].smallInteger(0, kMaxHalfOctaves);
        format.slog.zero = json["zero"].boolean();
        if (json.hasMember("levels")) {
            for (const JsonValue& level : json["levels"].elements(1, kMaxLevels)) {
                format.slog.levels.push_back(level.smallInteger(0, kLargestLevel));
            }
        }
        if (json.hasMember("dropped_bits")) {
            format.slog.droppedBits = json["dropped_bits"].smallInteger(0, kMostDroppedBits);
        }
    }
    format.numerics = numericsSpecOf(json["numerics"]);
    return format;
}

void readTensors(const JsonValue& json, NetworkParts& parts) {
    for (const JsonValue& tensor : json.elements(1, kMaxTensors)) {
        tensor.requireMembers({"name", "size", "zero_point", "scale"});
        golden::TensorInfo& info = parts.spec.tensors.emplace_back();
        info.name = tensor["name"].text(kMaxNameBytes);
        const std::vector<JsonValue> size = tensor["size"].elements(3, 3);
        info.channels = size[0].smallInteger(1, kMaxSide);
        info.height = size[1].smallInteger(1, kMaxSide);
        info.width = size[2].smallInteger(1, kMaxSide);
        info.zeroPoint = tensor["zero_point"].smallInteger(0, 255);
        parts.scales.push_back(tensor["scale"].number(kSmallestScale, kLargestScale));
    }
}

void readSteps(const JsonValue& json, const std::string& variant, NetworkParts& parts,
               TensorSource& source) {
    std::size_t inputs = 0;
    for (const JsonValue& step : json.elements(0, kMaxSteps)) {
        const StepPlace place{variant, parts.spec.steps.size(), parts.numerics, parts.spec.tensors};
        parts.spec.steps.push_back(decodeStep(step, place, source));
        inputs += parts.spec.steps.back().inputs.size();
        if (inputs > kMaxInputs) {
            failAt(json.place(), fmt::format("more than {} inputs of steps", kMaxInputs), "fewer");
        }
    }
}

void readLayers(const JsonValue& json, NetworkParts& parts) {
    const std::size_t steps = parts.spec.steps.size();
    for (const JsonValue& layer : json.elements(steps, steps)) {
        layer.requireMembers({"name", "signal", "noise"});
        parts.layers.push_back({layer["name"].text(kMaxNameBytes),
                                layer["signal"].number(0, kLargestNumber),
                                layer["noise"].number(0, kLargestNumber)});
    }
}

// A table that says something else than the format does would mislead its readers.
void requireTable(const std::string& name, const std::vector<std::int64_t>& values,
                  TensorSource& source) {
    const StoredTensor& table = source.take(name, Dtype::I64, {values.size()});
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (table.at(i) != values[i]) {
            failAt(fmt::format("tensor \"{}\", element {}", name, i), std::to_string(table.at(i)),
                   fmt::format("{}, the value of this code", values[i]));
        }
    }
}

NetworkParts partsOf(const JsonValue& json, const std::string& variant, TensorSource& source) {
    json.requireMembers({"format", "input", "outputs", "sums_planes", "tensors", "steps", "layers",
                         "calibration_error"});
    NetworkParts parts;
    const JsonValue format = json["format"];
    parts.format = formatOf(format, variant);
    try {
        parts.numerics = numericsOf(parts.format);
    } catch (const std::logic_error& error) {
        throw support::InputError(format.place() + ": " + error.what());
    }
    readTensors(json["tensors"], parts);
    const auto largestId = static_cast<std::int64_t>(parts.spec.tensors.size()) - 1;
    parts.spec.input = static_cast<golden::TensorId>(json["input"].integer(0, largestId));
    for (const JsonValue& id : json["outputs"].elements(1, kMaxTensors)) {
        parts.spec.outputs.push_back(static_cast<golden::TensorId>(id.integer(0, largestId)));
    }
    parts.spec.sumsPlanes = json["sums_planes"].boolean();
    readSteps(json["steps"], variant, parts, source);
    readLayers(json["layers"], parts);
    parts.calibrationError = json["calibration_error"].number(0, kLargestNumber);
    requireTable(tableName(variant, "levels"), levelTable(*parts.numerics.element), source);
    if (parts.numerics.muFormat) {
        requireTable(tableName(variant, "mu_levels"), levelTable(*parts.numerics.muFormat), source);
    }
    return parts;
}

Provenance provenanceOf(const JsonValue& json) {
    json.requireMembers({"tool", "model", "model_hash", "calibration", "calibration_hash", "images",
                         "steps", "doubled"});
    Provenance provenance;
    provenance.tool = json["tool"].text(kMaxNameBytes);
    provenance.model = json["model"].text(kMaxNameBytes);
    provenance.modelHash = json["model_hash"].text(kMaxNameBytes);
    provenance.calibration = json["calibration"].text(kMaxNameBytes);
    provenance.calibrationHash = json["calibration_hash"].text(kMaxNameBytes);
    provenance.images = static_cast<std::size_t>(json["images"].integer(0, std::int64_t{1} << 48U));
    const JsonValue steps = json["steps"];
    steps.requireMembers(stepNames());
    for (const std::string& name : stepNames()) {
        stepNamed(provenance.steps, name) = steps[name].boolean();
    }
    for (const JsonValue& layer : json["doubled"].elements(0, kMaxSteps)) {
        provenance.doubled.push_back(layer.text(kMaxNameBytes));
    }
    return provenance;
}

// Throws unless these are variants, and kSlogii is one of them.
std::vector<std::string> variantsOf(const JsonValue& networks) {
    std::vector<std::string> variants = networks.keys();
    for (const std::string& variant : variants) {
        if (std::ranges::find(golden::kFamilies, variant) == golden::kFamilies.end()) {
            failAt(networks[variant].place(), "an unknown variant",
                   fmt::format("one of: {}", fmt::join(golden::kFamilies, ", ")));
        }
    }
    if (!networks.hasMember(kSlogii)) {
        failAt(networks.place(), fmt::format("no \"{}\"", kSlogii), "networks with this variant");
    }
    return variants;
}

}  // namespace

FileParts decode(const Safetensors& content) {
    const nlohmann::json document = parseJson(content.metadata.at(kNetworkKey), kNetworkKey);
    const JsonValue json(document, kNetworkKey);
    json.requireMembers({"provenance", "networks"});
    FileParts file;
    file.provenance = provenanceOf(json["provenance"]);
    TensorSource source(content);
    const JsonValue networks = json["networks"];
    for (const std::string& variant : variantsOf(networks)) {
        file.networks.emplace(variant, partsOf(networks[variant], variant, source));
    }
    source.requireAllTaken();
    return file;
}

StoredNetwork assemble(const std::string& variant, NetworkParts parts) {
    try {
        return {{std::move(parts.format),
                 golden::Network(std::move(parts.spec), std::move(parts.numerics)),
                 std::move(parts.scales)},
                std::move(parts.layers),
                parts.calibrationError};
    } catch (const std::logic_error& error) {
        throw support::InputError(
            fmt::format("{} /networks/{}: {}", kNetworkKey, variant, error.what()));
    }
}

}  // namespace aslog::ptq
