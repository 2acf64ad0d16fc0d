// How an arithmetic element forms level * q: source selection, then binary final shift stages.
// Definition: docs/arithmetic.md, section 2.
#pragma once

#include <cstdint>
#include <vector>

namespace aslog::golden {

struct Level;

/// One input of the element's selector: odd * q * 2^shift.
struct Source {
    int odd;    // 1 or 3
    int shift;  // >= 0
    friend bool operator==(const Source&, const Source&) = default;
};

/// Where a level sits in the code, sign bit apart.
/// The zero level takes the lowest unused combination: its `source` and `finalShift` are the fields
/// of that combination, and select nothing (`source` may be sources.size()).
struct Placement {
    std::uint32_t index;  // code without sign = source << finalStages | finalShift
    int source;           // number in ElementPlan::sources
    int finalShift;       // 0 ... 2^finalStages - 1; bit j controls the stage that shifts by 2^j
    friend bool operator==(const Placement&, const Placement&) = default;
};

struct ElementPlan {
    int finalStages = 0;                // k
    int sourceIndexBits = 0;            // B-1-k
    std::vector<Source> sources;        // ascending multiple of q
    std::vector<Placement> placements;  // one per level, same order as the levels
    std::vector<int> sourceBits;        // width of each source as counted by the cost
    std::vector<int> stageBits;         // output width of each final stage, shift by 1 first
    int cost = 0;                       // 2 * sum(sourceBits) + 4 * sum(stageBits)
};

/// The cheapest legal plan. `levels` ascending, at most 2^(weightBits-1) of them.
[[nodiscard]] ElementPlan planElement(const std::vector<Level>& levels, int weightBits,
                                      int activationBits);

}  // namespace aslog::golden
