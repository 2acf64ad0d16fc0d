#include "flows/results.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "golden/arithmetic/baselines.h"
#include "golden/noise/element_noise.h"
#include "support/error.h"

namespace aslog::flows {
namespace {

using support::Json;
using support::rounded;

// Areas to 0.001 µm², times to 0.0001 ns, shares and ratios to 0.0001.
Json um2(double value) {
    return rounded(value, 3);
}

Json fine(double value) {
    return rounded(value, 4);
}

const ElementArea& smallestElement(const SynthResult& result,
                                   const std::vector<std::pair<std::string, Method>>& kinds) {
    const ElementArea* best = nullptr;
    for (const ElementArea& each : result.elements) {
        const bool wanted =
            std::find(kinds.begin(), kinds.end(), std::pair(each.name, each.method)) != kinds.end();
        if (wanted && (best == nullptr || each.areaUm2 < best->areaUm2)) {
            best = &each;
        }
    }
    if (best == nullptr) {
        throw support::Error("the area of an element alone is missing");
    }
    return *best;
}

const VariantResult* find(const SynthResult& result, const std::string& element, bool withBce) {
    for (const VariantResult& each : result.variants) {
        if (each.element == element && each.biasCorrection == withBce) {
            return &each;
        }
    }
    return nullptr;
}

// The smallest of a width ("int8"), with bias correction or without. Also if it misses the clock:
// it would be larger if it met it, and a comparison with the next one would flatter us.
const VariantResult* strongest(const SynthResult& result, const std::string& width) {
    const VariantResult* best = nullptr;
    for (const VariantResult& each : result.variants) {
        if (each.element.starts_with(width + "_") &&
            (best == nullptr || each.perMacUm2 < best->perMacUm2)) {
            best = &each;
        }
    }
    return best;
}

std::string methodName(Method method) {
    return method == Method::Fused ? "fused" : "plain";
}

Json heading(const SynthResult& result) {
    Json json;
    json["design_hash"] = designHash(result.design);
    json["name"] = result.design.spec.name;
    json["changed_files"] = result.changedFiles;
    json["not_measured"] = result.notMeasured;
    json["technology"] = {{"name", result.technology.name},
                          {"title", result.technology.title},
                          {"node_nm", result.technology.nodeNm}};
    json["library"] = {{"name", result.libertyName},
                       {"file", result.libertyFiles},
                       {"sha256", result.libertySha256},
                       {"corner",
                        {{"name", result.corner.name},
                         {"process", result.corner.process},
                         {"voltage_v", result.corner.voltageV},
                         {"temperature_c", result.corner.temperatureC}}}};
    if (!result.technology.areasUm2.empty()) {
        json["library"]["areas_added"] = {{"um2", result.technology.areasUm2},
                                          {"source", result.technology.areaSource}};
    }
    json["tools"] = result.tools;
    json["clock_mhz"] = result.clockMhz;
    return json;
}

Json modulesJson(const AreaReport& area) {
    Json list = Json::array();
    for (const ModuleArea& each : area.modules) {
        list.push_back({{"name", each.name},
                        {"kind", each.kind},
                        {"depth", each.depth},
                        {"instances", each.instances},
                        {"each_um2", um2(each.eachUm2)},
                        {"area_um2", um2(each.areaUm2)},
                        {"share", fine(each.areaUm2 / area.totalUm2)},
                        {"own_um2", um2(each.ownUm2)},
                        {"own_sequential_um2", um2(each.ownSequentialUm2)},
                        {"own_cells", each.ownCells}});
    }
    return list;
}

Json figuresOf(const VariantResult& variant) {
    Json json;
    json["total_um2"] = um2(variant.area.totalUm2);
    json["cells"] = variant.area.cells;
    json["sequential_um2"] = um2(variant.area.sequentialUm2);
    json["per_mac_um2"] = um2(variant.perMacUm2);
    json["fanout_buffers"] = {{"cells", variant.area.fanoutCells},
                              {"area_um2", um2(variant.area.fanoutUm2)},
                              {"share", fine(variant.area.fanoutUm2 / variant.area.totalUm2)}};
    json["modules"] = modulesJson(variant.area);
    return json;
}

// Of the columns that the array's element drops, by the model of docs/arithmetic.md, section 8.
double cutNoiseOf(const SynthResult& result, const std::string& element) {
    if (element == result.design.element.name) {
        return golden::cutNoise(golden::SlogElement(result.design.format));
    }
    const int activationBits = result.design.spec.format.activationBits;
    return golden::cutNoise(*golden::makeBaseline(element, activationBits));
}

Json variantJson(const SynthResult& result, const VariantResult& variant) {
    Json json = {{"name", variant.name},
                 {"element", variant.element},
                 {"bias_correction", variant.biasCorrection},
                 {"cut_noise", cutNoiseOf(result, variant.element)},
                 {"meets_clock", variant.meetsClock()},
                 {"fmax_mhz", fine(variant.fmaxMhz())}};
    json.update(figuresOf(variant));
    return json;
}

Json optionalPerMac(const VariantResult* variant) {
    return variant == nullptr ? Json(nullptr) : um2(variant->perMacUm2);
}

Json optionalName(const VariantResult* variant) {
    return variant == nullptr ? Json(nullptr) : Json(variant->name);
}

Json baselineJson(const SynthResult& result, const Comparison& comparison) {
    Json json;
    json["mult8_plain_um2"] = um2(comparison.mult8Plain.areaUm2);
    json["mult8_strong_um2"] = um2(comparison.mult8Strong.areaUm2);
    json["mult8_strong_variant"] =
        comparison.mult8Strong.name + "/" + methodName(comparison.mult8Strong.method);
    json["int8_plain_per_mac_um2"] = optionalPerMac(comparison.int8Plain);
    json["int8_strong_per_mac_um2"] = optionalPerMac(comparison.int8Strong);
    json["int8_strong_variant"] = optionalName(comparison.int8Strong);
    json["int4_strong_per_mac_um2"] = optionalPerMac(comparison.int4Strong);
    json["int4_strong_variant"] = optionalName(comparison.int4Strong);
    json["elements"] = Json::array();
    for (const ElementArea& each : result.elements) {
        json["elements"].push_back({{"name", each.name},
                                    {"rows", each.rows},
                                    {"method", methodName(each.method)},
                                    {"recipe", each.recipe},
                                    {"area_um2", um2(each.areaUm2)}});
    }
    json["variants"] = Json::array();
    for (std::size_t i = 1; i < result.variants.size(); ++i) {
        const VariantResult& variant = result.variants[i];
        if (variant.element != result.variants.front().element) {
            json["variants"].push_back(variantJson(result, variant));
        }
    }
    return json;
}

Json ratiosJson(const SynthResult& result, const Comparison& comparison) {
    const VariantResult& ours = result.variants.front();
    const auto ratio = [](const VariantResult* other, const VariantResult* own) {
        const bool isKnown = other != nullptr && own != nullptr;
        return isKnown ? fine(other->perMacUm2 / own->perMacUm2) : Json(nullptr);
    };
    const auto density = [&](const VariantResult* other) { return ratio(other, &ours); };
    const auto noBce = [&](const VariantResult* other) {
        return ratio(other, comparison.withoutBce);
    };
    return {{"ae_to_mult8_strong", fine(comparison.aeUm2 / comparison.mult8Strong.areaUm2)},
            {"ae_to_mult8_plain", fine(comparison.aeUm2 / comparison.mult8Plain.areaUm2)},
            {"ae_in_array_to_mult8_strong",
             fine(comparison.aeInArrayUm2 / comparison.mult8Strong.areaUm2)},
            {"int8_strong_to_slogii_per_mac", density(comparison.int8Strong)},
            {"int8_plain_to_slogii_per_mac", density(comparison.int8Plain)},
            {"int4_strong_to_slogii_per_mac", density(comparison.int4Strong)},
            {"int8_strong_to_slogii_no_bce_per_mac", noBce(comparison.int8Strong)},
            {"int8_plain_to_slogii_no_bce_per_mac", noBce(comparison.int8Plain)},
            {"int4_strong_to_slogii_no_bce_per_mac", noBce(comparison.int4Strong)},
            {"bce_share", fine(comparison.bceUm2 / ours.area.totalUm2)},
            {"pcf_share", fine(comparison.pcfUm2 / ours.area.totalUm2)}};
}

Json checkJson(const LimitCheck& check, const std::string& unit) {
    return {{"violations", check.violations},     {"worst_" + unit, fine(check.worst)},
            {"limit_" + unit, fine(check.limit)}, {"pin", check.pin},
            {"checked", check.checked},           {"on_ideal_nets", check.idealViolations}};
}

Json timingOf(const VariantResult& variant) {
    Json path = Json::array();
    for (const PathStretch& stretch : variant.critical) {
        path.push_back({{"module", stretch.module},
                        {"instance", stretch.instance},
                        {"delay_ns", fine(stretch.delayNs)}});
    }
    Json points = Json::array();
    for (const PathPoint& point : variant.closed.timing.path) {
        points.push_back({{"pin", point.pin}, {"arrival_ns", fine(point.arrivalNs)}});
    }
    Json choices = Json::array();
    for (const TimingChoice& choice : variant.closed.choices) {
        choices.push_back({{"module", choice.module},
                           {"recipe", choice.recipe},
                           {"ripple_bits", choice.rippleBits},
                           {"added_um2", um2(choice.addedUm2)}});
    }
    Json json;
    json["fmax_mhz"] = fine(variant.fmaxMhz());
    json["slack_ns"] = fine(variant.closed.timing.slack.worstNs);
    json["meets_clock"] = variant.meetsClock();
    json["two_column_slack_ns"] = fine(variant.closed.twoColumnSlackNs);
    const LimitChecks& checks = variant.closed.timing.checks;
    json["checks"] = {{"max_capacitance", checkJson(checks.capacitanceFf, "ff")},
                      {"max_slew", checkJson(checks.slewNs, "ns")}};
    json["critical_path"] = path;
    json["points"] = points;
    json["choices"] = {{"analyses", variant.closed.rounds},
                       {"crossing_load_ratio", variant.closed.crossingRatio},
                       {"modules", choices}};
    return json;
}

}  // namespace

Comparison compare(const SynthResult& result) {
    Comparison comparison;
    const AreaReport& area = result.variants.front().area;
    comparison.aeUm2 =
        smallestElement(result, {{"slogii", Method::Fused}, {"slogii", Method::Plain}}).areaUm2;
    comparison.aeInArrayUm2 = area.areaOf("aslog_ae") / result.design.aeCount;
    comparison.bceUm2 = area.areaOf("aslog_bce") + area.areaOf("aslog_mu_ae");
    comparison.pcfUm2 = area.areaOf("aslog_pcf_unit") - area.areaOf("aslog_mu_ae");
    comparison.mult8Plain = smallestElement(result, {{"multiplier", Method::Plain}});
    std::vector<std::pair<std::string, Method>> multipliers = {{"multiplier", Method::Fused}};
    for (const ElementArea& element : result.elements) {  // those that drop columns, too
        const golden::Baseline* baseline = golden::findBaseline(element.name);
        if (baseline != nullptr && baseline->isMultiplier) {
            multipliers.emplace_back(element.name, element.method);
        }
    }
    comparison.mult8Strong = smallestElement(result, multipliers);
    const VariantResult& ours = result.variants.front();
    comparison.withoutBce = ours.biasCorrection ? find(result, ours.element, false) : nullptr;
    comparison.int8Plain = find(result, "int8_plain", ours.biasCorrection);
    comparison.int8Strong = strongest(result, "int8");
    comparison.int4Strong = strongest(result, "int4");
    if (comparison.aeInArrayUm2 <= 0 || comparison.pcfUm2 <= 0) {
        throw support::Error("the netlist has lost the modules of the array");
    }
    return comparison;
}

std::string wiresOf(const SynthResult& result) {
    return result.wireLoad.empty() ? "no wires"
                                   : fmt::format("wire-load model {}", result.wireLoad);
}

Json areaJson(const SynthResult& result) {
    const Comparison comparison = compare(result);
    Json json = heading(result);
    const Json figures = figuresOf(result.variants.front());
    for (const char* key : {"total_um2", "cells", "sequential_um2", "per_mac_um2"}) {
        json[key] = figures.at(key);
    }
    json["ae_um2"] = um2(comparison.aeUm2);
    json["ae_in_array_um2"] = um2(comparison.aeInArrayUm2);
    json["bce_um2"] = um2(comparison.bceUm2);
    json["pcf_um2"] = um2(comparison.pcfUm2);
    json["fanout_buffers"] = figures.at("fanout_buffers");
    json["modules"] = figures.at("modules");
    json["bias_correction"] = result.variants.front().biasCorrection;
    json["cut_noise"] = cutNoiseOf(result, result.design.element.name);
    json["without_bce"] = comparison.withoutBce == nullptr
                              ? Json(nullptr)
                              : variantJson(result, *comparison.withoutBce);
    json["baseline"] = baselineJson(result, comparison);
    json["ratios"] = ratiosJson(result, comparison);
    if (result.flat) {
        json["flat"] = {
            {"hierarchical_um2", um2(result.flat->hierarchicalUm2)},
            {"flat_um2", um2(result.flat->flatUm2)},
            {"hierarchical_to_flat", fine(result.flat->hierarchicalUm2 / result.flat->flatUm2)}};
    }
    json["proofs"] = proofsSummary(result);
    json["seconds"] = rounded(result.seconds, 1);
    return json;
}

Json timingJson(const SynthResult& result) {
    Json json = heading(result);
    json["constraints"] = {
        {"input_delay_share", kPortShare}, {"output_delay_share", kPortShare}, {"clock", "ideal"},
        {"wires", wiresOf(result)},        {"delay_calculator", "lumped_cap"}, {"checks", "setup"}};
    json["timed_columns"] = result.timedColumns;
    const VariantResult& ours = result.variants.front();
    json.update(timingOf(ours));
    json["without_bce"] = nullptr;
    json["baselines"] = Json::array();
    for (std::size_t i = 1; i < result.variants.size(); ++i) {
        const VariantResult& variant = result.variants[i];
        Json entry = {{"name", variant.name},
                      {"element", variant.element},
                      {"bias_correction", variant.biasCorrection}};
        entry.update(timingOf(variant));
        if (variant.element == ours.element) {
            json["without_bce"] = entry;
        } else {
            json["baselines"].push_back(entry);
        }
    }
    return json;
}

}  // namespace aslog::flows
