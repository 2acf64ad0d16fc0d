// The values that a weight can take: all that the codes of an element stand for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "golden/arithmetic/element.h"

namespace aslog::ptq {

// A non-uniform grid of integers that is the same on both sides of zero. The logarithmic element
// and the integer baselines are all quantised on such a grid, by the same code.
class Grid {
  public:
    // The values that `element` has with both signs: an integer's most negative one is left out.
    // Throws std::invalid_argument if nothing but zero is left.
    explicit Grid(const golden::Element& element);

    // Ascending.
    const std::vector<std::int64_t>& values() const { return values_; }
    std::int64_t largest() const { return values_.back(); }

    // The nearest value; a tie goes to the smaller magnitude, what lies beyond the ends to the end.
    // NaN is not allowed.
    std::int64_t nearest(double x) const;

    // The next value; of the last one itself. `value` must be one of values().
    std::int64_t below(std::int64_t value) const;
    std::int64_t above(std::int64_t value) const;

  private:
    std::vector<std::int64_t> values_;
    std::vector<double> borders_;  // border i lies between values i and i + 1
};

}  // namespace aslog::ptq
