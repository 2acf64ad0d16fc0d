#include "ptq/quantise/grid.h"

#include <algorithm>
#include <stdexcept>

#include "golden/noise/layer_model.h"

namespace aslog::ptq {

Grid::Grid(const golden::Element& element) : values_(golden::symmetricValues(element)) {
    if (values_.empty() || values_.back() <= 0) {
        throw std::invalid_argument("the element " + element.name() +
                                    " has no weight with both signs");
    }
    for (std::size_t i = 0; i + 1 < values_.size(); ++i) {
        borders_.push_back(0.5 * static_cast<double>(values_[i] + values_[i + 1]));
    }
}

std::int64_t Grid::nearest(double x) const {
    // On a border, the value on the side of zero; +1 rather than -1.
    const auto border = x <= 0 ? std::upper_bound(borders_.begin(), borders_.end(), x)
                               : std::lower_bound(borders_.begin(), borders_.end(), x);
    return values_[static_cast<std::size_t>(border - borders_.begin())];
}

std::int64_t Grid::below(std::int64_t value) const {
    const auto at = std::lower_bound(values_.begin(), values_.end(), value);
    return at == values_.begin() ? *at : *(at - 1);
}

std::int64_t Grid::above(std::int64_t value) const {
    const auto next = std::upper_bound(values_.begin(), values_.end(), value);
    return next == values_.end() ? values_.back() : *next;
}

}  // namespace aslog::ptq
