#include "report/evaluation_tables.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "support/table.h"

namespace aslog::report {
namespace {

using support::Align;
using support::Json;
using support::rounded;

struct Measure {
    const char* key;
    const char* title;
    double value = 0;  // as it is printed: percent, or an area of 0 to 1
    int digits = 2;
    std::optional<ptq::Share> share;
};

// What a data set measures, in a fixed order.
std::vector<Measure> measuresOf(const ptq::Evaluation& evaluation) {
    std::vector<Measure> measures;
    if (const auto& classes = evaluation.classification) {
        measures.push_back({"top1", "top-1, %", classes->top1.percent, 2, classes->top1});
        measures.push_back({"top5", "top-5, %", classes->top5.percent, 2, classes->top5});
    }
    if (const auto& pairs = evaluation.verification) {
        measures.push_back(
            {"accuracy", "pairs told apart, %", pairs->accuracy.percent, 2, pairs->accuracy});
        measures.push_back({"auc", "area under ROC", pairs->auc, 4, std::nullopt});
    }
    return measures;
}

// Answers that are scores of classes, or taken for such.
bool hasClasses(const ptq::Evaluation& evaluation) {
    return !evaluation.logProbabilities.empty();
}

Json toJson(const ptq::Evaluation& evaluation, const ptq::Evaluation* reference) {
    Json json = Json::object();
    const std::vector<Measure> measures = measuresOf(evaluation);
    const std::vector<Measure> references =
        reference != nullptr ? measuresOf(*reference) : std::vector<Measure>{};
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const Measure& measure = measures[i];
        json[measure.key] = rounded(measure.value, measure.digits + 1);
        if (measure.share) {
            json["interval_95"][measure.key] = {{"low", rounded(measure.share->low, 3)},
                                                {"high", rounded(measure.share->high, 3)}};
        }
        if (reference != nullptr) {
            json["loss"][measure.key] =
                rounded(references[i].value - measure.value, measure.digits + 1);
        }
    }
    if (hasClasses(evaluation)) {
        json["images"] = evaluation.winners.size();
        if (reference != nullptr) {
            json["agreement"] = rounded(ptq::agreement(evaluation, *reference).percent, 3);
            json["divergence"] = rounded(ptq::divergence(*reference, evaluation), 6);
        }
    }
    json["seconds"] = rounded(evaluation.seconds, 3);
    if (evaluation.verification) {
        json["pairs"] = evaluation.verification->pairs;
        json["threshold"] = rounded(evaluation.verification->threshold, 4);
    }
    return json;
}

constexpr const char* kOurs = "slogii";

// Of our network against each other one, by its name; none if ours is not there.
std::vector<std::pair<std::string, ptq::Discordance>> discordances(const Evaluations& evaluations) {
    std::vector<std::pair<std::string, ptq::Discordance>> result;
    const auto ours = std::ranges::find(evaluations, kOurs, &Evaluations::value_type::first);
    if (ours == evaluations.end() || ours->second.right.empty()) {
        return result;
    }
    for (const auto& [name, evaluation] : evaluations) {
        if (name != kOurs) {
            result.emplace_back(name, ptq::discordance(ours->second.right, evaluation.right));
        }
    }
    return result;
}

std::string discordancesText(const Evaluations& evaluations) {
    const auto all = discordances(evaluations);
    if (all.empty()) {
        return "";
    }
    support::Table table({{"McNemar: slogii against"},
                          {"slogii alone right", Align::Right},
                          {"slogii alone wrong", Align::Right},
                          {"p", Align::Right}});
    for (const auto& [name, each] : all) {
        const double p = each.probability();
        table.addRow({name, fmt::to_string(each.onlyFirst), fmt::to_string(each.onlySecond),
                      p < 0.0001 ? "below 0.0001" : fmt::format("{:.4f}", p)});
    }
    return "\n" + table.text();
}

}  // namespace

std::string evaluationText(const Evaluations& evaluations) {
    support::Table table({{"network"},
                          {"measure"},
                          {"", Align::Right},
                          {"95 % interval", Align::Right},
                          {"below float", Align::Right},
                          {"of", Align::Right}});
    const ptq::Evaluation& first = evaluations.front().second;
    const bool hasFloat = evaluations.front().first == "float";
    const std::vector<Measure> references = measuresOf(first);
    for (const auto& [name, evaluation] : evaluations) {
        const std::string count = hasClasses(evaluation)
                                      ? fmt::format("{} images", evaluation.winners.size())
                                      : fmt::format("{} pairs", evaluation.verification->pairs);
        const bool isReference = !hasFloat || name == "float";
        std::string label = name;  // in the first row of the network
        const auto addRow = [&](const char* title, const std::string& value,
                                const std::optional<ptq::Share>& share, const std::string& loss) {
            table.addRow({std::exchange(label, ""), title, value,
                          share ? fmt::format("{:.2f} to {:.2f}", share->low, share->high) : "",
                          loss, count});
        };
        const std::vector<Measure> measures = measuresOf(evaluation);
        for (std::size_t i = 0; i < measures.size(); ++i) {
            const Measure& m = measures[i];
            const double loss = references[i].value - m.value;
            addRow(m.title, fmt::format("{:.{}f}", m.value, m.digits), m.share,
                   isReference ? "" : fmt::format("{:.{}f}", loss, m.digits));
        }
        if (!isReference && hasClasses(evaluation)) {
            const ptq::Share same = ptq::agreement(evaluation, first);
            addRow("as float, %", fmt::format("{:.2f}", same.percent), same, "");
            addRow("KL from float, nat", fmt::format("{:.4f}", ptq::divergence(first, evaluation)),
                   std::nullopt, "");
        }
    }
    std::string notes;
    if (const auto& pairs = first.verification) {
        notes = fmt::format("\nthreshold {:.4f}, best for {} on these pairs\n", pairs->threshold,
                            evaluations.front().first);
    }
    if (!first.verification && !first.classification) {
        if (!hasFloat || evaluations.size() < 2) {
            return fmt::format("{} images without labels: nothing is compared\n",
                               first.winners.size());
        }
        notes = fmt::format(
            "\n{} images without labels: compared with the float network alone, as "
            "if the outputs were classes\n",
            first.winners.size());
    }
    return table.text() + notes + discordancesText(evaluations);
}

void addEvaluations(const Evaluations& evaluations, Json& json) {
    const bool hasFloat = evaluations.front().first == "float";
    for (const auto& [name, evaluation] : evaluations) {
        const bool hasReference = hasFloat && name != "float";
        json[name] = toJson(evaluation, hasReference ? &evaluations.front().second : nullptr);
    }
    for (const auto& [name, each] : discordances(evaluations)) {
        json[kOurs]["mcnemar"][name] = {{"right_alone", each.onlyFirst},
                                        {"wrong_alone", each.onlySecond},
                                        {"p", rounded(each.probability(), 9)}};
    }
}

}  // namespace aslog::report
