// Reader of IDX files, gzipped or plain (http://yann.lecun.com/exdb/mnist/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace aslog::data {

// Grey images of one size, 8 bits a pixel, row-major, 0 is the background.
struct IdxImages {
    std::size_t count = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> pixels;

    std::size_t imageSize() const { return height * width; }
    std::span<const std::uint8_t> image(std::size_t index) const;
};

// Each reads one file. A missing file raises support::FileError; a truncated or corrupt one, a
// wrong magic number or bytes after the last element raise support::InputError, which names the
// file and the fault.
IdxImages readIdxImages(const std::filesystem::path& path);
std::vector<std::uint8_t> readIdxLabels(const std::filesystem::path& path);

// The first `count` images; throws support::InputError if there are fewer.
IdxImages firstImages(const IdxImages& images, std::size_t count);

}  // namespace aslog::data
