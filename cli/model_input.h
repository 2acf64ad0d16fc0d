// What the commands around quantised networks read: models, images, number formats.
#pragma once

#include <cstddef>
#include <string>

#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "ptq/graph/tensor.h"
#include "ptq/quantise/options.h"

namespace aslog::cli {

// A folded network with one output, whose one input takes the images of the set. Throws
// support::InputError that names both if they do not fit.
ptq::Graph readModel(const std::string& path, const data::Dataset& set);

// The first `count` images of the set, or all.
ptq::FloatTensor firstImages(const data::Dataset& set, std::size_t count);

// Of the pixels, as they are given to the network.
std::string hashOf(const ptq::FloatTensor& images);

// The widths of a spec file, or those of the default spec if `path` is empty; maxTaps is 0.
ptq::NumberFormat formatOfSpec(const std::string& path);

// True if the file begins as a network file does (docs/network_file.md) and not as ONNX.
bool isNetworkFile(const std::string& path);

}  // namespace aslog::cli
