// Warns of programs in versions that aslog was not tried with.
#pragma once

#include <initializer_list>

namespace aslog::cli {

// One line on standard error for each of these programs whose version lies outside of
// support::triedVersions(). Says nothing of one that is missing: the command does.
void warnOfUntriedVersions(std::initializer_list<const char*> programs);

}  // namespace aslog::cli
