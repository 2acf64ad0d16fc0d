#include "golden/arithmetic/adder_tree.h"

#include <cstddef>
#include <numeric>
#include <stdexcept>

namespace aslog::golden {

std::uint64_t columnSum(const Element& element, std::span<const Code> codes,
                        std::span<const std::uint8_t> q) {
    if (codes.size() != q.size()) {
        throw std::invalid_argument("columnSum: as many codes as activations are needed");
    }
    std::uint64_t sum = 0;
    for (std::size_t row = 0; row < codes.size(); ++row) {
        sum += element.raw(codes[row], q[row]);
    }
    return sum;
}

std::uint64_t activationSum(std::span<const std::uint8_t> q) {
    return std::accumulate(q.begin(), q.end(), std::uint64_t{0});
}

}  // namespace aslog::golden
