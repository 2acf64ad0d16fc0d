// The Fashion-MNIST data set as Debian packages it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "ptq/data/idx.h"

namespace aslog::examples {

using data::firstImages;
using data::IdxImages;
using data::readIdxImages;
using data::readIdxLabels;

// Where Debian's package dataset-fashion-mnist puts the data.
inline constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";

struct Dataset {
    IdxImages images;
    std::vector<std::uint8_t> labels;  // one per image, 0 … 9

    std::size_t size() const { return labels.size(); }
};

// The two halves of the data set, with as many labels as images and labels below 10. Throw
// support::FileError and support::InputError.
Dataset readTrainingSet(const std::filesystem::path& folder = kFashionMnistFolder);
Dataset readTestSet(const std::filesystem::path& folder = kFashionMnistFolder);

// True if the four files of the data set are in the folder; says nothing of their content.
bool hasFashionMnist(const std::filesystem::path& folder = kFashionMnistFolder);

}  // namespace aslog::examples
