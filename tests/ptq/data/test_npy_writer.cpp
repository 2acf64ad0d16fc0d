// Arrays that are written for NumPy: the reader takes them, and every float is there bit by bit.

#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "ptq/data/npy.h"
#include "ptq/data/npy_writer.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using tests::TemporaryFolder;

using Sizes = std::vector<std::size_t>;

// The last elements of a file of little-endian floats, as bits.
std::vector<std::uint32_t> lastBits(const std::string& bytes, std::size_t count) {
    std::vector<std::uint32_t> bits;
    for (std::size_t at = bytes.size() - 4 * count; at < bytes.size(); at += 4) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
        }
        bits.push_back(value);
    }
    return bits;
}

}  // namespace

TEST_CASE("What is written as .npy is read again, element by element") {
    const TemporaryFolder folder;
    const std::vector<float> elements = {0,
                                         -0.0F,
                                         1.5F,
                                         -3.25e-20F,
                                         std::numeric_limits<float>::infinity(),
                                         std::numeric_limits<float>::denorm_min()};
    for (const Sizes& shape : {Sizes{6}, Sizes{2, 3}, Sizes{1, 3, 1, 2}}) {
        const auto path = folder / "x.npy";
        data::writeNpy(path, shape, elements);
        const data::NpyFile file(path);
        CHECK(file.type() == "<f4");
        CHECK(file.shape() == shape);
        const std::string bytes = support::readFile(path);
        CHECK((bytes.size() - 24) % 64 == 0);  // the elements are aligned
        const std::vector<std::uint32_t> bits = lastBits(bytes, elements.size());
        for (std::size_t i = 0; i < elements.size(); ++i) {
            CHECK(bits[i] == std::bit_cast<std::uint32_t>(elements[i]));
        }
    }
}

TEST_CASE("The bytes of a small array are those that NumPy's definition gives") {
    // Of numpy.array([1, -2], dtype='<f4'): the elements begin at byte 128.
    const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    const std::string expected = std::string("\x93NUMPY\1\0\x76\0", 10) + header +
                                 std::string(0x76 - 1 - header.size(), ' ') + "\n" +
                                 std::string("\0\0\x80\x3f\0\0\0\xc0", 8);
    CHECK(data::npyBytes({2}, std::vector<float>{1, -2}) == expected);
}

TEST_CASE("An array that is not full is not written") {
    const TemporaryFolder folder;
    const std::vector<float> two{1, 2};
    CHECK_THROWS_AS(data::writeNpy(folder / "x.npy", {3}, two), std::invalid_argument);
    CHECK_THROWS_AS(data::writeNpy(folder / "x.npy", {}, two), std::invalid_argument);
    CHECK_FALSE(std::filesystem::exists(folder / "x.npy"));
    CHECK_THROWS_AS(data::writeNpy("/dev/null/x.npy", {2}, two), support::FileError);
}
