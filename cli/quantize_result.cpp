#include "cli/quantize_result.h"

#include <cstddef>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "golden/network/network.h"
#include "ptq/evaluate/scores.h"
#include "support/table.h"

namespace aslog::cli {
namespace {

using support::Align;
using support::Table;

// Percent of calibration images with the same class first, above which nothing is said.
constexpr double kNearAgreement = 90;

// Ours first.
std::vector<std::string> networkNames(const ptq::NetworkFile& file) {
    std::vector<std::string> names{"slogii"};
    for (const auto& [name, stored] : file.networks) {
        if (name != names.front()) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace

std::string layersText(const ptq::NetworkFile& file) {
    std::vector<support::Column> columns{
        {"layer"}, {"taps", Align::Right}, {"outputs", Align::Right}};
    for (const std::string& name : networkNames(file)) {
        columns.push_back({name + ", dB", Align::Right});
    }
    Table table(columns);
    const auto& steps = file.networks.at("slogii").network.network.spec().steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto* conv = std::get_if<golden::ConvStep>(&steps[i].operation);
        if (conv == nullptr) {
            continue;
        }
        const golden::ConvGeometry& geometry = conv->groups.front().geometry;
        std::vector<std::string> row{
            steps[i].name, fmt::to_string(geometry.taps()),
            fmt::to_string(geometry.outputChannels * std::ssize(conv->groups))};
        for (const std::string& name : networkNames(file)) {
            row.push_back(fmt::format("{:.1f}", file.networks.at(name).layers[i].decibel()));
        }
        table.addRow(row);
    }
    return table.text();
}

double agreementOf(const ptq::AnswerComparison& answers) {
    return ptq::shareOf(answers.sameWinner, answers.images).percent;
}

std::string summaryText(const ptq::NetworkFile& file, const Answers& answers) {
    Table table({{""},
                 {"noise / signal, %", Align::Right},
                 {"as float, %", Align::Right},
                 {"KL from float", Align::Right}});
    for (const std::string& name : networkNames(file)) {
        std::vector<std::string> row{
            name, fmt::format("{:.3f}", 100 * file.networks.at(name).calibrationError), "-", "-"};
        if (const auto found = answers.find(name); found != answers.end()) {
            row[2] = fmt::format("{:.1f}", agreementOf(found->second));
            row[3] = fmt::format("{:.4f}", found->second.divergence);
        }
        table.addRow(row);
    }
    return "\n" + table.text() +
           (answers.empty() ? ""
                            : "on the calibration images, as if the outputs were classes; other "
                              "images differ more, above all if the network was trained on "
                              "these\n");
}

std::string adviceText(const Answers& answers, int droppedBits, bool isDoubled) {
    const auto ours = answers.find("slogii");
    if (ours == answers.end() ||
        ptq::shareOf(ours->second.sameWinner, ours->second.images).high >= kNearAgreement) {
        return "";
    }
    std::vector<std::string> ways;
    if (droppedBits > 0) {
        ways.push_back(
            fmt::format("an array that drops fewer columns (--dropped-bits {})", droppedBits - 1));
    }
    if (!isDoubled) {
        ways.emplace_back("two codes a weight where it helps most (--double auto)");
    }
    ways.emplace_back("more calibration images");
    return fmt::format(
        "note: if the outputs are classes, another one comes first than in the float network for "
        "{} of {} images; nearer to it come {}\n",
        ours->second.images - ours->second.sameWinner, ours->second.images,
        fmt::join(ways, ", or "));
}

std::vector<std::string> outputNames(const ptq::NetworkFile& file) {
    const golden::NetworkSpec& spec = file.networks.at("slogii").network.network.spec();
    std::vector<std::string> names;
    for (const golden::TensorId id : spec.outputs) {
        names.push_back(spec.tensors[id].name);
    }
    return names;
}

std::string headText(const ptq::NetworkFile& file, const std::vector<std::string>& head) {
    const std::vector<std::string> outputs = outputNames(file);
    return (head.empty() ? "" : fmt::format("left to the host: {}\n", fmt::join(head, ", "))) +
           (outputs.size() == 1 ? "" : fmt::format("outputs: {}\n", fmt::join(outputs, ", ")));
}

}  // namespace aslog::cli
