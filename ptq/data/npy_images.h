// Arrays of images: which dimension is what.
#pragma once

#include <cstdint>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/data/descriptor.h"
#include "ptq/data/npy.h"

namespace aslog::data {

// By the descriptor's layout. Throws support::InputError, which names the file, if the array has
// another number of dimensions, or of channels than the network takes.
ImageShape npyImageShape(const NpyFile& images, const Descriptor& descriptor);

// [image][y][x][channel] becomes [image][channel][y][x].
void separateChannels(std::vector<std::uint8_t>& pixels, const ImageShape& shape);

}  // namespace aslog::data
