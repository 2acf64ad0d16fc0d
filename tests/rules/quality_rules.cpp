#include "tests/rules/quality_rules.h"

#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::tests {

namespace fs = std::filesystem;
using support::Json;

namespace {

// The figure that a rule is about, or nothing and the reason.
std::optional<double> figureOf(const Rule& rule, const fs::path& results, std::string& reason) {
    if (!fs::exists(results / rule.file)) {
        reason = fmt::format("{} is missing", rule.file);
        return std::nullopt;
    }
    const Json json = support::readJson(results / rule.file);
    const Json::json_pointer pointer(rule.key);
    if (!json.contains(pointer) || !json.at(pointer).is_number()) {
        reason = fmt::format("{} has no number at {}", rule.file, rule.key);
        return std::nullopt;
    }
    return json.at(pointer).get<double>();
}

}  // namespace

RuleSet readRules(const fs::path& file) {
    RuleSet set;
    try {
        const Json json = support::readJson(file);
        set.spec = json.at("spec");
        set.technology = json.at("technology");
        for (const Json& each : json.at("rules")) {
            Rule rule{each.at("file"), each.at("key"), each.at("op"), each.at("value")};
            static_cast<void>(Json::json_pointer(rule.key));
            if (rule.op != "<=" && rule.op != ">=") {
                throw support::InputError(fmt::format(
                    "{}: the operator of {} is \"{}\", allowed are <= and >=", file.string(),
                    rule.key, rule.op));
            }
            set.rules.push_back(std::move(rule));
        }
    } catch (const nlohmann::json::exception& error) {
        throw support::InputError(
            fmt::format("{} is no set of rules: {}", file.string(), error.what()));
    }
    if (set.rules.empty()) {
        throw support::InputError(fmt::format("{} has no rules", file.string()));
    }
    return set;
}

std::vector<std::string> brokenRules(const RuleSet& set, const fs::path& results) {
    std::vector<std::string> broken;
    for (const Rule& rule : set.rules) {
        std::string reason;
        const std::optional<double> figure = figureOf(rule, results, reason);
        if (!figure) {
            broken.push_back(reason);
        } else if (rule.op == "<=" ? !(*figure <= rule.value) : !(*figure >= rule.value)) {
            broken.push_back(fmt::format("{} {} is {}, allowed is {} {}", rule.file, rule.key,
                                         *figure, rule.op, rule.value));
        }
    }
    return broken;
}

Json withNewLimits(const RuleSet& set, const fs::path& results, double share) {
    Json json = {{"spec", set.spec}, {"technology", set.technology}, {"rules", Json::array()}};
    for (const Rule& rule : set.rules) {
        std::string reason;
        const std::optional<double> figure = figureOf(rule, results, reason);
        if (!figure) {
            throw support::Error(reason);
        }
        const double limit = *figure + (rule.op == "<=" ? share : -share) * std::abs(*figure);
        json["rules"].push_back({{"file", rule.file},
                                 {"key", rule.key},
                                 {"op", rule.op},
                                 {"value", std::stod(fmt::format("{:.7g}", limit))}});
    }
    return json;
}

}  // namespace aslog::tests
