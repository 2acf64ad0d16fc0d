#include "ptq/data/npy_writer.h"

#include <bit>
#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/file.h"

namespace aslog::data {
namespace {

// Magic text, version 1.0; the length of the header follows in two bytes.
constexpr std::string_view kStart("\x93NUMPY\1\0", 8);
constexpr std::size_t kAlignment = 64;

void appendLittleEndian(std::string& bytes, std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) {
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    }
}

// A Python tuple: "()", "(3,)", "(3, 4)".
std::string tupleText(const std::vector<std::size_t>& shape) {
    return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

}  // namespace

std::string npyBytes(const std::vector<std::size_t>& shape, std::span<const float> elements) {
    const std::size_t count =
        std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    if (count != elements.size()) {
        throw std::invalid_argument(
            fmt::format("{} elements for an array of {}", elements.size(), tupleText(shape)));
    }
    std::string header =
        fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': {}, }}", tupleText(shape));
    const std::size_t used = kStart.size() + 2 + header.size() + 1;
    header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
    header += '\n';
    std::string bytes(kStart);
    bytes.reserve(kStart.size() + 2 + header.size() + 4 * count);
    appendLittleEndian(bytes, static_cast<std::uint32_t>(header.size()), 2);
    bytes += header;
    for (const float element : elements) {
        appendLittleEndian(bytes, std::bit_cast<std::uint32_t>(element), 4);
    }
    return bytes;
}

void writeNpy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
              std::span<const float> elements) {
    support::writeFile(path, npyBytes(shape, elements));
}

}  // namespace aslog::data
