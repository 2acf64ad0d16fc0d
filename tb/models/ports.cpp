#include "tb/models/ports.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace aslog::tb {

std::size_t wordsOf(const std::vector<Port>& ports) {
    std::size_t words = 0;
    for (const Port& port : ports) {
        words += wordsOf(port.bits);
    }
    return words;
}

std::size_t firstWord(const std::vector<Port>& ports, const std::string& name) {
    std::size_t words = 0;
    for (const Port& port : ports) {
        if (port.name == name) {
            return words;
        }
        words += wordsOf(port.bits);
    }
    throw std::invalid_argument("no port " + name);
}

std::string portsHeader(const PortList& ports) {
    std::string text = fmt::format("#define ASLOG_CLOCKED {}\n", ports.clocked ? 1 : 0);
    const auto list = [&text](const char* macro, const std::vector<Port>& entries) {
        text += fmt::format("#define {}(port)", macro);
        for (const Port& entry : entries) {
            text += fmt::format(" \\\n    port({})", entry.name);
        }
        text += '\n';
    };
    list("ASLOG_INPUTS", ports.inputs);
    list("ASLOG_OUTPUTS", ports.outputs);
    return text;
}

void putBits(std::span<std::uint32_t> words, std::size_t at, int width, std::uint64_t value) {
    while (width > 0) {
        const std::size_t within = at % 32;
        const int part = std::min(width, static_cast<int>(32 - within));
        const std::uint64_t mask = (std::uint64_t{1} << static_cast<unsigned>(part)) - 1;
        words[at / 32] |= static_cast<std::uint32_t>((value & mask) << within);
        value >>= static_cast<unsigned>(part);
        at += static_cast<std::size_t>(part);
        width -= part;
    }
}

std::uint64_t getBits(std::span<const std::uint32_t> words, std::size_t at, int width) {
    std::uint64_t value = 0;
    int done = 0;
    while (done < width) {
        const std::size_t within = at % 32;
        const int part = std::min(width - done, static_cast<int>(32 - within));
        const std::uint64_t mask = (std::uint64_t{1} << static_cast<unsigned>(part)) - 1;
        value |= ((words[at / 32] >> within) & mask) << static_cast<unsigned>(done);
        at += static_cast<std::size_t>(part);
        done += part;
    }
    return value;
}

}  // namespace aslog::tb
