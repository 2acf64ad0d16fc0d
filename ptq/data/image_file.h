// Pictures in files: PNG (libpng) and JPEG (libjpeg), told apart by their first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace aslog::data {

// 8 bits a sample, red, green, blue.
struct Picture {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<std::uint8_t> rgb;  // height x width x 3
};

// Grey pictures become three equal samples, 16-bit ones lose their lower byte, palettes are looked
// up; transparency is refused, and so are more than 2^26 pixels. JPEG: the decoder's accurate
// integer transform, so that results do not depend on the machine. Throws support::FileError if the
// file cannot be read, support::InputError if it is no picture or damaged; both name the file.
Picture readPicture(const std::filesystem::path& path);

}  // namespace aslog::data
