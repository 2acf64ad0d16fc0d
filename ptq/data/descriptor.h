// The JSON file that describes a data set (docs/data.md).
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aslog::data {

enum class Kind { Idx, Cifar, Npy, Pictures };
enum class ChannelOrder { Rgb, Bgr, Grey };
// What the dimensions of an array of images count: images, channels, rows (height), columns
// (width).
enum class Layout { Nhw, Nhwc, Nchw };

struct Descriptor {
    std::string name;
    Kind kind = Kind::Idx;
    // A file, or the folders of the pictures, one after the other; relative to the data root.
    std::vector<std::string> images;
    std::string labels;           // Idx, Npy: a file; may be empty
    Layout layout = Layout::Nhw;  // Npy
    // Pictures: of each folder a table with a column `file`, for labels also `label`; or none.
    std::vector<std::string> lists;
    std::string pairs;                 // Pictures: a table with `img_a`, `img_b`, `same`; or empty
    std::vector<std::string> files;    // Pictures: these, without labels; not of a JSON file
    std::optional<std::size_t> first;  // only so many images
    ChannelOrder channels = ChannelOrder::Rgb;
    double scale = 1;
    std::vector<double> mean;       // one a channel
    std::vector<double> deviation;  // one a channel, above 0
};

// Throws support::FileError, or support::InputError with every fault: unknown keys (and the nearest
// known one), wrong types, values out of range, keys that the kind does not have.
Descriptor readDescriptor(const std::filesystem::path& path);

}  // namespace aslog::data
