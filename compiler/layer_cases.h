// The convolutions of a network as cases for an array: what goes in, what has to come out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/pieces.h"
#include "golden/network/network.h"

namespace aslog::compiler {

inline constexpr const char* kAllLayers = "all";

/// In the order of the network. Throws support::InputError if there is none.
[[nodiscard]] std::vector<const golden::Step*> convolutionsOf(const golden::Network& network);

/// Those of the wanted names; all if `wanted` is empty or has kAllLayers. Throws
/// support::InputError for an unknown name, with the nearest and all others.
[[nodiscard]] std::vector<const golden::Step*> selectSteps(std::vector<const golden::Step*> steps,
                                                           const std::vector<std::string>& wanted);

/// Throws support::InputError unless all convolutions fit an array with the numerics `to`: what is
/// wrong with the first that does not, and which others do not.
void requireFit(const std::vector<const golden::Step*>& steps, const golden::Numerics& from,
                const golden::Numerics& to);

/// Tensors of one image, by their id.
using Tensors = std::map<golden::TensorId, golden::Tensor>;

/// All that the steps read and write when the golden network takes the image.
[[nodiscard]] Tensors tensorsOf(const golden::Network& network,
                                const std::vector<const golden::Step*>& steps,
                                const golden::Tensor& image);

/// A convolution of the network for an array with these numerics, one case for each group: its
/// input, its offsets with the residual, and the outputs that are expected. Throws
/// golden::DoesNotFit as adaptLayer() does.
[[nodiscard]] std::vector<LayerCase> layerCases(const golden::Network& network,
                                                const golden::Step& step, const Tensors& tensors,
                                                const golden::Numerics& array);

}  // namespace aslog::compiler
