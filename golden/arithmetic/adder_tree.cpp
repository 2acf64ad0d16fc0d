#include "golden/arithmetic/adder_tree.h"

#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace aslog::golden {

std::uint64_t columnSum(const Element& element, std::span<const Code> codes,
                        std::span<const std::uint8_t> q) {
    const auto rows = static_cast<std::size_t>(element.rows());
    if (codes.size() != q.size() || codes.size() % rows != 0) {
        throw std::invalid_argument(
            "columnSum: as many codes as activations are needed, for whole elements");
    }
    const std::vector<std::uint32_t> wide(q.begin(), q.end());
    const std::span<const std::uint32_t> activations = wide;
    std::uint64_t sum = 0;
    for (std::size_t row = 0; row < codes.size(); row += rows) {
        sum += element.raw(codes.subspan(row, rows), activations.subspan(row, rows));
    }
    return sum;
}

std::int64_t productSum(const Element& element, std::span<const Code> codes,
                        std::span<const std::uint8_t> q) {
    const auto rows = static_cast<std::size_t>(element.rows());
    std::vector<Code> codesOfElement(rows);
    std::vector<std::uint32_t> activations(rows);
    std::int64_t sum = 0;
    for (std::size_t first = 0; first < codes.size(); first += rows) {
        for (std::size_t row = 0; row < rows; ++row) {
            const bool isTap = first + row < codes.size();
            codesOfElement[row] = isTap ? codes[first + row] : element.fillCode();
            activations[row] = isTap ? q[first + row] : 0;
        }
        sum += element.product(codesOfElement, activations);
    }
    return sum;
}

std::uint64_t activationSum(std::span<const std::uint8_t> q) {
    return std::accumulate(q.begin(), q.end(), std::uint64_t{0});
}

}  // namespace aslog::golden
