#include "tests/ptq/data/picture_files.h"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "tests/catch.h"

namespace aslog::tests {

void writePng(const std::filesystem::path& path, unsigned width, unsigned height,
              const std::vector<std::uint8_t>& samples, unsigned format) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = format;
    REQUIRE(png_image_write_to_file(&image, path.c_str(), 0, samples.data(), 0, nullptr) != 0);
}

void writeGreyJpeg(const std::filesystem::path& path, unsigned size, std::uint8_t level) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    jpeg_stdio_dest(&info, file);
    info.image_width = info.image_height = size;
    info.input_components = 1;
    info.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_start_compress(&info, TRUE);
    std::vector<std::uint8_t> row(size, level);
    std::uint8_t* rows = row.data();
    while (info.next_scanline < info.image_height) {
        jpeg_write_scanlines(&info, &rows, 1);
    }
    jpeg_finish_compress(&info);
    std::fclose(file);
    jpeg_destroy_compress(&info);
}

}  // namespace aslog::tests
