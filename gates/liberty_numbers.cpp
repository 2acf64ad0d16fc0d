#include "gates/liberty_numbers.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

constexpr std::string_view kBetween = " \t\r\n\\\",+";

}  // namespace

std::optional<double> numberIn(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '"' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() ? std::optional<double>(value) : std::nullopt;
}

double numberOr(std::string_view text, double otherwise) {
    return numberIn(text).value_or(otherwise);
}

bool isTrue(std::string_view text) {
    return text == "true" || text == "\"true\"";
}

std::vector<double> numbersIn(std::string_view text) {
    std::vector<double> numbers;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;
         at = text.find_first_not_of(kBetween, at)) {
        double value = 0;
        const auto [end, error] =
            std::from_chars(text.data() + at, text.data() + text.size(), value);
        if (error != std::errc()) {
            break;
        }
        numbers.push_back(value);
        at = static_cast<std::size_t>(end - text.data());
    }
    return numbers;
}

double capacitanceUnitFf(const LibertyGroup& library, const std::string& fileName) {
    for (const LibertyAttribute& each : library.attributes) {
        if (each.name != "capacitive_load_unit" || each.values.size() != 2) {
            continue;
        }
        std::string unit(each.values[1]);
        std::transform(unit.begin(), unit.end(), unit.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const double count = numberOr(each.values[0], 0);
        if (count > 0 && (unit == "ff" || unit == "pf")) {
            return unit == "ff" ? count : 1000 * count;
        }
    }
    throw support::InputError(fmt::format("{} has no capacitive_load_unit in ff or pf", fileName));
}

}  // namespace aslog::gates
