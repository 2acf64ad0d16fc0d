#include <fmt/format.h>

#include "generator/elab/design.h"
#include "generator/elab/design_hash.h"
#include "generator/spec/fields.h"
#include "generator/spec/parse_spec.h"
#include "support/error.h"
#include "support/sha256.h"
#include "support/version.h"

namespace aslog {
namespace {

using support::InputError;
using support::Json;

// Sorted keys and no white space, whatever the order in the file.
std::string canonicalText(const Json& json) {
    return nlohmann::json(json).dump();
}

Json elementToJson(const ElementInfo& element) {
    return {{"name", element.name},
            {"weight_bits", element.weightBits},
            {"rows", element.rows},
            {"window_weight", element.windowWeight},
            {"raw_max", element.rawMax},
            {"product_bits", element.productBits},
            {"odd_multiples", element.oddMultiples},
            {"lane_bits", element.laneBits},
            {"partial_products", element.partialProducts},
            {"partial_bits", element.partialBits},
            {"partial_shift", element.partialShift},
            {"dropped_bits", element.droppedBits},
            {"all_partial_bits", element.allPartialBits}};
}

ElementInfo elementFromJson(const Json& json) {
    return {.name = json.at("name").get<std::string>(),
            .weightBits = json.at("weight_bits").get<int>(),
            .rows = json.at("rows").get<int>(),
            .windowWeight = json.at("window_weight").get<std::int64_t>(),
            .rawMax = json.at("raw_max").get<std::uint64_t>(),
            .productBits = json.at("product_bits").get<int>(),
            .oddMultiples = json.at("odd_multiples").get<int>(),
            .laneBits = json.at("lane_bits").get<int>(),
            .partialProducts = json.at("partial_products").get<int>(),
            .partialBits = json.at("partial_bits").get<int>(),
            .partialShift = json.at("partial_shift").get<int>(),
            .droppedBits = json.at("dropped_bits").get<int>(),
            .allPartialBits = json.at("all_partial_bits").get<int>()};
}

// The level table in the order of the codes' magnitude indices, and how an element forms it.
Json formatToJson(const golden::SlogFormat& format) {
    const golden::ElementPlan& plan = format.plan();
    Json levels = Json::array();
    for (std::size_t i = 0; i < format.levels().size(); ++i) {
        levels.push_back(
            {{"value", format.levels()[i].value}, {"index", plan.placements.at(i).index}});
    }
    Json sources = Json::array();
    for (const golden::Source& source : plan.sources) {
        sources.push_back({{"odd", source.odd}, {"shift", source.shift}});
    }
    return {{"levels", levels}, {"sources", sources}, {"final_stages", plan.finalStages}};
}

Json widthsToJson(const Design& design) {
    return {{"product", design.productBits},
            {"tree", design.treeBits},
            {"accumulator", design.accumulatorBits},
            {"activation_sum", design.activationSumBits},
            {"window_sum", design.windowSumBits},
            {"mu", design.muBits},
            {"mu_product", design.muProductBits},
            {"fraction", design.fractionBits},
            {"correction", design.correctionBits},
            {"shift_min", design.shiftMin},
            {"shift_max", design.shiftMax},
            {"shift", design.shiftBits},
            {"offset", design.offsetBits},
            {"parameter", design.parameterBits},
            {"slot", design.slotBits},
            {"weight_beat", design.weightBeatBits},
            {"activation_beat", design.activationBeatBits},
            {"parameter_beat", design.parameterBeatBits},
            {"output_beat", design.outputBeatBits}};
}

Json countsToJson(const Design& design) {
    return {{"arithmetic_elements", design.aeCount},
            {"pixels", design.pixels},
            {"lanes", design.lanes},
            {"weight_rows", design.weightRows},
            {"tile_beats", design.tileBeats},
            {"drain_steps", design.drainSteps},
            {"max_taps", design.maxTaps},
            {"min_taps_without_drain_stall", design.minTapsWithoutDrainStall}};
}

Json latenciesToJson(const Latencies& latencies) {
    return {{"window", latencies.window},
            {"output", latencies.output},
            {"first_output", latencies.firstOutput},
            {"last_output", latencies.lastOutput}};
}

Json bodyToJson(const Design& design) {
    Json json = {{"tool", {{"name", "aslog"}, {"version", support::version()}}},
                 {"spec", specToJson(design.spec)},
                 {"spec_sha256", specHash(design.spec)},
                 {"element", elementToJson(design.element)},
                 {"format", formatToJson(design.format)}};
    if (design.muFormat) {
        json["mu_format"] = formatToJson(*design.muFormat);
    }
    json["bits"] = widthsToJson(design);
    json["counts"] = countsToJson(design);
    json["latency_cycles"] = latenciesToJson(design.latencies);
    json["peak_gops"] = design.peakGops;
    return json;
}

// Everything follows from the spec and the element, so a design is read by elaborating it again.
Design elaborateAgain(const Json& json) {
    support::Diagnostics diagnostics;
    const ArchSpec spec = parseSpec(json.at("spec").dump(), diagnostics);
    const Design design = elaborate(spec, diagnostics);
    const ElementInfo element = elementFromJson(json.at("element"));
    return element == design.element ? design : withElement(design, element);
}

}  // namespace

std::string specHash(const ArchSpec& spec) {
    return support::sha256(canonicalText(specToJson(spec)));
}

std::string designHash(const Design& design) {
    return support::sha256(canonicalText(bodyToJson(design)));
}

Json toJson(const Design& design) {
    Json json = bodyToJson(design);
    json["design_hash"] = support::sha256(canonicalText(json));
    return json;
}

namespace {

std::string hashOfBody(const Json& json) {
    Json body = json;
    body.erase("design_hash");
    return support::sha256(canonicalText(body));
}

}  // namespace

bool matchesItsHash(const Json& designJson) {
    return designJson.is_object() && designJson.contains("spec") &&
           designJson.value("design_hash", Json()) == hashOfBody(designJson);
}

Design designFromJson(const Json& json) {
    if (!json.is_object() || !json.contains("design_hash") || !json.contains("spec")) {
        throw InputError("this is no design.json: it has no \"spec\" or no \"design_hash\"");
    }
    const std::string hash = hashOfBody(json);
    if (!matchesItsHash(json)) {
        throw InputError(fmt::format(
            "the design does not match its design_hash, so it was changed after `aslog generate` "
            "wrote it (found {}, its content has {}); `aslog generate --force` writes it again",
            json["design_hash"].dump(), hash));
    }
    try {
        Design design = elaborateAgain(json);
        if (designHash(design) == hash) {
            return design;
        }
    } catch (const std::exception&) {
        // Valid in its time, perhaps: the advice is the same.
    }
    const Json::json_pointer versionPointer("/tool/version");
    throw InputError(fmt::format(
        "the design was made by aslog {}, and this aslog {} would make another one; run `aslog "
        "generate` again",
        json.value(versionPointer, std::string("of unknown version")), support::version()));
}

Design readDesign(const std::filesystem::path& path) {
    try {
        return designFromJson(support::readJson(path));
    } catch (const support::FileError& error) {
        throw InputError(
            fmt::format("{}; `aslog generate` writes the folder of a design", error.what()));
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", path.string(), error.what()));
    }
}

}  // namespace aslog
