// The parts of shape inference that the kernels need too.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

SliceRange sliceRange(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t size) {
    if (size == 0) {
        return {0, 1, 0};
    }
    // Far-away numbers mean "to the end"; clamped first, so that no sum below overflows.
    const auto place = [size](std::int64_t position, std::int64_t low, std::int64_t high) {
        position = std::clamp(position, -2 * kMaxElements, 2 * kMaxElements);
        return std::clamp(position < 0 ? position + size : position, low, high);
    };
    step = std::clamp(step, -2 * kMaxElements, 2 * kMaxElements);
    SliceRange range{0, step, 0};
    if (step > 0) {
        range.start = place(start, 0, size);
        range.count = (place(end, 0, size) - range.start + step - 1) / step;
    } else {
        range.start = place(start, 0, size - 1);
        range.count = (range.start - place(end, -1, size - 1) - step - 1) / -step;
    }
    range.count = std::max<std::int64_t>(range.count, 0);
    return range;
}

}  // namespace

std::size_t axisIndex(std::int64_t axis, std::size_t rank) {
    const auto signedRank = static_cast<std::int64_t>(rank);
    if (axis < -signedRank || axis >= signedRank) {
        throw InputError(fmt::format("axis {} is out of range for {} dimensions", axis, rank));
    }
    return static_cast<std::size_t>(axis < 0 ? axis + signedRank : axis);
}

Shape broadcast(const Shape& a, const Shape& b) {
    Shape out = a.size() > b.size() ? a : b;
    const Shape& shorter = a.size() > b.size() ? b : a;
    const std::size_t offset = out.size() - shorter.size();
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        std::int64_t& size = out[offset + i];
        if (size == 1) {
            size = shorter[i];
        } else if (shorter[i] != 1 && shorter[i] != size) {
            throw InputError(fmt::format("shapes {} and {} cannot be broadcast to each other",
                                         shapeText(a), shapeText(b)));
        }
    }
    return out;
}

bool hasOneNumberAChannel(const Shape& constant, const Shape& like) {
    if (constant.size() > like.size()) {
        return false;
    }
    const std::size_t offset = like.size() - constant.size();
    for (std::size_t i = 0; i < constant.size(); ++i) {
        if (constant[i] != 1 && offset + i != 1) {
            return false;
        }
    }
    return true;
}

Shape spatialSizes(const Shape& shape) {
    return {shape.begin() + 2, shape.end()};
}

std::vector<SliceRange> sliceRanges(const Slice& slice, const Shape& input) {
    const std::size_t count = slice.starts.size();
    if (slice.ends.size() != count || slice.axes.size() != count || slice.steps.size() != count) {
        throw InputError(
            fmt::format("found {} starts, {} ends, {} axes, {} steps; allowed: as many of each",
                        count, slice.ends.size(), slice.axes.size(), slice.steps.size()));
    }
    std::vector<SliceRange> ranges;
    for (const std::int64_t size : input) {
        ranges.push_back({0, 1, size});
    }
    std::vector<bool> seen(input.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t axis = axisIndex(slice.axes[i], input.size());
        if (seen[axis] || slice.steps[i] == 0) {
            throw InputError(fmt::format("axis {}: occurs twice, or its step is 0", slice.axes[i]));
        }
        seen[axis] = true;
        ranges[axis] = sliceRange(slice.starts[i], slice.ends[i], slice.steps[i], input[axis]);
    }
    return ranges;
}

std::vector<std::size_t> permutationOf(const Transpose& transpose, std::size_t rank) {
    std::vector<std::size_t> result;
    if (transpose.permutation.empty()) {
        for (std::size_t i = rank; i-- > 0;) {
            result.push_back(i);
        }
        return result;
    }
    std::vector<bool> seen(rank);
    for (const std::int64_t from : transpose.permutation) {
        const bool valid = from >= 0 && from < static_cast<std::int64_t>(rank) &&
                           !seen[static_cast<std::size_t>(from)];
        if (!valid || transpose.permutation.size() != rank) {
            throw InputError(fmt::format("perm {} is no permutation of {} dimensions",
                                         shapeText(transpose.permutation), rank));
        }
        seen[static_cast<std::size_t>(from)] = true;
        result.push_back(static_cast<std::size_t>(from));
    }
    return result;
}

}  // namespace aslog::ptq
