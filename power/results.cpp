#include "power/results.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "golden/arithmetic/baselines.h"
#include "support/tools.h"

namespace aslog::power {
namespace {

using support::Json;
using support::rounded;

// fJ to 0.001, shares and ratios to 0.0001.
Json picojoules(double fj) {
    return rounded(fj / 1000, 6);
}

// 10^12 operations a joule; a multiply-accumulate is two.
Json topsPerWatt(double perMacFj) {
    return rounded(2000 / perMacFj, 4);
}

Json modulesJson(const ArrayPower& array, const Energy& energy, const Energy& settled,
                 double macs) {
    Json list = Json::array();
    const auto add = [&](const std::string& name, const std::string& kind, int depth, int instances,
                         double all, double own, double ownSettled) {
        list.push_back({{"name", name},
                        {"kind", kind},
                        {"depth", depth},
                        {"instances", instances},
                        {"fj_per_mac", rounded(all / macs, 3)},
                        {"own_fj_per_mac", rounded(own / macs, 3)},
                        {"own_fj_per_mac_without_glitches", rounded(ownSettled / macs, 3)},
                        {"share", rounded(all / energy.totalFj(), 4)}});
    };
    for (std::size_t i = 0; i < array.places.size(); ++i) {
        add(array.places[i].name, array.places[i].kind, array.places[i].depth,
            array.places[i].instances, inclusiveFj(array, energy, i), energy.byPlace[i],
            settled.byPlace[i]);
    }
    const std::size_t fanout = array.places.size();
    add("fan-out buffers", "", 1, 0, energy.byPlace[fanout], energy.byPlace[fanout],
        settled.byPlace[fanout]);
    add("input nets", "", 1, 0, energy.byPlace[fanout + 1], energy.byPlace[fanout + 1],
        settled.byPlace[fanout + 1]);
    return list;
}

Json kindsJson(const Energy& energy, const Energy& settled, double macs) {
    Json json = Json::object();
    for (std::size_t i = 0; i < energy.byKind.size(); ++i) {
        json[kKindNames[i]] = {
            {"fj_per_mac", rounded(energy.byKind[i] / macs, 3)},
            {"fj_per_mac_without_glitches", rounded(settled.byKind[i] / macs, 3)},
            {"share", rounded(energy.byKind[i] / energy.totalFj(), 4)}};
    }
    return json;
}

Json runJson(const PowerResult& result, const PowerRun& run) {
    const double perMac = run.perMacFj(run.energy, result.elements);
    return {{"layer", run.layer},
            {"image", run.image},
            {"cycles", run.drive.countedCycles},
            {"beats", run.drive.countedBeats},
            {"comparisons", run.drive.comparisons},
            {"pj_per_mac", picojoules(perMac)},
            {"pj_per_mac_without_glitches", picojoules(run.perMacFj(run.settled, result.elements))},
            {"events", run.events},
            {"seconds", rounded(run.seconds, 2)}};
}

Json arrayJson(const PowerResult& result, const ArrayPower& array) {
    const Energy energy = array.energy();
    const Energy settled = array.settled();
    const double macs = static_cast<double>(array.beats()) * result.elements;
    const auto cycles = static_cast<double>(array.cycles());
    const double perMac = result.perMacFj(array);
    const double perMacSettled = result.settledPerMacFj(array);
    constexpr double kMilliwattsPerFjMhz = 1e-6;
    Json json;
    json["name"] = array.name;
    json["pj_per_mac"] = picojoules(perMac);
    json["tops_per_w"] = topsPerWatt(perMac);
    json["pj_per_mac_without_glitches"] = picojoules(perMacSettled);
    json["tops_per_w_without_glitches"] = topsPerWatt(perMacSettled);
    json["glitch_share"] = rounded(1 - perMacSettled / perMac, 4);
    json["pj_per_cycle"] = picojoules(energy.totalFj() / cycles);
    json["power_mw"] =
        rounded(energy.totalFj() / cycles * result.clockMhz * kMilliwattsPerFjMhz, 5);
    json["switching_share"] = rounded(energy.switchingFj / energy.totalFj(), 4);
    json["cycles"] = array.cycles();
    json["beats"] = array.beats();
    json["cells"] = array.cells;
    json["nets"] = {{"known", array.knownNets},
                    {"toggled", array.toggledNets},
                    {"share", rounded(static_cast<double>(array.toggledNets) /
                                          static_cast<double>(array.knownNets),
                                      4)}};
    json["kinds"] = kindsJson(energy, settled, macs);
    json["modules"] = modulesJson(array, energy, settled, macs);
    json["runs"] = Json::array();
    for (const PowerRun& run : array.runs) {
        json["runs"].push_back(runJson(result, run));
    }
    json["netlist_sha256"] = array.netlistSha256;
    if (&array != &result.arrays.front()) {
        const PairedRatio ratio = pairedRatio(result, array);
        json["to_slogii"] = {{"mean", rounded(ratio.mean, 4)},
                             {"smallest", rounded(ratio.smallest, 4)},
                             {"largest", rounded(ratio.largest, 4)}};
    }
    return json;
}

Json operationJson(const OperationEnergy& energy) {
    return {{"operations", energy.operations},
            {"pj", picojoules(energy.fj)},
            {"pj_without_glitches", picojoules(energy.settledFj)}};
}

void addHeading(const PowerResult& result, Json& json) {
    json["design_hash"] = result.designHash;
    json["name"] = result.design;
    json["changed_files"] = result.changedFiles;
    json["not_measured"] = result.notMeasured;
    json["technology"] = {{"name", result.technology.name},
                          {"title", result.technology.title},
                          {"node_nm", result.technology.nodeNm}};
    json["library"] = {{"name", result.libertyName},
                       {"file", result.libertyFiles},
                       {"sha256", result.libertySha256},
                       {"voltage_v", result.corner.voltageV},
                       {"temperature_c", result.corner.temperatureC},
                       {"wire_load", result.wireLoad}};
    json["tools"] = support::toolsJson();
    json["clock_mhz"] = result.clockMhz;
    json["layers"] = result.layers;
    json.update(result.source);
}

}  // namespace

const ArrayPower* arrayNamed(const PowerResult& result, const std::string& name) {
    const auto found =
        std::find_if(result.arrays.begin(), result.arrays.end(),
                     [&name](const ArrayPower& array) { return array.name == name; });
    return found == result.arrays.end() ? nullptr : &*found;
}

const ArrayPower* strongest(const PowerResult& result, const std::string& family) {
    const ArrayPower* best = nullptr;
    for (const ArrayPower& array : result.arrays) {
        const golden::Baseline* baseline = golden::findBaseline(array.name);
        const bool isOf = baseline != nullptr && baseline->family == family && !baseline->isPlain;
        if (isOf && (best == nullptr || result.perMacFj(array) < result.perMacFj(*best))) {
            best = &array;
        }
    }
    return best;
}

PairedRatio pairedRatio(const PowerResult& result, const ArrayPower& other) {
    const ArrayPower& own = result.arrays.front();
    PairedRatio ratio{0, std::numeric_limits<double>::infinity(), 0};
    for (std::size_t i = 0; i < own.runs.size(); ++i) {
        const double each = other.runs[i].perMacFj(other.runs[i].energy, result.elements) /
                            own.runs[i].perMacFj(own.runs[i].energy, result.elements);
        ratio.mean += each / static_cast<double>(own.runs.size());
        ratio.smallest = std::min(ratio.smallest, each);
        ratio.largest = std::max(ratio.largest, each);
    }
    return ratio;
}

double inclusiveFj(const ArrayPower& array, const Energy& energy, std::size_t place) {
    double sum = energy.byPlace[place];
    for (std::size_t i = place + 1; i < array.places.size(); ++i) {
        sum += array.places[i].parent == place ? inclusiveFj(array, energy, i) : 0;
    }
    return sum;
}

Json powerJson(const PowerResult& result) {
    Json json;
    addHeading(result, json);
    json["array"] = arrayJson(result, result.arrays.front());
    json["baselines"] = Json::array();
    for (std::size_t i = 1; i < result.arrays.size(); ++i) {
        json["baselines"].push_back(arrayJson(result, result.arrays[i]));
    }
    for (const char* family : {"int4", "int8"}) {
        const ArrayPower* best = strongest(result, family);
        json[fmt::format("{}_strong", family)] = best == nullptr ? Json(nullptr) : Json(best->name);
    }
    json["missed_clock"] = result.missedClock;
    json["elements"] = Json::array();
    for (const ElementPower& each : result.elementsAlone) {
        json["elements"].push_back({{"name", each.name},
                                    {"all_pairs", operationJson(each.allPairs)},
                                    {"real_operands", operationJson(each.real)}});
    }
    if (result.aeInArray) {
        json["ae_in_array"] = {{"all_pairs", operationJson(result.aeInArray->allPairs)},
                               {"real_operands", operationJson(result.aeInArray->real)}};
    }
    json["seconds"] = rounded(result.seconds, 1);
    return json;
}

}  // namespace aslog::power
