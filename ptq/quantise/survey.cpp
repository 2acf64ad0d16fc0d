#include "ptq/quantise/survey.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using Size = std::array<std::int64_t, 3>;  // channels, height, width

// Of the images that the one input may take, the likeliest first.
std::vector<Size> imageSizes(const Shape& input) {
    if (input.size() == 3) {  // one spatial dimension, or grey images
        return {{input[1], 1, input[2]}, {1, input[1], input[2]}, {input[2], 1, input[1]}};
    }
    if (input.size() == 2) {
        return {{input[1], 1, 1}};
    }
    const ImageLayout layout = imageLayoutOf(input);
    return {{layout.channels, layout.height, layout.width}};
}

void lowerFor(const Size& size, ModelSurvey& survey) {
    try {
        Graph& graph = survey.graph;
        if (graph.inputs.size() == 1 && !acceptImages(graph, size[0], size[1], size[2])) {
            survey.refusals.push_back(
                fmt::format("the input is of {}; images [N, C, H, W] are needed",
                            shapeText(graph.inputs.front().shape)));
        }
        fold(graph);
        cutHead(graph);
        survey.lowered = lowerPartly(graph, survey.refusals);
    } catch (const support::InputError& error) {
        survey.refusals.emplace_back(error.what());
    }
}

}  // namespace

ModelSurvey surveyModel(const std::filesystem::path& path, const SymbolicSizes& sizes) {
    PartialModel model = readOnnxPartly(path, sizes);
    ModelSurvey read;
    for (const GraphInput& input : model.graph.inputs) {
        read.inputNames.push_back(model.graph.values[input.value].name);
        read.inputShapes.push_back(input.shape);
        read.inputLayouts.push_back(imageLayoutOf(input.shape));
    }
    read.refusals = model.refusals;
    read.graph = std::move(model.graph);
    if (read.graph.nodes.empty() || read.graph.outputs.empty()) {
        return read;  // nothing came through
    }
    const std::vector<Size> candidates = read.inputShapes.size() == 1
                                             ? imageSizes(read.inputShapes.front())
                                             : std::vector<Size>{Size{0, 0, 0}};
    ModelSurvey best;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        ModelSurvey survey = read;
        lowerFor(candidates[i], survey);
        if (i == 0 || survey.refusals.size() < best.refusals.size()) {
            best = std::move(survey);
        }
    }
    return best;
}

}  // namespace aslog::ptq
