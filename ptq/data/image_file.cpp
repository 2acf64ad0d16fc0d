#include "ptq/data/image_file.h"

#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>

#include <jpeglib.h>
#include <png.h>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::data {
namespace {

constexpr std::uint64_t kMaxPixels = 1ULL << 26;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw support::InputError(fmt::format("{}: {}", path.string(), what));
}

void checkSize(const std::filesystem::path& path, std::uint64_t width, std::uint64_t height) {
    if (width == 0 || height == 0 || width > kMaxPixels / height) {
        fail(path, fmt::format("{} x {} pixels; 1 to 2^26 in all are allowed", width, height));
    }
}

// libpng's simplified interface: no setjmp, every conversion built in.
Picture readPng(const std::filesystem::path& path, const std::string& bytes) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) {
        fail(path, fmt::format("is no readable PNG ({})", image.message));
    }
    const bool isTransparent = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
    if (isTransparent || image.width == 0 || image.height == 0 ||
        image.width > kMaxPixels / image.height) {
        const auto [width, height] = std::pair(image.width, image.height);
        png_image_free(&image);
        checkSize(path, width, height);
        fail(path, "has transparent pixels");
    }
    image.format = PNG_FORMAT_RGB;
    Picture picture{image.width, image.height, {}};
    picture.rgb.resize(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, picture.rgb.data(), 0, nullptr) == 0) {
        fail(path, fmt::format("is damaged ({})", image.message));
    }
    return picture;
}

// libjpeg reports errors by a call that must not return.
struct JpegErrors {
    jpeg_error_mgr manager{};
    std::jmp_buf jump{};
    std::array<char, JMSG_LENGTH_MAX> message{};
    bool warned = false;  // "premature end of file" and the like are warnings to libjpeg
};

void onJpegError(j_common_ptr info) {
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    errors->manager.format_message(info, errors->message.data());
    std::longjmp(errors->jump, 1);
}

void onJpegMessage(j_common_ptr info, int level) {
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    if (level < 0 && !errors->warned) {
        errors->warned = true;
        errors->manager.format_message(info, errors->message.data());
    }
}

// True if it worked. No object with a destructor lives in here: longjmp would skip it.
bool decodeJpeg(const std::string& bytes, JpegErrors& errors, Picture& picture) {
    jpeg_decompress_struct info{};
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = onJpegError;
    errors.manager.emit_message = onJpegMessage;
    if (setjmp(errors.jump) != 0) {  // NOLINT(cert-err52-cpp): libjpeg has no other way
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    picture.width = info.image_width;
    picture.height = info.image_height;
    if (picture.width == 0 || picture.height == 0 || picture.width > kMaxPixels / picture.height) {
        jpeg_destroy_decompress(&info);
        return false;
    }
    jpeg_start_decompress(&info);
    picture.rgb.resize(picture.width * picture.height * 3);
    while (info.output_scanline < info.output_height) {
        unsigned char* row = picture.rgb.data() + info.output_scanline * picture.width * 3;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return !errors.warned;
}

Picture readJpeg(const std::filesystem::path& path, const std::string& bytes) {
    JpegErrors errors;
    Picture picture;
    if (!decodeJpeg(bytes, errors, picture)) {
        if (errors.message.front() == '\0') {
            checkSize(path, picture.width, picture.height);
        }
        fail(path, fmt::format("is no readable JPEG ({})", errors.message.data()));
    }
    return picture;
}

}  // namespace

Picture readPicture(const std::filesystem::path& path) {
    const std::string bytes = support::readFile(path);
    if (bytes.starts_with("\x89PNG\r\n")) {
        return readPng(path, bytes);
    }
    if (bytes.starts_with("\xff\xd8")) {
        return readJpeg(path, bytes);
    }
    fail(path, "is neither PNG nor JPEG");
}

}  // namespace aslog::data
