// The error of a network for which a width is too small.
#pragma once

#include <stdexcept>

namespace aslog::golden {

/// A well-formed layer or network needs more bits than there are: more taps than the array is made
/// for, a larger accumulator, correction sum, bias or output offset, wider activations. Whatever
/// else is wrong with it is a plain std::invalid_argument.
struct DoesNotFit : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

}  // namespace aslog::golden
