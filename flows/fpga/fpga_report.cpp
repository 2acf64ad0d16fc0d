#include <algorithm>

#include <fmt/format.h>

#include "flows/fpga/fpga_synth.h"
#include "generator/rtl/run_folder.h"
#include "support/table.h"

namespace aslog::flows {
namespace {

using support::Align;
using support::Json;
using support::Table;

const FpgaMapping* own(const FpgaResult& result, const std::vector<FpgaMapping>& list,
                       bool withDsps) {
    const auto found = std::ranges::find_if(list, [&](const FpgaMapping& each) {
        return each.name == result.design.element.name && each.withDsps == withDsps;
    });
    return found == list.end() ? nullptr : &*found;
}

// LUTs against those of aslog's, DSP blocks allowed or not in both; nothing if it is not there.
std::optional<double> toOwn(const FpgaResult& result, const std::vector<FpgaMapping>& list,
                            const FpgaMapping& each) {
    const FpgaMapping* ours = own(result, list, each.withDsps);
    if (ours == nullptr || ours->cells.luts == 0) {
        return std::nullopt;
    }
    return static_cast<double>(each.cells.luts) / ours->cells.luts;
}

double rounded(double value, int decimals) {
    return std::stod(fmt::format("{:.{}f}", value, decimals));
}

Json routingJson(const FpgaMapping& mapping) {
    const std::optional<FpgaRouting>& routing = mapping.routing;
    if (!routing) {
        return nullptr;
    }
    Json json = {{"device", routing->device},       {"logic_cells", routing->cells},
                 {"available", routing->available}, {"pins_registers", mapping.pinsRegisters},
                 {"fits", routing->fits()},         {"fmax_mhz", nullptr}};
    if (routing->fits()) {
        json["fmax_mhz"] = {{"median", rounded(routing->medianMhz(), 2)},
                            {"smallest", rounded(routing->slowestMhz(), 2)},
                            {"largest", rounded(routing->fastestMhz(), 2)},
                            {"runs", Json::array()}};
        for (const double mhz : routing->fmaxMhz) {
            json["fmax_mhz"]["runs"].push_back(rounded(mhz, 2));
        }
    }
    return json;
}

Json mappingsJson(const FpgaResult& result, const std::vector<FpgaMapping>& list) {
    Json array = Json::array();
    for (const FpgaMapping& each : list) {
        const std::optional<double> ratio = toOwn(result, list, each);
        array.push_back({{"name", each.name},
                         {"element", each.element},
                         {"bias_correction", each.biasCorrection},
                         {"with_dsps", each.withDsps},
                         {"luts", each.cells.luts},
                         {"luts_to_slogii", ratio ? Json(rounded(*ratio, 4)) : Json(nullptr)},
                         {"flip_flops", each.cells.flipFlops},
                         {"carries", each.cells.carries},
                         {"block_rams", each.cells.blockRams},
                         {"dsps", each.cells.dsps}});
    }
    return array;
}

std::string fmaxText(const FpgaMapping& each) {
    if (!each.routing) {
        return "";
    }
    if (!each.routing->fits()) {
        return "too large";
    }
    return fmt::format("{:.1f} ({:.1f} to {:.1f})", each.routing->medianMhz(),
                       each.routing->slowestMhz(), each.routing->fastestMhz());
}

std::string ratioText(std::optional<double> ratio) {
    return ratio ? fmt::format("{:.2f} x", *ratio) : "";
}

std::string arrayTable(const FpgaResult& result) {
    const FpgaFamily& family = fpgaFamily(result.family);
    const bool routed = result.notRouted.empty();
    std::vector<support::Column> columns = {{"array"}, {"BCE"}};
    if (family.hasDsps()) {
        columns.insert(columns.end(), {{"DSP blocks", Align::Right}});
    }
    columns.insert(columns.end(), {{fmt::format("LUT{}s", family.lutInputs), Align::Right},
                                   {"to aslog", Align::Right},
                                   {"flip-flops", Align::Right},
                                   {"carries", Align::Right}});
    if (routed) {
        columns.insert(columns.end(), {{"cells", Align::Right}, {"fmax MHz", Align::Right}});
    }
    Table table(columns);
    bool behindRule = false;
    for (const FpgaMapping& each : result.arrays) {
        if (each.withDsps && !behindRule) {
            table.addRule();
            behindRule = true;
        }
        std::vector<std::string> row = {each.name, each.biasCorrection ? "yes" : "no"};
        if (family.hasDsps()) {
            row.push_back(each.withDsps ? std::to_string(each.cells.dsps) : "not allowed");
        }
        row.insert(row.end(),
                   {std::to_string(each.cells.luts), ratioText(toOwn(result, result.arrays, each)),
                    std::to_string(each.cells.flipFlops), std::to_string(each.cells.carries)});
        if (routed) {
            row.insert(row.end(), {std::to_string(each.routing->cells), fmaxText(each)});
        }
        table.addRow(row);
    }
    return table.text();
}

// Nothing if only arrays without bias correction were asked for: their elements are others'.
std::string elementTable(const FpgaResult& result) {
    if (result.elements.empty()) {
        return "";
    }
    Table table({{"element alone, without DSP blocks"},
                 {fmt::format("LUT{}s", fpgaFamily(result.family).lutInputs), Align::Right},
                 {"to aslog", Align::Right},
                 {"carries", Align::Right}});
    for (const FpgaMapping& each : result.elements) {
        table.addRow({each.name, std::to_string(each.cells.luts),
                      ratioText(toOwn(result, result.elements, each)),
                      std::to_string(each.cells.carries)});
    }
    return table.text() + "\n";
}

std::string routingNote(const FpgaResult& result) {
    if (!result.notRouted.empty()) {
        return fmt::format("not placed and routed, no fmax: {}\n", result.notRouted);
    }
    const auto fitting = std::ranges::find_if(
        result.arrays, [](const FpgaMapping& each) { return each.routing->fits(); });
    const std::string seeds =
        fitting == result.arrays.end()
            ? ""
            : fmt::format(
                  "; fmax: median, slowest and fastest of {} placements, aiming at {:g} MHz",
                  fitting->routing->fmaxMhz.size(), result.clockMhz);
    return fmt::format(
        "placed and routed in {} with {} cells{}\n"
        "cells: with the registers between an array and its pins, {} of {}\n",
        result.arrays.front().routing->device, result.arrays.front().routing->available, seeds,
        result.arrays.front().pinsRegisters, result.arrays.front().name);
}

}  // namespace

Json fpgaJson(const FpgaResult& result) {
    const FpgaFamily& family = fpgaFamily(result.family);
    Json json;
    json["tools"] = result.tools;
    json["design_hash"] = designHash(result.design);
    json["name"] = result.design.spec.name;
    json["changed_files"] = result.changedFiles;
    json["family"] = {{"name", family.name}, {"title", family.title}};
    json["clock_mhz"] = result.clockMhz;
    json["macs"] = result.design.aeCount;
    json["not_routed"] = result.notRouted.empty() ? Json(nullptr) : Json(result.notRouted);
    json["arrays"] = mappingsJson(result, result.arrays);
    for (std::size_t i = 0; i < result.arrays.size(); ++i) {
        json["arrays"][i]["routed"] = routingJson(result.arrays[i]);
    }
    json["elements"] = mappingsJson(result, result.elements);
    json["seconds"] = rounded(result.seconds, 1);
    return json;
}

std::string fpgaTables(const FpgaResult& result) {
    return fmt::format("{}: {} x {} elements in {}, {}\n\n{}\n{}{}{}", result.design.spec.name,
                       result.design.rows(), result.design.columns(),
                       fpgaFamily(result.family).title, result.tools.at("yosys").get<std::string>(),
                       arrayTable(result), elementTable(result), routingNote(result),
                       changedNote(result.changedFiles));
}

}  // namespace aslog::flows
