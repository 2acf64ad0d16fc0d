#include "support/diagnostics.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "support/table.h"

namespace aslog::support {
namespace {

constexpr std::size_t kTextWidth = 100;

// "    found:   text", wrapped; nothing if the text is empty.
std::string labelled(std::string_view label, const std::string& text) {
    constexpr std::size_t kIndent = 13;
    std::string result;
    for (const std::string& line : wrap(text, kTextWidth - kIndent)) {
        const std::string_view shown = result.empty() ? label : "";
        result += fmt::format("    {:<9}{}\n", shown, line);
    }
    return text.empty() ? "" : result;
}

std::string paragraph(const Diagnostic& item, const std::string& fileName) {
    const char* const severity = item.severity == Severity::Error ? "error" : "warning";
    const std::string place = item.pointer.empty() ? "" : " at " + item.pointer;
    return fmt::format("{}: {}{}: {}\n", fileName, severity, place, item.message) +
           labelled("found:", item.found) + labelled("allowed:", item.allowed) +
           labelled("hint:", item.hint);
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Levenshtein distance.
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
    errors_ += diagnostic.severity == Severity::Error ? 1 : 0;
    items_.push_back(std::move(diagnostic));
}

std::string Diagnostics::text(const std::string& fileName) const {
    std::string result;
    for (const Diagnostic& item : items_) {
        result += paragraph(item, fileName);
    }
    const std::size_t warnings = items_.size() - errors_;
    if (!items_.empty()) {
        result += fmt::format("{}: {}", fileName, counted(errors_, "error"));
        result += warnings > 0 ? ", " + counted(warnings, "warning") + "\n" : "\n";
    }
    return result;
}

std::string nearestName(const std::string& name, const std::vector<std::string>& known) {
    std::string best;
    // More than half of the letters wrong: it was not this name that was meant.
    std::size_t bestDistance = std::max<std::size_t>(2, name.size() / 2) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = editDistance(name, candidate);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

}  // namespace aslog::support
