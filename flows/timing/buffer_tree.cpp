#include "flows/timing/buffer_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace aslog::flows {
namespace {

// A level of buffers must take at least this share off the load above it.
constexpr double kWorthwhile = 0.2;

}  // namespace

Load sumOf(const std::vector<Load>& loads) {
    return std::accumulate(loads.begin(), loads.end(), Load());
}

// Splits loads, in their order, into about `count` groups of about the same load, none above the
// limit unless it is a single load. Returns the number of loads in each group.
std::vector<std::size_t> BufferTrees::groupsOf(const std::vector<Load>& loads, double limitFf,
                                               std::size_t count) const {
    const Load all = sumOf(loads);
    // Wires by the sink here: what the borders are for is balance, not the limit.
    const double wireFf = all.sinks == 0 ? 0 : wires_.capacitanceFf(all.sinks) / all.sinks;
    const double target = all.totalFf(wires_) / static_cast<double>(count);
    std::vector<std::size_t> groups;
    Load inGroup;
    double before = 0;  // in all groups so far
    for (const Load& load : loads) {
        const double share = load.pinsFf + wireFf * load.sinks;
        // A load opens a group where its middle lies beyond the ideal border, or if it must.
        const double border = target * static_cast<double>(groups.size());
        if (groups.empty() || (inGroup + load).totalFf(wires_) > limitFf ||
            before + share / 2 > border + 1e-9) {
            groups.push_back(0);
            inGroup = {};
        }
        ++groups.back();
        inGroup += load;
        before += share;
    }
    return groups;
}

// As few groups as the limit allows, balanced.
std::vector<std::size_t> BufferTrees::balancedGroups(const std::vector<Load>& loads,
                                                     double limitFf) const {
    const double pinsFf = sumOf(loads).pinsFf;
    auto count = static_cast<std::size_t>(std::max(1.0, std::ceil(pinsFf / limitFf)));
    while (true) {
        std::vector<std::size_t> groups = groupsOf(loads, limitFf, count);
        if (groups.size() <= count) {
            return groups;
        }
        ++count;
    }
}

// A load that is one port of a module can not be split here: a buffer must take the largest one.
// The strongest buffer is allowed in any case.
bool BufferTrees::fits(const Buffer& buffer, const std::vector<Load>& loads) const {
    return std::all_of(
               loads.begin(), loads.end(),
               [&](const Load& load) { return load.totalFf(wires_) <= buffer.limitFf * ratio_; }) ||
           std::all_of(buffers_.begin(), buffers_.end(),
                       [&](const Buffer& each) { return each.limitFf <= buffer.limitFf; });
}

BufferTree BufferTrees::cheapest(const std::vector<Load>& loads, const Load& fixed,
                                 double limitFf) const {
    const Load all = sumOf(loads);
    if (loads.empty() || (fixed + all).totalFf(wires_) <= limitFf) {
        return {};
    }
    BufferTree best;
    best.areaUm2 = std::numeric_limits<double>::infinity();
    for (const Buffer& buffer : buffers_) {
        if (!fits(buffer, loads)) {
            continue;
        }
        const std::vector<std::size_t> groups = balancedGroups(loads, buffer.limitFf * ratio_);
        const std::vector<Load> above(groups.size(), buffer.input);
        const bool shrinks = sumOf(above).totalFf(wires_) < (1 - kWorthwhile) * all.totalFf(wires_);
        const bool isLast = groups.size() == 1;
        if (!shrinks && !isLast) {
            continue;
        }
        BufferTree tree = isLast ? BufferTree() : cheapest(above, fixed, limitFf);
        tree.areaUm2 += static_cast<double>(groups.size()) * buffer.areaUm2;
        if (tree.areaUm2 < best.areaUm2) {
            tree.levels.insert(tree.levels.begin(), {&buffer, groups});
            best = std::move(tree);
        }
    }
    return std::isinf(best.areaUm2) ? BufferTree() : best;
}

}  // namespace aslog::flows
