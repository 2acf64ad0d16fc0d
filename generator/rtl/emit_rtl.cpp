#include "generator/rtl/emit_rtl.h"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "generator/rtl/emit_element.h"
#include "generator/rtl/integration.h"
#include "generator/rtl/rtl_template.h"
#include "generator/rtl/target.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "support/diagnostics.h"
#include "support/error.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "support/tools.h"
#include "support/version.h"

namespace aslog {
namespace {

/// A module of rtl_templates/ and the parameters whose defaults the design sets.
struct Module {
    const char* name;
    std::vector<const char*> parameters;
};

/// In the order of files.f: leaves first. `SumBits` of the BCE is that of its own sum.
const std::vector<Module>& modules() {
    static const std::vector<Module> table = {
        {"aslog_clock_gate", {}},
        {"aslog_latch", {}},
        {"aslog_lane", {"ActivationBits", "UseOddMultiple"}},
        {"aslog_weight_store", {"Rows", "WeightBits", "WeightRows", "TileBeats"}},
        {"aslog_accumulator", {"SumBits", "AccumulatorBits", "Pixels"}},
        {"aslog_column",
         {"Rows", "WeightRows", "TileBeats", "ActivationBits", "WeightBits", "Words", "WordBits",
          "WordShift", "SumBits", "AccumulatorBits", "Pixels", "TreeRegister"}},
        {"aslog_bce",
         {"Rows", "ActivationBits", "SumBits", "WindowSumBits", "Pixels", "TreeRegister"}},
        {"aslog_drain_select", {"Steps", "Stride", "Width"}},
        {"aslog_pcf_unit",
         {"AccumulatorBits", "UseMu", "MuBits", "WindowSumBits", "MuProductBits", "FractionBits",
          "CorrectionBits", "ScaleBits", "ShiftBits", "ShiftMin", "OutputBits"}},
        {"aslog_stream_register", {"TestEnable"}},
        {"aslog_control",
         {"TileBeats", "Pixels", "SlotBits", "DrainSteps", "TreeRegister", "TestEnable"}},
        {"aslog_pcf_array",
         {"Rows",           "Columns",           "Pixels",          "SlotBits",
          "WeightRows",     "TileBeats",         "Lanes",           "DrainSteps",
          "TreeRegister",   "RegisteredStreams", "TestEnable",      "ActivationBits",
          "UseOddMultiple", "WeightBits",        "Words",           "WordBits",
          "WordShift",      "SumBits",           "AccumulatorBits", "UseMu",
          "MuBits",         "ActivationSumBits", "WindowSumBits",   "MuProductBits",
          "FractionBits",   "CorrectionBits",    "ScaleBits",       "ShiftBits",
          "ShiftMin",       "OutputBits",        "ParameterBits"}},
        {"aslog_element",
         {"ActivationBits", "WeightBits", "UseOddMultiple", "Words", "WordBits", "WordShift",
          "RawBits"}},
        {"aslog_multiplier", {}},
    };
    return table;
}

/// Every parameter of the templates that a design decides, by its name in the array.
Parameters parametersOf(const Design& d) {
    return {
        {"Rows", d.rows()},
        {"Columns", d.columns()},
        {"Pixels", d.pixels},
        {"SlotBits", d.slotBits},
        {"WeightRows", d.weightRows},
        {"TileBeats", d.tileBeats},
        {"Lanes", d.lanes},
        {"DrainSteps", d.drainSteps},
        {"TreeRegister", d.hasTreeRegister() ? 1 : 0},
        {"RegisteredStreams", d.spec.streams.registered ? 1 : 0},
        {"TestEnable", d.spec.dft.testEnable ? 1 : 0},
        {"ActivationBits", d.spec.format.activationBits},
        {"UseOddMultiple", d.element.usesOddMultiple ? 1 : 0},
        {"WeightBits", d.element.weightBits},
        {"Words", d.element.partialProducts},
        {"WordBits", d.element.partialBits},
        {"WordShift", d.element.partialShift},
        {"SumBits", d.treeBits},
        {"AccumulatorBits", d.accumulatorBits},
        {"UseMu", d.hasBiasCorrection() ? 1 : 0},
        {"MuBits", d.hasBiasCorrection() ? d.muBits : 1},
        {"ActivationSumBits", d.activationSumBits},
        {"WindowSumBits", d.windowSumBits},
        {"MuProductBits", d.hasBiasCorrection() ? d.muProductBits : 1},
        {"FractionBits", d.fractionBits},
        {"CorrectionBits", d.correctionBits},
        {"ScaleBits", d.spec.pcf.scaleBits},
        {"ShiftBits", d.shiftBits},
        {"ShiftMin", d.shiftMin},
        {"OutputBits", d.spec.pcf.outputBits},
        {"ParameterBits", d.parameterBits},
        {"RawBits", d.productBits},
        {"Steps", d.drainSteps},
        {"Stride", d.lanes},
        {"Width", d.accumulatorBits},
    };
}

Parameters parametersOf(const Design& design, const Module& module) {
    Parameters all = parametersOf(design);
    if (std::string(module.name) == "aslog_bce") {
        all["SumBits"] = design.activationSumBits;
    }
    Parameters own;
    for (const char* name : module.parameters) {
        own[name] = all.at(name);
    }
    return own;
}

/// Clock gates and latches are there only for an ASIC, the BCE and the stream registers only if the
/// design has them.
bool isPartOf(const Design& design, const Module& module) {
    const std::string_view name = module.name;
    const bool isForAsic = name == "aslog_clock_gate" || name == "aslog_latch";
    return (!isForAsic || !design.spec.isForFpga()) &&
           (name != "aslog_bce" || design.hasBiasCorrection()) &&
           (name != "aslog_stream_register" || design.spec.streams.registered);
}

std::string header(const Design& design, const std::string& source) {
    return fmt::format(
        "// Generated by aslog {} from spec \"{}\", sha256 {}.\n"
        "// Edit {} or the spec, not this file.\n"
        "//\n",
        support::version(), design.spec.name, specHash(design.spec), source);
}

RtlFile moduleFile(const Design& design, const Module& module, const std::string& folder) {
    const std::string file = fmt::format("{}.v", module.name);
    return {folder + file,
            header(design, "rtl_templates/" + file) +
                withDefaults(forTarget(readTemplate(file), design.spec.isForFpga(), file),
                             parametersOf(design, module), file)};
}

const char* const kElementSource = "generator/rtl/emit_element.cpp";

/// files.f of the array; `own` are the files of this folder, all others are at `shared`.
std::string fileList(const Design& design, const std::string& shared,
                     const std::vector<std::string>& own) {
    std::string list;
    const auto add = [&](const std::string& file) {
        const bool isOwn = std::find(own.begin(), own.end(), file) != own.end();
        list += (isOwn ? "" : shared) + file + "\n";
    };
    add("aslog_ae.v");
    if (design.hasBiasCorrection()) {
        add("aslog_mu_ae.v");
    }
    for (const Module& module : modules()) {
        if (!isPartOf(design, module)) {
            continue;
        }
        add(fmt::format("{}.v", module.name));
    }
    return list;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

const Module& moduleNamed(const std::string& name) {
    for (const Module& module : modules()) {
        if (name == module.name) {
            return module;
        }
    }
    throw support::Error("no module " + name);
}

void addArray(const Design& design, std::vector<RtlFile>& files) {
    files.push_back({"aslog_ae.v", header(design, kElementSource) +
                                       emitElement(design.format, "aslog_ae", OddMultiple::Port)});
    if (design.muFormat) {
        files.push_back(
            {"aslog_mu_ae.v", header(design, kElementSource) +
                                  emitElement(*design.muFormat, "aslog_mu_ae", OddMultiple::Own)});
    }
    for (const Module& module : modules()) {
        if (!isPartOf(design, module)) {
            continue;
        }
        files.push_back(moduleFile(design, module, ""));
    }
    const std::string list = fileList(design, "", {});
    files.push_back({"files.f", list});
    files.push_back(
        {"aslog_axis.v", header(design, "rtl_templates/aslog_axis.v") + axisText(design)});
    files.push_back({"aslog_pcf_array.sdc", constraintsText(design)});
    files.push_back({design.spec.name + ".core", coreText(design, linesOf(list))});
}

constexpr std::string_view kNoBce = "_no_bce";

/// The element of a baseline, with those of these parameters that its template has.
RtlFile elementFile(const Design& design, const Design& other) {
    const golden::Baseline* baseline = golden::findBaseline(other.element.name);
    const std::string source = fmt::format("elements/{}/aslog_ae.v", baseline->kind);
    const std::string text = readTemplate(source);
    Parameters parameters = {{"ActivationBits", other.spec.format.activationBits},
                             {"WeightBits", other.element.weightBits},
                             {"WordBits", other.element.partialBits},
                             {"Digits", other.element.partialProducts}};
    std::erase_if(parameters, [&text](const auto& parameter) {
        return text.find("parameter integer " + parameter.first + " ") == std::string::npos;
    });
    return {"aslog_ae.v",
            header(design, "rtl_templates/" + source) + withDefaults(text, parameters, source)};
}

/// Only what differs from the design's own array: the element, the parameters of the top and,
/// without bias correction, those of the PCF unit: its defaults ask for a µ element that is not
/// there.
void addBaseline(const Design& design, const std::string& variant, std::vector<RtlFile>& files) {
    const Design other = baselineDesign(design, variant);
    std::vector<RtlFile> own;
    std::vector<const char*> modules = {"aslog_pcf_array"};
    if (other.element != design.element) {
        own.push_back(elementFile(design, other));
        modules.push_back("aslog_element");
    }
    if (other.hasBiasCorrection() != design.hasBiasCorrection()) {
        modules.push_back("aslog_pcf_unit");
    }
    for (const char* name : modules) {
        own.push_back(moduleFile(other, moduleNamed(name), ""));
    }
    std::vector<std::string> names;
    names.reserve(own.size());
    for (const RtlFile& file : own) {
        names.push_back(file.path);
    }
    own.push_back({"files.f", fileList(other, "../../", names)});
    for (RtlFile& file : own) {
        files.push_back({"baseline/" + variant + "/" + file.path, std::move(file.text)});
    }
}

/// The same array as a spec with bias_correction off makes it: no BCE, no mu, no fraction bits.
Design withoutBiasCorrection(const Design& design) {
    ArchSpec spec = design.spec;
    spec.biasCorrection.enabled = false;
    support::Diagnostics diagnostics;
    try {
        const Design own = elaborate(spec, diagnostics);
        return own.element == design.element ? own : withElement(own, design.element);
    } catch (const support::InputError& error) {
        throw support::InputError(diagnostics.hasErrors()
                                      ? diagnostics.text("the array without bias correction")
                                      : error.what());
    }
}

std::string manifest(const Design& design, const std::vector<RtlFile>& files,
                     const support::Json& omitted) {
    support::Json json;
    json["tools"] = support::toolsJson();
    json["design_hash"] = designHash(design);
    json["spec_sha256"] = specHash(design.spec);
    json["top"] = "aslog_pcf_array";
    json["baselines_left_out"] = omitted;
    support::Json hashes = support::Json::object();
    for (const RtlFile& file : files) {
        hashes[file.path] = support::sha256(file.text);
    }
    json["files"] = hashes;
    return support::jsonText(json);
}

}  // namespace

std::vector<std::string> baselineVariants(const Design& design) {
    std::vector<std::string> names = golden::baselineNames();
    if (design.hasBiasCorrection()) {
        for (const std::string& name : golden::baselineNames()) {
            names.push_back(name + std::string(kNoBce));
        }
        names.push_back(design.element.name + std::string(kNoBce));
    }
    return names;
}

Design baselineDesign(const Design& design, const std::string& variant) {
    if (variant.ends_with(kNoBce)) {
        const std::string withIt = variant.substr(0, variant.size() - kNoBce.size());
        return withoutBiasCorrection(
            withIt == design.element.name ? design : baselineDesign(design, withIt));
    }
    const auto element = golden::makeBaseline(variant, design.spec.format.activationBits);
    return withElement(design, {.name = variant,
                                .weightBits = element->weightBits(),
                                .rawMax = element->rawMax(),
                                .productBits = element->rawBits(),
                                .usesOddMultiple = false,
                                .partialProducts = element->layout().count,
                                .partialBits = element->layout().bits,
                                .partialShift = element->layout().shift});
}

std::vector<RtlFile> emitRtl(const Design& design) {
    std::vector<RtlFile> files;
    addArray(design, files);
    support::Json omitted = support::Json::object();
    for (const std::string& variant : baselineVariants(design)) {
        try {
            addBaseline(design, variant, files);
        } catch (const support::InputError& error) {
            omitted[variant] = error.what();
        }
    }
    files.push_back({"manifest.json", manifest(design, files, omitted)});
    return files;
}

}  // namespace aslog
