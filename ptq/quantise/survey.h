// What a model is made of, whether it can be quantised or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/graph/image_input.h"
#include "ptq/onnx/reader.h"
#include "ptq/quantise/lowering.h"

namespace aslog::ptq {

struct ModelSurvey {
    std::vector<std::string> inputNames;
    std::vector<Shape> inputShapes;  // as in the file; the batch may be kSymbolicBatch
    std::vector<ImageLayout> inputLayouts;
    Graph graph;             // for images, folded, without head, as far as it can be read
    LoweredNetwork lowered;  // as far as there is an integer form
    std::vector<std::string> refusals;  // what stands in the way of quantisation; empty: nothing
};

// Reads a model as `aslog quantize` does, without images: those of the size that the input takes
// are supposed, of a vector of K numbers K channels of one pixel. Behind the nodes that the reader
// refuses nothing is looked at but their own faults. Throws as readOnnxPartly().
ModelSurvey surveyModel(const std::filesystem::path& path, const SymbolicSizes& sizes = {});

}  // namespace aslog::ptq
