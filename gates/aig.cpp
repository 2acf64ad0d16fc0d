#include "gates/aig.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace aslog::gates {
namespace {

// A number as AIGER writes differences: seven bits a byte, the lowest first.
void appendNumber(std::string& text, std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) {
        text += static_cast<char>((value & 0x7f) | 0x80);
    }
    text += static_cast<char>(value);
}

}  // namespace

AndInverterGraph::Literal AndInverterGraph::newInput() {
    nodes_.push_back({});
    return static_cast<Literal>(2 * (nodes_.size() - 1));
}

AndInverterGraph::Literal AndInverterGraph::both(Literal a, Literal b) {
    if (a > b) {
        std::swap(a, b);
    }
    if (a == kFalse || a == inverse(b)) {
        return kFalse;
    }
    if (a == kTrue || a == b) {
        return b;
    }
    const auto next = static_cast<Literal>(2 * nodes_.size());
    const auto [found, added] = gateOf_.emplace(std::uint64_t{a} << 32 | b, next);
    if (added) {
        nodes_.push_back({true, a, b});
        ++gates_;
    }
    return found->second;
}

AndInverterGraph::Literal AndInverterGraph::differ(Literal a, Literal b) {
    return inverse(both(inverse(both(a, inverse(b))), inverse(both(inverse(a), b))));
}

std::vector<AndInverterGraph::Literal> AndInverterGraph::copy(
    const AndInverterGraph& other, const std::map<Literal, Literal>& inputs) {
    std::vector<Literal> here(other.nodes_.size(), kFalse);
    const auto now = [&](Literal there) { return here[there / 2] ^ (there & 1U); };
    for (std::size_t i = 1; i < other.nodes_.size(); ++i) {
        const Node& node = other.nodes_[i];
        here[i] = node.isGate ? both(now(node.first), now(node.second))
                              : inputs.at(static_cast<Literal>(2 * i));
    }
    return here;
}

std::string AndInverterGraph::toAiger(std::span<const std::optional<Literal>> inputs,
                                      std::span<const Literal> outputs) const {
    std::vector<Literal> renumbered(nodes_.size(), kFalse);
    Literal next = 1;
    for (const std::optional<Literal>& input : inputs) {
        if (input) {
            renumbered[*input / 2] = 2 * next;
        }
        ++next;
    }
    const auto now = [&](Literal old) { return renumbered[old / 2] ^ (old & 1U); };
    std::string gates;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].isGate) {
            const Literal self = 2 * next++;
            renumbered[i] = self;
            const auto [low, high] = std::minmax({now(nodes_[i].first), now(nodes_[i].second)});
            appendNumber(gates, self - high);
            appendNumber(gates, high - low);
        }
    }
    std::string text =
        fmt::format("aig {} {} 0 {} {}\n", next - 1, inputs.size(), outputs.size(), gates_);
    for (const Literal output : outputs) {
        text += fmt::format("{}\n", now(output));
    }
    return text + gates;
}

}  // namespace aslog::gates
