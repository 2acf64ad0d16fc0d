// What the tests of the quantisation share.
#pragma once

#include <cstddef>
#include <string>

#include "ptq/quantise/quantise.h"

namespace aslog::test {

/// 4 bits with 4 half-octave steps and zero, bias correction in 4 bits, the tool's usual widths.
ptq::NumberFormat usualFormat();

/// The same for another element of golden::baselineNames().
ptq::NumberFormat formatOf(const std::string& element);

/// All steps off but those named.
ptq::QuantiseOptions only(const std::initializer_list<const char*>& steps);

/// All steps on but those named.
ptq::QuantiseOptions without(const std::initializer_list<const char*>& steps);

/// Every number of a network, so that two of them can be compared.
std::string textOf(const ptq::QuantisedNetwork& network);

/// The layers of a convolution, by the name of its step. Throws if there is none.
const golden::ConvStep& convOf(const ptq::QuantisedNetwork& network, const std::string& step);

/// The step of a tensor, by its name.
ptq::ActivationScale scaleOf(const ptq::QuantisedNetwork& network, const std::string& tensor);

}  // namespace aslog::test
