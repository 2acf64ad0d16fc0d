#include "support/printable.h"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

namespace aslog::support {
namespace {

// How many bytes of `text` are one character of UTF-8; 0 if they are none, or a control character.
std::size_t shownBytes(std::string_view text) {
    const auto byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return (first >= 0x20 && first != 0x7f) || first == '\n' || first == '\t' ? 1 : 0;
    }
    const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < bytes) {
        return 0;
    }
    std::uint32_t code = first & (0x7fU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3fU);
    }
    constexpr std::uint32_t kSmallest[] = {0xa0, 0x800, 0x10000};  // below: control, or too long
    const bool isSurrogate = code >= 0xd800 && code < 0xe000;
    return code >= kSmallest[bytes - 2] && code <= 0x10ffff && !isSurrogate ? bytes : 0;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t bytes = shownBytes(text);
        if (bytes == 0) {
            result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
        } else {
            result += text.substr(0, bytes);
        }
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return result;
}

}  // namespace aslog::support
