// Checks of numbers on the command line, for CLI::Option::transform(). CLI11 itself wraps a
// negative number around if it is to be unsigned, and takes "nan" for a real one.
#pragma once

#include <CLI/CLI.hpp>

namespace aslog::cli {

// A whole number from 0 to 2^64 - 1.
const CLI::Validator& seedCheck();

// MHz, from 0.001 to 100,000: no clock is slower or faster.
const CLI::Validator& clockCheck();

}  // namespace aslog::cli
