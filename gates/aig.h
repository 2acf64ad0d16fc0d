// And-inverter graphs: Boolean functions as tools of formal verification read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gates/boolean.h"

namespace aslog::gates {

// Gates of equal inputs are one gate, and constants are folded.
class AndInverterGraph {
  public:
    // A node, times two, plus one if it is inverted. Node 0 is the constant.
    using Literal = std::uint32_t;
    static constexpr Literal kFalse = 0;
    static constexpr Literal kTrue = 1;
    static Literal inverse(Literal a) { return a ^ 1U; }

    AndInverterGraph() : nodes_(1) {}

    Literal newInput();
    Literal both(Literal a, Literal b);
    Literal either(Literal a, Literal b) { return inverse(both(inverse(a), inverse(b))); }
    Literal differ(Literal a, Literal b);

    std::size_t gates() const { return gates_; }

    // Adds the gates of another graph, whose inputs become these literals of this one (all of them
    // are listed). Returns the literal here of each node there.
    std::vector<Literal> copy(const AndInverterGraph& other,
                              const std::map<Literal, Literal>& inputs);

    // In the binary AIGER format (http://fmv.jku.at/aiger), with the inputs in this order; one that
    // is absent is an input on which nothing depends. Every input of the graph must be listed.
    std::string toAiger(std::span<const std::optional<Literal>> inputs,
                        std::span<const Literal> outputs) const;

  private:
    struct Node {
        bool isGate = false;
        Literal first = kFalse;
        Literal second = kFalse;
    };

    std::vector<Node> nodes_;
    std::unordered_map<std::uint64_t, Literal> gateOf_;
    std::size_t gates_ = 0;
};

}  // namespace aslog::gates
