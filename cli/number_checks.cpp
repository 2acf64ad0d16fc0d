#include "cli/number_checks.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace aslog::cli {
namespace {

// What is wrong with a number; if nothing is, it is written anew: CLI11 would take 010 for an octal
// one.
template <class T>
std::string complaint(std::string& text, T low, T high, const char* what) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    const bool isFine = error == std::errc() && last == end && value >= low && value <= high;
    if (!isFine) {
        return fmt::format("found {}; {} from {} to {} is allowed", text, what, low, high);
    }
    text = fmt::to_string(value);
    return "";
}

}  // namespace

const CLI::Validator& seedCheck() {
    static const CLI::Validator check(
        [](std::string& text) {
            return complaint(text, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max(),
                             "a whole number");
        },
        "");
    return check;
}

const CLI::Validator& clockCheck() {
    static const CLI::Validator check(
        [](std::string& text) { return complaint(text, 0.001, 100000.0, "a number of MHz"); }, "");
    return check;
}

}  // namespace aslog::cli
