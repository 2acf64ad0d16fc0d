#include "gates/liberty_numbers.h"

#include <charconv>

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

}  // namespace aslog::gates
