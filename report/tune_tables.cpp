#include "report/tune_tables.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/table.h"

namespace aslog::report {

using support::Align;
using support::Json;
using tune::Trial;

namespace {

/// Null for what was not measured.
Json figure(double value) {
    return value > 0 ? Json(value) : Json(nullptr);
}

}  // namespace

std::string tuneTables(const std::vector<Trial>& trials, const TuneConditions& conditions) {
    support::Table table({{"levels"},
                          {"dropped", Align::Right},
                          {"slots", Align::Right},
                          {"rows", Align::Right},
                          {"lanes", Align::Right},
                          {"noise", Align::Right},
                          {"µm² per MAC", Align::Right},
                          {"fJ per MAC", Align::Right},
                          {"fmax MHz", Align::Right}});
    const std::vector<Trial> best = tune::bestOf(trials);
    for (const Trial& trial : best) {
        const tune::Candidate& of = trial.candidate;
        table.addRow({fmt::format("{}", fmt::join(of.levels, " ")), fmt::to_string(of.droppedBits),
                      fmt::to_string(of.pixels), fmt::to_string(of.rows), fmt::to_string(of.lanes),
                      fmt::format("{:.5f}", trial.figures.noise),
                      fmt::format("{:.1f}", trial.figures.areaUm2),
                      fmt::format("{:.1f}", trial.figures.energyFj),
                      fmt::format("{:.0f}", trial.fmaxMhz)});
    }
    std::string text = fmt::format("{}, {}, {:g} MHz\n\n{}", conditions.design,
                                   conditions.technology, conditions.clockMhz, table.text());
    text += fmt::format("\n{} of {} arrays are beaten by no other in noise, area and energy\n",
                        best.size(), trials.size());
    text += fmt::format("noise over signal at the outputs of layers: {}\n", conditions.noiseOf);
    text += fmt::format("energy with glitches, of {} beats of {}\n", conditions.beats,
                        fmt::join(conditions.layers, ", "));
    for (const Trial& trial : trials) {
        if (!trial.reason.empty()) {
            text += fmt::format("not to be chosen: {}: {}\n", nameOf(trial.candidate),
                                trial.reason.substr(0, trial.reason.find('\n')));
        } else if (trial.unproven > 0) {
            text += fmt::format("{}: {} mappings are not proven\n", nameOf(trial.candidate),
                                trial.unproven);
        }
    }
    return text;
}

Json tuneJson(const std::vector<Trial>& trials, const TuneConditions& conditions) {
    std::set<std::string> best;
    for (const Trial& trial : tune::bestOf(trials)) {
        best.insert(nameOf(trial.candidate));
    }
    Json list = Json::array();
    for (const Trial& trial : trials) {
        const tune::Candidate& of = trial.candidate;
        list.push_back({{"name", nameOf(of)},
                        {"folder", trial.folder},
                        {"levels", of.levels},
                        {"dropped_bits", of.droppedBits},
                        {"pixels", of.pixels},
                        {"rows", of.rows},
                        {"lanes", of.lanes},
                        {"noise", figure(trial.figures.noise)},
                        {"area_um2_per_mac", figure(trial.figures.areaUm2)},
                        {"fj_per_mac", figure(trial.figures.energyFj)},
                        {"fmax_mhz", figure(trial.fmaxMhz)},
                        {"unproven", trial.unproven},
                        {"on_front", best.contains(nameOf(of))},
                        {"reason", trial.reason.empty() ? Json(nullptr) : Json(trial.reason)}});
    }
    return {{"design", conditions.design},
            {"technology", conditions.technology},
            {"clock_mhz", conditions.clockMhz},
            {"noise_of", conditions.noiseOf},
            {"layers", conditions.layers},
            {"beats", conditions.beats},
            {"arrays", list}};
}

}  // namespace aslog::report
