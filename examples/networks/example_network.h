// The trained CNN of examples/fashion_cnn and its images, ready to be quantised.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "ptq/quantise/options.h"

namespace aslog::examples {

/// Ranges of activations need no more.
inline constexpr std::size_t kCalibrationImages = 8;

/// Folded. Throws as ptq::readOnnx() does.
ptq::Graph exampleGraph();

/// The test set of Fashion-MNIST; nothing if it is not installed.
std::optional<data::Dataset> exampleImages();

/// All files that these two read; the images need not be there.
std::vector<std::filesystem::path> exampleFiles();

/// Without the steps that need the moments of the layers' inputs: these take seconds, and neither
/// the bench nor a measurement of power asks for accuracy.
ptq::QuantiseOptions quickOptions();

}  // namespace aslog::examples
