// Specs over the whole range, drawn so that as many pairs of values as possible stand together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/spec/arch_spec.h"

namespace aslog::tb::test {

struct PairwiseSpecs {
    std::vector<ArchSpec> specs;
    std::size_t pairs = 0;    // of values of two different fields
    std::size_t covered = 0;  // in at least one spec
};

/// `count` legal specs, always the same ones for a seed; named pair_0, pair_1 ...
[[nodiscard]] PairwiseSpecs drawPairwise(std::size_t count, std::uint64_t seed);

/// A line that shows all values that were drawn.
[[nodiscard]] std::string describe(const ArchSpec& spec);

}  // namespace aslog::tb::test
