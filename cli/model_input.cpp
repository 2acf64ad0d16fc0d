#include "cli/model_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "generator/elab/design.h"
#include "generator/spec/fields.h"
#include "generator/spec/rules.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/evaluate/networks.h"
#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "ptq/graph/image_input.h"
#include "ptq/onnx/reader.h"
#include "support/build.h"
#include "support/error.h"
#include "support/sha256.h"

namespace aslog::cli {

namespace {

ptq::SymbolicSizes sizesOf(const std::vector<std::string>& shape) {
    ptq::SymbolicSizes sizes;
    for (const std::string& text : shape) {
        const std::size_t sign = text.rfind('=');
        const std::string number = sign == std::string::npos ? "" : text.substr(sign + 1);
        std::int64_t size = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), size);
        if (sign == 0 || number.empty() || error != std::errc() ||
            end != number.data() + number.size() || size < 1) {
            throw support::InputError(
                fmt::format("--shape: found \"{}\", allowed: NAME=NUMBER with a number above 0, as "
                            "height=224",
                            text));
        }
        if (!sizes.emplace(text.substr(0, sign), size).second) {
            throw support::InputError(
                fmt::format("--shape: {} is given twice", text.substr(0, sign)));
        }
    }
    return sizes;
}

}  // namespace

void addShapeOption(CLI::App& command, std::vector<std::string>& shape) {
    command
        .add_option("--shape", shape, "NAME=NUMBER for a symbolic size, not the batch (repeatable)")
        ->allow_extra_args(false);
}

ptq::Graph readGraph(const std::string& path, const std::vector<std::string>& shape) {
    return ptq::readOnnx(path, sizesOf(shape));
}

ptq::ModelSurvey surveyOf(const std::string& path, const std::vector<std::string>& shape) {
    return ptq::surveyModel(path, sizesOf(shape));
}

ptq::Graph readModel(const std::string& path, const data::Dataset& set,
                     const std::vector<std::string>& shape) {
    return preparedFor(set, readGraph(path, shape), path);
}

ptq::Graph preparedFor(const data::Dataset& set, ptq::Graph graph, const std::string& path) {
    const data::ImageShape& image = set.shape();
    const ptq::Shape wanted = {static_cast<std::int64_t>(image.channels),
                               static_cast<std::int64_t>(image.height),
                               static_cast<std::int64_t>(image.width)};
    if (graph.inputs.size() != 1) {
        throw support::InputError(fmt::format("{}: {} inputs found; one, of images, is needed",
                                              path, graph.inputs.size()));
    }
    const ptq::Shape found = graph.inputs.front().shape;
    if (!ptq::acceptImages(graph, wanted[0], wanted[1], wanted[2])) {
        throw support::InputError(fmt::format("{}: takes images of {}, the data set {} has {}",
                                              path, ptq::shapeText(found), set.name(),
                                              ptq::shapeText(wanted)));
    }
    ptq::fold(graph);
    ptq::cutHead(graph);
    return graph;
}

ptq::FloatTensor someImages(const data::Dataset& set, std::size_t skipped, std::size_t count) {
    if (set.size() <= skipped || count == 0) {
        throw support::InputError(
            fmt::format("the data set {} gives no image: it has {}, of which {} are passed over",
                        set.name(), set.size(), skipped));
    }
    return ptq::batchOf(set, skipped, std::min(count, set.size() - skipped));
}

std::string hashOf(const ptq::FloatTensor& images) {
    const auto* bytes = reinterpret_cast<const char*>(images.data.data());
    return support::sha256(std::string_view(bytes, images.data.size() * sizeof(float)));
}

ptq::Provenance provenanceOf(const std::string& model, const data::Dataset& set,
                             const ptq::FloatTensor& images, const ptq::QuantiseSteps& steps) {
    return {"aslog " + support::build().description,
            std::filesystem::path(model).filename().string(),
            support::sha256OfFile(model),
            set.name(),
            hashOf(images),
            static_cast<std::size_t>(images.shape.front()),
            steps,
            {}};
}

ArchSpec specOrDefault(const std::string& path) {
    return path.empty() ? defaultSpec("default") : designFromSpecFile(path).spec;
}

ptq::NumberFormat formatOf(const ArchSpec& spec, const std::string& element) {
    ptq::NumberFormat format;
    format.element = element;
    format.slog = spec.format;
    const int dropped = golden::findBaseline(element) == nullptr
                            ? spec.format.droppedBits
                            : golden::makeBaseline(element, spec.format.activationBits)->dropped();
    if (spec.biasCorrection.enabled) {
        format.numerics.mu =
            golden::MuSpec{spec.biasCorrection.muBits, spec.biasCorrection.muSqrt2Steps,
                           spec.biasCorrection.fractionBits};
    }
    format.numerics.outputBits = spec.pcf.outputBits;
    format.numerics.scaleBits = spec.pcf.scaleBits;
    format.numerics.shiftMin = smallestShift(spec, dropped);
    format.numerics.shiftMax = largestShift(spec, dropped);
    return format;
}

bool isNetworkFile(const std::string& path) {
    // The length of a JSON header in eight bytes, then the header.
    std::array<char, 9> start{};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), start.size());
    return file && start.back() == '{';
}

}  // namespace aslog::cli
