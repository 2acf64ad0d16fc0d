#include "cli/format_option.h"

#include <bit>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::cli {
namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::optional<int> number(const std::string& text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& option, const std::string& why) {
    throw support::InputError(
        fmt::format("--format {}: {}; allowed are spec, auto, auto,BITS, BITS,STEPS,zero or "
                    "BITS,STEPS,no-zero, for example 4,4,zero, and levels,L,L,..., for example "
                    "levels,0,1,2,3,4,6,8",
                    option, why));
}

void requireLegal(const std::string& option, const golden::FormatSpec& format) {
    try {
        (void)golden::SlogFormat(format);
    } catch (const std::invalid_argument& error) {
        refuse(option, error.what());
    }
}

// "levels,0,1,2,3,4,6,8": in codes of as few bits as hold them.
golden::FormatSpec givenLevels(const std::string& option, const std::vector<std::string>& parts,
                               golden::FormatSpec format) {
    format.levels.clear();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto level = number(parts[i]);
        if (!level) {
            refuse(option, fmt::format("\"{}\" is no level", parts[i]));
        }
        format.levels.push_back(*level);
    }
    if (format.levels.size() < 3) {
        refuse(option, "a table has at least three levels");
    }
    format.weightBits = 1 + static_cast<int>(std::bit_width(format.levels.size() - 1));
    requireLegal(option, format);
    return format;
}

}  // namespace

bool applyFormatOption(const std::string& option, golden::FormatSpec& format) {
    if (option == kSpecFormat) {
        return false;
    }
    const std::vector<std::string> parts = split(option);
    if (parts.front() == "levels") {
        format = givenLevels(option, parts, format);
        return false;
    }
    const bool isAutomatic = parts.front() == "auto";
    if (isAutomatic && parts.size() == 1) {
        return true;
    }
    golden::FormatSpec next = format;
    next.levels.clear();
    const auto bits = number(parts[isAutomatic ? 1 : 0]);
    if (!bits || parts.size() != (isAutomatic ? 2U : 3U)) {
        refuse(option, "not a level set");
    }
    next.weightBits = *bits;
    if (isAutomatic) {
        next.sqrt2Steps = 0;
    } else {
        const auto steps = number(parts[1]);
        if (!steps || (parts[2] != "zero" && parts[2] != "no-zero")) {
            refuse(option, "not a level set");
        }
        next.sqrt2Steps = *steps;
        next.zero = parts[2] == "zero";
    }
    requireLegal(option, next);
    format = next;
    return isAutomatic;
}

std::string formatText(const golden::FormatSpec& format) {
    if (!format.levels.empty()) {
        return fmt::format("levels,{}", fmt::join(format.levels, ","));
    }
    return fmt::format("{},{},{}", format.weightBits, format.sqrt2Steps,
                       format.zero ? "zero" : "no-zero");
}

}  // namespace aslog::cli
