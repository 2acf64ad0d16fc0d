#include "golden/arithmetic/element_plan.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "golden/arithmetic/format.h"
#include "golden/arithmetic/integers.h"

namespace aslog::golden {
namespace {

std::int64_t multiple(const Source& source) {
    return std::int64_t{source.odd} << source.shift;
}

/// The shifts of one odd part, ascending.
std::vector<int> chainOf(const std::vector<Level>& levels, int odd) {
    std::vector<int> shifts;
    for (const Level& level : levels) {
        if (level.odd == odd) {
            shifts.push_back(level.shift);
        }
    }
    return shifts;
}

/// Splits one chain into runs of at most `reach` consecutive shifts, one source each.
void appendSources(const std::vector<int>& chain, int odd, int reach,
                   std::vector<Source>& sources) {
    std::size_t begin = 0;
    while (begin < chain.size()) {
        std::size_t end = begin + 1;
        while (end < chain.size() && chain[end] < chain[begin] + reach) {
            ++end;
        }
        // Aligned to the run's top: a full run is not moved by this.
        sources.push_back({odd, std::max(0, chain[end - 1] - (reach - 1))});
        begin = end;
    }
}

/// The source of a non-zero level: the lowest that reaches it, which is that of its own run.
Placement placeLevel(const Level& level, const std::vector<Source>& sources, int finalStages) {
    const int reach = 1 << finalStages;
    int best = -1;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const int shift = level.shift - sources[i].shift;
        if (best < 0 && sources[i].odd == level.odd && shift >= 0 && shift < reach) {
            best = static_cast<int>(i);
        }
    }
    if (best < 0) {
        throw std::logic_error("element plan: a level has no source");
    }
    const int finalShift = level.shift - sources[static_cast<std::size_t>(best)].shift;
    const auto index = static_cast<std::uint32_t>((best << finalStages) | finalShift);
    return {index, best, finalShift};
}

Placement placeZero(const std::vector<Placement>& placements, int finalStages) {
    std::uint32_t index = 0;
    const auto isTaken = [&](const Placement& placement) { return placement.index == index; };
    while (std::any_of(placements.begin(), placements.end(), isTaken)) {
        ++index;
    }
    const auto mask = static_cast<std::uint32_t>(lowMask(finalStages));
    return {index, static_cast<int>(index >> finalStages), static_cast<int>(index & mask)};
}

std::vector<Placement> placeLevels(const std::vector<Level>& levels,
                                   const std::vector<Source>& sources, int finalStages) {
    std::vector<Placement> placements;
    for (const Level& level : levels) {
        if (level.odd != 0) {
            placements.push_back(placeLevel(level, sources, finalStages));
        }
    }
    if (levels.front().odd == 0) {
        placements.insert(placements.begin(), placeZero(placements, finalStages));
    }
    return placements;
}

/// Output width of the stage that shifts by 2^stage: the largest value that a level sends there.
int stageOutputBits(const std::vector<Level>& levels, const ElementPlan& plan, int stage,
                    int activationBits) {
    std::int64_t largest = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const Placement& place = plan.placements[i];
        if (levels[i].odd == 0) {
            continue;
        }
        const int shift = place.finalShift & ((2 << stage) - 1);
        const Source& source = plan.sources[static_cast<std::size_t>(place.source)];
        largest = std::max(largest, multiple(source) << shift);
    }
    return bitWidth(static_cast<std::uint64_t>(largest) * lowMask(activationBits));
}

void addCost(const std::vector<Level>& levels, int activationBits, ElementPlan& plan) {
    for (const Source& source : plan.sources) {
        plan.sourceBits.push_back(activationBits + (source.odd == 3 ? 2 : 0));
        plan.cost += 2 * plan.sourceBits.back();
    }
    for (int stage = 0; stage < plan.finalStages; ++stage) {
        plan.stageBits.push_back(stageOutputBits(levels, plan, stage, activationBits));
        plan.cost += 4 * plan.stageBits.back();
    }
}

std::optional<ElementPlan> planWithStages(const std::vector<Level>& levels, int weightBits,
                                          int activationBits, int finalStages) {
    ElementPlan plan;
    plan.finalStages = finalStages;
    plan.sourceIndexBits = weightBits - 1 - finalStages;
    for (const int odd : {1, 3}) {
        appendSources(chainOf(levels, odd), odd, 1 << finalStages, plan.sources);
    }
    if (plan.sources.size() > std::size_t{1} << plan.sourceIndexBits) {
        return std::nullopt;
    }
    std::sort(plan.sources.begin(), plan.sources.end(),
              [](const Source& a, const Source& b) { return multiple(a) < multiple(b); });
    plan.placements = placeLevels(levels, plan.sources, finalStages);
    addCost(levels, activationBits, plan);
    return plan;
}

}  // namespace

ElementPlan planElement(const std::vector<Level>& levels, int weightBits, int activationBits) {
    std::optional<ElementPlan> best;
    for (int finalStages = 0; finalStages < weightBits; ++finalStages) {
        std::optional<ElementPlan> plan =
            planWithStages(levels, weightBits, activationBits, finalStages);
        if (plan && (!best || plan->cost < best->cost)) {
            best = std::move(plan);
        }
    }
    return best.value();  // no final stages is always legal
}

}  // namespace aslog::golden
