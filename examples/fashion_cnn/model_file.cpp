#include "examples/fashion_cnn/model_file.h"

#include <bit>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"

namespace aslog::examples {
namespace {

using support::InputError;
using support::Json;
namespace fs = std::filesystem;

constexpr const char* kFormat = "aslog_float_cnn_1";
constexpr std::size_t kMaxSize = 4096;             // of any dimension
constexpr std::uintmax_t kMaxBytes = 1ULL << 26U;  // of the weights

// Little-endian IEEE single, whatever the host is.
std::vector<float> decodeFloats(std::string_view bytes) {
    std::vector<float> values(bytes.size() / 4);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint32_t word = 0;
        for (unsigned b = 0; b < 4; ++b) {
            word |= std::uint32_t{static_cast<unsigned char>(bytes[4 * i + b])} << (8 * b);
        }
        values[i] = std::bit_cast<float>(word);
    }
    return values;
}

std::string encodeFloats(std::span<const float> values) {
    std::string bytes;
    for (const float value : values) {
        const auto word = std::bit_cast<std::uint32_t>(value);
        for (unsigned b = 0; b < 4; ++b) {
            bytes += static_cast<char>(word >> (8 * b) & 0xFFU);
        }
    }
    return bytes;
}

std::size_t sizeAt(const Json& object, const char* key) {
    const Json& value = object.at(key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMaxSize) {
        throw InputError(fmt::format("{}: {} found, an integer from 0 to {} expected", key,
                                     value.dump(), kMaxSize));
    }
    return value.get<std::size_t>();
}

ConvShape parseLayer(const Json& json) {
    const auto activation = json.at("activation").get<std::string>();
    if (activation != "relu" && activation != "none") {
        throw InputError(
            fmt::format("activation: \"{}\" found, \"relu\" or \"none\" expected", activation));
    }
    ConvShape layer;
    layer.name = json.at("name").get<std::string>();
    layer.kernel = sizeAt(json, "kernel");
    layer.stride = sizeAt(json, "stride");
    layer.padding = sizeAt(json, "padding");
    layer.inChannels = sizeAt(json, "in_channels");
    layer.outChannels = sizeAt(json, "out_channels");
    layer.relu = activation == "relu";
    return layer;
}

Json layerToJson(const ConvShape& layer) {
    return {{"name", layer.name},
            {"kernel", layer.kernel},
            {"stride", layer.stride},
            {"padding", layer.padding},
            {"in_channels", layer.inChannels},
            {"out_channels", layer.outChannels},
            {"activation", layer.relu ? "relu" : "none"}};
}

InputShape parseInput(const Json& json) {
    return {sizeAt(json, "channels"), sizeAt(json, "height"), sizeAt(json, "width"),
            static_cast<int>(sizeAt(json, "offset")), static_cast<int>(sizeAt(json, "divisor"))};
}

Json inputToJson(const InputShape& input) {
    return {{"channels", input.channels},
            {"height", input.height},
            {"width", input.width},
            {"offset", input.offset},
            {"divisor", input.divisor}};
}

Provenance parseProvenance(const Json& json) {
    return {json.at("dataset").get<std::string>(),     json.at("command").get<std::string>(),
            json.at("seed").get<std::uint64_t>(),      json.at("epochs").get<std::size_t>(),
            json.at("test_images").get<std::size_t>(), json.at("test_correct").get<std::size_t>()};
}

Json provenanceToJson(const Provenance& p) {
    return {{"dataset", p.dataset}, {"command", p.command},        {"seed", p.seed},
            {"epochs", p.epochs},   {"test_images", p.testImages}, {"test_correct", p.testCorrect}};
}

std::vector<float> loadWeights(const fs::path& folder, const Json& json) {
    const auto expected = json.at("count").get<std::size_t>();
    const auto expectedHash = json.at("sha256").get<std::string>();
    const auto file = json.at("file").get<std::string>();
    if (fs::path(file).filename() != file) {
        throw InputError(
            fmt::format("weights.file: \"{}\" found, a file beside this one expected", file));
    }
    const std::string bytes = support::readFile(folder / file, kMaxBytes);
    if (bytes.size() % 4 != 0 || bytes.size() / 4 != expected) {
        throw InputError(fmt::format("{}: {} bytes found, {} weights of 4 bytes expected", file,
                                     bytes.size(), expected));
    }
    const std::string hash = support::sha256(bytes);
    if (hash != expectedHash) {
        throw InputError(
            fmt::format("{}: SHA-256 {} found, {} expected", file, hash, expectedHash));
    }
    std::vector<float> weights = decodeFloats(bytes);
    for (const float weight : weights) {
        if (!std::isfinite(weight)) {
            throw InputError(fmt::format("{}: a weight is not a finite number", file));
        }
    }
    return weights;
}

StoredCnn parse(const Json& json, const fs::path& folder) {
    if (json.at("format") != kFormat) {
        throw InputError(
            fmt::format("format: {} found, \"{}\" expected", json.at("format").dump(), kFormat));
    }
    std::vector<ConvShape> layers;
    for (const Json& layer : json.at("layers")) {
        layers.push_back(parseLayer(layer));
    }
    return {FashionCnn(parseInput(json.at("input")), std::move(layers),
                       loadWeights(folder, json.at("weights"))),
            parseProvenance(json.at("provenance"))};
}

}  // namespace

StoredCnn loadStoredCnn(const fs::path& jsonPath) {
    const Json json = support::readJson(jsonPath);
    try {
        return parse(json, jsonPath.parent_path());
    } catch (const Json::exception& error) {
        throw InputError(fmt::format("{}: {}", jsonPath.string(), error.what()));
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", jsonPath.string(), error.what()));
    }
}

FashionCnn loadFashionCnn(const fs::path& jsonPath) {
    return loadStoredCnn(jsonPath).cnn;
}

void saveStoredCnn(const StoredCnn& stored, const fs::path& folder, const std::string& name) {
    const std::string bytes = encodeFloats(stored.cnn.parameters());
    Json json;
    json["format"] = kFormat;
    json["input"] = inputToJson(stored.cnn.input());
    json["layers"] = Json::array();
    for (const ConvShape& layer : stored.cnn.layers()) {
        json["layers"].push_back(layerToJson(layer));
    }
    json["weights"] = {{"file", name + ".f32"},
                       {"count", stored.cnn.parameters().size()},
                       {"sha256", support::sha256(bytes)}};
    json["provenance"] = provenanceToJson(stored.provenance);
    support::writeFile(folder / (name + ".f32"), bytes);
    support::writeJson(folder / (name + ".json"), json);
}

}  // namespace aslog::examples
