// Text of foreign files and programs, made fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace aslog::support {

// The text with each control character but line feed and tab, and each byte that is no part of
// UTF-8, as \x and its two digits: a terminal must not obey a name, and JSON must hold it.
std::string printable(std::string_view text);

}  // namespace aslog::support
