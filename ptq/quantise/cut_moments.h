// What products lose, on average, where their lowest columns are dropped.
// Definition of the products: docs/arithmetic.md, section 3.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "golden/arithmetic/element.h"
#include "ptq/quantise/windows.h"

namespace aslog::ptq {

// Of one group of channels. What a product loses depends on the lowest bits of its activations
// alone, so that counting these over the windows is enough for any weights, and exact.
class CutMoments {
  public:
    // `element` must outlive this. Counts nothing if it drops no column. The result depends neither
    // on the number of cores nor on the run.
    CutMoments(const WindowSource& source, const golden::Element& element);

    // The mean of (sum of w * (q - z)) / 2^dropped - (sum of products at q - that at z) of a
    // channel with these codes, one a tap: what b_c must make up for, in units of 2^dropped.
    double meanLoss(std::span<const golden::Code> codes) const;

  private:
    // All activations of an element with lowest bits of `digits`; those of row 0 are lowest.
    std::vector<std::uint32_t> activationsOf(std::size_t digits) const;

    const golden::Element& element_;
    std::uint32_t zeroDigit_ = 0;                   // lowest bits of z
    std::vector<std::vector<double>> frequencies_;  // by element of a column, then by digits
};

}  // namespace aslog::ptq
