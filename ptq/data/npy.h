// Reader of NumPy's array files, .npy, format versions 1.0 to 3.0
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace aslog::data {

// An array in C order. The header is read at once, elements when they are asked for.
class NpyFile {
  public:
    // Throws support::FileError if the file cannot be read; support::InputError, which names file
    // and fault, for anything but a valid header of a C-ordered array of whole numbers or floats,
    // followed by exactly as many bytes as its elements need.
    explicit NpyFile(const std::filesystem::path& path);

    // NumPy's name of the type of the elements: "|u1", "<i8".
    const std::string& type() const { return type_; }
    // At least one dimension, none of them 0.
    const std::vector<std::size_t>& shape() const { return shape_; }
    std::size_t rows() const { return shape_.front(); }
    // "(60000, 28, 28)"
    std::string shapeText() const;

    // The elements of the first `count` rows (first indices); `count` is at most rows(). Throw
    // support::InputError: the elements are of another type (pixels: not of 8 bits unsigned), or an
    // integer is not from `low` to `high`, which lie in the range of int.
    std::vector<std::uint8_t> pixels(std::size_t count);
    std::vector<int> integers(std::size_t count, int low, int high);

    // Throws support::InputError with the file and `what`.
    [[noreturn]] void fail(const std::string& what) const;

  private:
    void readHeader();
    void checkSize(std::uintmax_t bytes) const;
    std::string read(std::size_t bytes);
    std::string rowBytes(std::size_t count);

    std::filesystem::path path_;
    std::ifstream stream_;
    std::string type_;
    std::size_t elementSize_ = 0;
    std::vector<std::size_t> shape_;
    std::streamoff start_ = 0;  // of the elements
};

}  // namespace aslog::data
