#include "ptq/data/npy_images.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace aslog::data {

ImageShape npyImageShape(const NpyFile& images, const Descriptor& descriptor) {
    const std::vector<std::size_t>& sizes = images.shape();
    const std::size_t dimensions = descriptor.layout == Layout::Nhw ? 3 : 4;
    if (sizes.size() != dimensions) {
        images.fail(fmt::format("has the shape {}; {} dimensions are needed for this \"layout\"",
                                images.shapeText(), dimensions));
    }
    ImageShape shape;
    switch (descriptor.layout) {
        case Layout::Nhw:
            shape = {1, sizes[1], sizes[2]};
            break;
        case Layout::Nhwc:
            shape = {sizes[3], sizes[1], sizes[2]};
            break;
        case Layout::Nchw:
            shape = {sizes[1], sizes[2], sizes[3]};
            break;
    }
    const std::size_t channels = descriptor.channels == ChannelOrder::Grey ? 1 : 3;
    if (shape.channels != channels) {
        images.fail(
            fmt::format("has the shape {}, which is {} channels for this \"layout\"; "
                        "\"channels\" says {}",
                        images.shapeText(), shape.channels, channels));
    }
    return shape;
}

void separateChannels(std::vector<std::uint8_t>& pixels, const ImageShape& shape) {
    const std::size_t plane = shape.height * shape.width;
    std::vector<std::uint8_t> image(shape.size());
    for (auto at = pixels.begin(); at != pixels.end();
         at += static_cast<std::ptrdiff_t>(image.size())) {
        std::copy_n(at, image.size(), image.begin());
        for (std::size_t i = 0; i < image.size(); ++i) {
            at[static_cast<std::ptrdiff_t>(i % shape.channels * plane + i / shape.channels)] =
                image[i];
        }
    }
}

}  // namespace aslog::data
