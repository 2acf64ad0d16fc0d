// Sums of products of bytes against plain integers.
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>

#include "ptq/linear/gram.h"
#include "tests/catch.h"

namespace {

using aslog::ptq::ByteLines;
using Eigen::Index;

void checkSums(ByteLines& lines, std::size_t length, double factor) {
    const auto count = static_cast<Index>(lines.lines());
    Eigen::MatrixXd products = Eigen::MatrixXd::Constant(count, count, 7);
    Eigen::VectorXd sums = Eigen::VectorXd::Constant(count, 5);
    lines.addGram(factor, products, sums);
    for (Index i = 0; i < count; ++i) {
        const std::uint8_t* x = lines.line(static_cast<std::size_t>(i));
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < length; ++k) {
            sum += x[k];
        }
        CHECK(sums[i] == 5 + factor * static_cast<double>(sum));
        for (Index j = 0; j < count; ++j) {
            const std::uint8_t* y = lines.line(static_cast<std::size_t>(j));
            std::int64_t product = 0;
            for (std::size_t k = 0; k < length; ++k) {
                product += std::int64_t{x[k]} * y[k];
            }
            // Above the diagonal nothing is touched.
            CHECK(products(i, j) == (i >= j ? 7 + factor * static_cast<double>(product) : 7));
        }
    }
}

}  // namespace

TEST_CASE("Sums of products of bytes are exact") {
    std::mt19937 random(2);
    for (const std::size_t count : {1, 2, 4, 5, 11}) {
        for (const std::size_t length : {1, 63, 64, 65, 1000}) {
            INFO(count << " lines of " << length);
            ByteLines lines(count, length);
            for (std::size_t i = 0; i < count; ++i) {
                for (std::size_t k = 0; k < length; ++k) {
                    lines.line(i)[k] = static_cast<std::uint8_t>(random());
                }
            }
            checkSums(lines, length, 3);
        }
    }
}

TEST_CASE("The longest lines of the largest bytes do not overflow") {
    for (const std::uint8_t byte : {std::uint8_t{255}, std::uint8_t{0}}) {
        ByteLines lines(2, ByteLines::kLongest);
        std::fill_n(lines.line(0), ByteLines::kLongest, std::uint8_t{255});
        std::fill_n(lines.line(1), ByteLines::kLongest, byte);
        checkSums(lines, ByteLines::kLongest, 1);
    }
    CHECK_THROWS_AS(ByteLines(1, ByteLines::kLongest + 1), std::invalid_argument);
}
