#include <algorithm>

#include <fmt/format.h>

#include "flows/fpga/fpga_synth.h"

namespace aslog::flows {
namespace {

using support::Json;
using support::rounded;

const FpgaMapping* own(const FpgaResult& result, const std::vector<FpgaMapping>& list,
                       bool withDsps) {
    const auto found = std::ranges::find_if(list, [&](const FpgaMapping& each) {
        return each.name == result.design.element.name && each.withDsps == withDsps;
    });
    return found == list.end() ? nullptr : &*found;
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
        const std::optional<double> ratio = lutsToOwn(result, list, each);
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

}  // namespace

std::optional<double> lutsToOwn(const FpgaResult& result, const std::vector<FpgaMapping>& list,
                                const FpgaMapping& mapping) {
    const FpgaMapping* ours = own(result, list, mapping.withDsps);
    if (ours == nullptr || ours->cells.luts == 0) {
        return std::nullopt;
    }
    return static_cast<double>(mapping.cells.luts) / (mapping.rows * ours->cells.luts);
}

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

}  // namespace aslog::flows
