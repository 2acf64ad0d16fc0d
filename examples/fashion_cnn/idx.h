// The Fashion-MNIST data set: a reader for gzipped IDX files (http://yann.lecun.com/exdb/mnist/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace aslog::examples {

// Where Debian's package dataset-fashion-mnist puts the data.
inline constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";

// Grey images of one size, 8 bits a pixel, row-major, 0 is the background.
struct IdxImages {
    std::size_t count = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> pixels;

    std::size_t imageSize() const { return height * width; }
    std::span<const std::uint8_t> image(std::size_t index) const;
};

struct Dataset {
    IdxImages images;
    std::vector<std::uint8_t> labels;  // one per image, 0 … 9

    std::size_t size() const { return labels.size(); }
};

// Each reads one file, gzipped or plain. A missing, truncated or corrupt file, a wrong magic number
// or bytes after the last element raise support::InputError, which names the file and the fault.
IdxImages readIdxImages(const std::filesystem::path& path);
std::vector<std::uint8_t> readIdxLabels(const std::filesystem::path& path);

// The two halves of the data set, with as many labels as images and labels below 10.
Dataset readTrainingSet(const std::filesystem::path& folder = kFashionMnistFolder);
Dataset readTestSet(const std::filesystem::path& folder = kFashionMnistFolder);

// The first `count` images; throws support::InputError if there are fewer.
IdxImages firstImages(const IdxImages& images, std::size_t count);

// True if the four files of the data set are in the folder; says nothing of their content.
bool hasFashionMnist(const std::filesystem::path& folder = kFashionMnistFolder);

}  // namespace aslog::examples
