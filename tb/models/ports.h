// The ports of a Verilated model as 32-bit words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace aslog::tb {

struct Port {
    std::string name;
    int bits;
};

struct PortList {
    bool clocked = true;  // the model has an input tick_i, its clock, and late_i
    std::vector<Port> inputs;
    std::vector<Port> outputs;
};

[[nodiscard]] constexpr std::size_t wordsOf(std::int64_t bits) {
    return static_cast<std::size_t>((bits + 31) / 32);
}

[[nodiscard]] std::size_t wordsOf(const std::vector<Port>& ports);

/// First word of a port. Throws std::invalid_argument if there is none of this name.
[[nodiscard]] std::size_t firstWord(const std::vector<Port>& ports, const std::string& name);

/// A port of one bit.
[[nodiscard]] inline bool isSet(std::span<const std::uint32_t> port) {
    return port[0] != 0;
}

/// The file bench_ports.h of the adapter.
[[nodiscard]] std::string portsHeader(const PortList& ports);

/// Writes the low `width` bits (1 ... 64) of `value` at bit `at`; the place must be zero before.
void putBits(std::span<std::uint32_t> words, std::size_t at, int width, std::uint64_t value);

/// Reads `width` bits (1 ... 64) at bit `at`.
[[nodiscard]] std::uint64_t getBits(std::span<const std::uint32_t> words, std::size_t at,
                                    int width);

}  // namespace aslog::tb
