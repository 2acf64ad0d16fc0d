#include "ptq/data/npy.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/data/npy_header.h"
#include "support/error.h"

namespace aslog::data {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
// Three entries and the spaces that align the elements need about a hundred.
constexpr std::uint64_t kMaxHeader = 1U << 16;

// The least significant byte of the number comes first, or last.
std::uint64_t decode(std::string_view bytes, bool isBigEndian) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::size_t at = isBigEndian ? i : bytes.size() - 1 - i;
        value = value << 8 | static_cast<unsigned char>(bytes[at]);
    }
    return value;
}

// Bytes an element of "|u1", "<i8", "<f4", or 0 for a type that is no number of the machine.
std::size_t sizeOfType(const std::string& type) {
    const bool isNumber = type.size() == 3 && std::string_view("iuf").find(type[1]) < 3;
    const bool hasOrder = isNumber && std::string_view("<>|=").find(type[0]) < 4;
    if (!hasOrder || std::string_view("1248").find(type[2]) == std::string_view::npos) {
        return 0;
    }
    const auto size = static_cast<std::size_t>(type[2] - '0');
    return size > 1 && (type[0] == '|' || type[0] == '=') ? 0 : size;
}

}  // namespace

NpyFile::NpyFile(const fs::path& path) : path_(path) {
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (!error) {  // a regular file: nothing else has a size
        stream_.open(path, std::ios::binary);
    }
    if (!stream_.is_open()) {
        throw support::FileError(fmt::format("{}: cannot be opened", path.string()));
    }
    readHeader();
    checkSize(bytes - std::min<std::uintmax_t>(bytes, static_cast<std::uintmax_t>(start_)));
}

void NpyFile::readHeader() {
    // The length of the text is a number of 2 bytes in version 1.0, of 4 later.
    const std::string start = read(kMagic.size() + 2);
    if (!start.starts_with(kMagic)) {
        fail("is no .npy file");
    }
    const int major = static_cast<unsigned char>(start[kMagic.size()]);
    const int minor = static_cast<unsigned char>(start[kMagic.size() + 1]);
    if (major < 1 || major > 3 || minor != 0) {
        fail(fmt::format("is of version {}.{}; 1.0, 2.0 and 3.0 can be read", major, minor));
    }
    const std::uint64_t length = decode(read(major == 1 ? 2 : 4), false);
    if (length > kMaxHeader) {
        fail(fmt::format("the header is damaged: {} bytes long, at most {} are allowed", length,
                         kMaxHeader));
    }
    NpyHeader header;
    try {
        header = parseNpyHeader(read(length));
    } catch (const support::InputError& error) {
        fail(error.what());
    }
    if (header.isFortranOrder) {
        fail("is in Fortran order; C order is needed (numpy.ascontiguousarray)");
    }
    type_ = std::move(header.type);
    elementSize_ = sizeOfType(type_);
    if (elementSize_ == 0) {
        fail(fmt::format("has elements of the type '{}'; whole numbers are needed", type_));
    }
    shape_ = std::move(header.shape);
    start_ = stream_.tellg();
}

// Before anything is allocated: a damaged header must not take all memory.
void NpyFile::checkSize(std::uintmax_t bytes) const {
    if (shape_.empty() || std::find(shape_.begin(), shape_.end(), 0) != shape_.end()) {
        fail(fmt::format("has the shape {}: no images and no labels", shapeText()));
    }
    std::uintmax_t needed = elementSize_;
    for (const std::size_t size : shape_) {
        // A division, because the product can overflow.
        if (needed > bytes / size) {
            fail(
                fmt::format("is truncated: elements '{}' of the shape {} need more than the {} "
                            "bytes after the header",
                            type_, shapeText(), bytes));
        }
        needed *= size;
    }
    if (needed != bytes) {
        fail(fmt::format("has {} bytes after the last element", bytes - needed));
    }
}

std::string NpyFile::read(std::size_t bytes) {
    std::string result(bytes, '\0');
    stream_.read(result.data(), static_cast<std::streamsize>(bytes));
    const auto found = static_cast<std::size_t>(stream_.gcount());
    if (found != bytes) {
        fail(fmt::format("is truncated: {} more bytes expected, {} found", bytes, found));
    }
    return result;
}

std::string NpyFile::rowBytes(std::size_t count) {
    std::size_t bytes = elementSize_ * count;
    for (auto size = shape_.begin() + 1; size != shape_.end(); ++size) {
        bytes *= *size;
    }
    stream_.seekg(start_);
    return read(bytes);
}

std::vector<std::uint8_t> NpyFile::pixels(std::size_t count) {
    if (elementSize_ != 1 || type_[1] != 'u') {
        fail(fmt::format("has pixels of the type '{}'; '|u1' (numpy.uint8) is needed", type_));
    }
    const std::string bytes = rowBytes(count);
    return {bytes.begin(), bytes.end()};
}

std::vector<int> NpyFile::integers(std::size_t count, int low, int high) {
    if (type_[1] == 'f') {
        fail(fmt::format("has elements of the type '{}'; whole numbers are needed", type_));
    }
    const std::string bytes = rowBytes(count);
    const std::uint64_t signBit = type_[1] == 'i' ? std::uint64_t{1} << (8 * elementSize_ - 1) : 0;
    std::vector<int> values(bytes.size() / elementSize_);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint64_t code =
            decode(std::string_view(bytes).substr(i * elementSize_, elementSize_), type_[0] == '>');
        // Two's complement: the sign bit counts negative.
        const bool isNegative = (code & signBit) != 0;
        const std::uint64_t magnitude = isNegative ? 2 * signBit - code : code;
        constexpr auto kLargest = std::uint64_t{std::numeric_limits<int>::max()};
        const auto value = static_cast<int>(std::min(magnitude, kLargest));
        values[i] = isNegative ? -value : value;
        if (magnitude > kLargest || values[i] < low || values[i] > high) {
            fail(fmt::format("element {} is {}{}; {} to {} are allowed", i, isNegative ? "-" : "",
                             magnitude, low, high));
        }
    }
    return values;
}

std::string NpyFile::shapeText() const {
    return fmt::format("({})", fmt::join(shape_, ", "));
}

void NpyFile::fail(const std::string& what) const {
    throw support::InputError(fmt::format("{}: {}", path_.string(), what));
}

}  // namespace aslog::data
