// Small pictures, written by the tests themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <png.h>

namespace aslog::tests {

/// `samples`: as `format` of libpng has them, row by row.
void writePng(const std::filesystem::path& path, unsigned width, unsigned height,
              const std::vector<std::uint8_t>& samples, unsigned format = PNG_FORMAT_RGB);

/// size x size, all pixels of one level.
void writeGreyJpeg(const std::filesystem::path& path, unsigned size, std::uint8_t level);

}  // namespace aslog::tests
