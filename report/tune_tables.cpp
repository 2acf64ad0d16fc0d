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

std::string tuneTables(const std::vector<Trial>& trials, const std::string& noiseOf) {
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
    std::string text = table.text();
    text += fmt::format("\n{} of {} arrays are beaten by no other in noise, area and energy\n",
                        best.size(), trials.size());
    text += fmt::format("noise over signal at the outputs of layers: {}\n", noiseOf);
    for (const Trial& trial : trials) {
        if (!trial.reason.empty()) {
            text += fmt::format("not to be chosen: {}: {}\n", nameOf(trial.candidate),
                                trial.reason.substr(0, trial.reason.find('\n')));
        }
    }
    return text;
}

Json tuneJson(const std::vector<Trial>& trials) {
    std::set<std::string> best;
    for (const Trial& trial : tune::bestOf(trials)) {
        best.insert(nameOf(trial.candidate));
    }
    Json list = Json::array();
    for (const Trial& trial : trials) {
        const tune::Candidate& of = trial.candidate;
        Json json = {{"name", nameOf(of)},     {"folder", trial.folder},
                     {"levels", of.levels},    {"dropped_bits", of.droppedBits},
                     {"pixels", of.pixels},    {"rows", of.rows},
                     {"lanes", of.lanes},      {"on_front", best.contains(nameOf(of))},
                     {"reason", Json(nullptr)}};
        if (trial.reason.empty()) {
            json["noise"] = trial.figures.noise;
            json["area_um2_per_mac"] = trial.figures.areaUm2;
            json["fj_per_mac"] = trial.figures.energyFj;
            json["fmax_mhz"] = trial.fmaxMhz;
        } else {
            json["reason"] = trial.reason;
        }
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace aslog::report
