#include "gates/lookup_table.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace aslog::gates {
namespace {

// A place on an axis: between point `index` and the next one, at the share `fraction`, which lies
// outside 0 ... 1 beyond the ends.
struct Place {
    std::size_t index = 0;
    double fraction = 0;
};

Place placeOn(const std::vector<double>& points, double x) {
    if (points.size() < 2) {
        return {};
    }
    const auto above = std::upper_bound(points.begin() + 1, points.end() - 1, x);
    const auto index = static_cast<std::size_t>(above - points.begin()) - 1;
    return {index, (x - points[index]) / (points[index + 1] - points[index])};
}

void checkAxis(const std::vector<double>& points) {
    if (std::adjacent_find(points.begin(), points.end(), std::greater_equal<>()) != points.end()) {
        throw std::invalid_argument("the points of a table must ascend");
    }
}

}  // namespace

LookupTable::LookupTable(std::vector<double> slews, std::vector<double> loads,
                         std::vector<double> values)
    : slews_(std::move(slews)), loads_(std::move(loads)), values_(std::move(values)) {
    checkAxis(slews_);
    checkAxis(loads_);
    if (values_.size() !=
        std::max<std::size_t>(slews_.size(), 1) * std::max<std::size_t>(loads_.size(), 1)) {
        throw std::invalid_argument("a table needs a value for each of its points");
    }
}

double LookupTable::at(double slew, double load) const {
    const Place row = placeOn(slews_, slew);
    const Place column = placeOn(loads_, load);
    const std::size_t width = std::max<std::size_t>(loads_.size(), 1);
    const auto alongRow = [&](std::size_t index) {
        const double* values = values_.data() + index * width + column.index;
        return loads_.size() < 2 ? values[0]
                                 : values[0] + (values[1] - values[0]) * column.fraction;
    };
    const double low = alongRow(row.index);
    return slews_.size() < 2 ? low : low + (alongRow(row.index + 1) - low) * row.fraction;
}

}  // namespace aslog::gates
