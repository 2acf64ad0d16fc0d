#include "prove/catalogue.h"

#include <fmt/format.h>

#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/file_list.h"
#include "generator/rtl/rtl_parameters.h"
#include "generator/rtl/target.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "prove/element_properties.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"

namespace aslog::prove {
namespace {

namespace fs = std::filesystem;

// The files that a files.f lists.
class Sources {
  public:
    explicit Sources(fs::path folder)
        : folder_(std::move(folder)), files_(readFileList(folder_ / "files.f")) {}

    fs::path file(const std::string& module) const {
        for (const fs::path& file : files_) {
            if (file.filename() == module + ".v") {
                return file;
            }
        }
        throw support::InputError(fmt::format("{} does not list {}.v; run `aslog generate` again",
                                              (folder_ / "files.f").string(), module));
    }

  private:
    fs::path folder_;
    std::vector<fs::path> files_;
};

// A file of prove/models/, for the target and with the parameters of the design, as the templates.
std::string modelText(const Design& design, const std::string& name) {
    Parameters parameters = rtlParameters(design);
    parameters["ShiftMax"] = design.shiftMax;
    const std::string text = support::readFile(support::dataFolder() / "prove" / "models" / name);
    return withDefaults(forTarget(text, design.spec.isForFpga(), name), parameters);
}

Proof elementProof(const Sources& sources, const golden::Element& element, const Design& design,
                   const std::string& prefix) {
    return {
        .name = prefix + "ae",
        .statement = element.rows() > 1
                         ? "each word is its constant less what its bits of the codes choose of "
                           "the activations, and raw their sum, for every code and activation"
                     : element.layout().count == 1
                         ? "raw = w*q + K(code), for every legal code and activation"
                         : "each word is its digit's w*q + K, and raw their sum, for every "
                           "legal code and activation",
        .rtl = {sources.file("aslog_ae"), sources.file("aslog_element")},
        .module = {},
        .wires = {},
        .properties = elementProperties(element, {.rawBits = design.productBits}),
        .top = "element_properties",
        .section = {}};
}

Proof muProof(const Sources& sources, const Design& design) {
    return {.name = "mu_ae",
            .statement = "raw = mu*S + K(mu), for every code and window sum",
            .rtl = {sources.file("aslog_mu_ae")},
            .module = {},
            .wires = {},
            .properties =
                elementProperties(golden::SlogElement(*design.muFormat),
                                  {.module = "aslog_mu_ae", .hasLane = false, .hasElement = false}),
            .top = "element_properties",
            .section = {}};
}

Proof laneProof(const Sources& sources, const Design& design, const std::string& prefix) {
    return {
        .name = prefix + "lane",
        .statement = design.element.rows == 1
                         ? "a beat that moves in brings q and its multiples of its activation; all "
                           "hold without"
                         : "a beat that moves in brings the activations of two rows and their sum; "
                           "all hold without",
        .rtl = {sources.file("aslog_lane")},
        .module = {},
        .wires = {},
        .properties = modelText(design, "lane.v"),
        .top = "lane_properties",
        .section = {},
        .registers = true};
}

Proof multiplierProof(const Sources& sources, const Design& design) {
    return {.name = "mult8",
            .statement = "p = a*b, signed, for every pair of operands",
            .rtl = {sources.file("aslog_multiplier")},
            .module = {},
            .wires = {},
            .properties = modelText(design, "multiplier.v"),
            .top = "multiplier_properties",
            .section = {}};
}

Proof pcfProof(const Sources& sources, const Design& design, std::string name, const char* section,
               const char* statement) {
    Proof proof{
        .name = std::move(name),
        .statement = statement,
        .rtl = {sources.file("aslog_pcf_unit")},
        .module = "aslog_pcf_unit",
        .wires = {"t_q", "scale_q", "shift_q", "offset_q", "u_q", "u_scale_q", "u_offset_q"},
        .properties = modelText(design, "pcf_unit.v"),
        .top = "pcf_properties",
        .section = section,
        .registers = true};
    if (design.hasBiasCorrection()) {
        proof.rtl.push_back(sources.file("aslog_mu_ae"));
    }
    return proof;
}

Proof correctionProof(const Sources& sources, const Design& design, const std::string& prefix) {
    return pcfProof(sources, design, prefix + "pcf/correct", "CORRECT",
                    design.element.windowWeight == 0
                        ? "t = raw*2^f + raw_mu + B modulo 2^T"
                        : "t = (raw + 2^(n-1)*S)*2^f + raw_mu + B modulo 2^T");
}

Proof streamRegisterProof(const Sources& sources, const Design& design) {
    return {
        .name = "stream_register",
        .statement =
            "a queue of two beats: none lost, doubled or out of order, and neither "
            "ready nor valid depends on an input",
        .method = Method::Induction,
        .rtl = {sources.file("aslog_stream_register")},
        .module = "aslog_stream_register",
        .wires = {"spare_q"},
        .properties = modelText(design, "clock_gate.v") + modelText(design, "stream_register.v"),
        .top = "stream_register_properties",
        .section = {},
        .searchDepth = 8};
}

void addControlProofs(const Sources& sources, const Design& design, std::vector<Proof>& proofs) {
    const int stages = design.hasTreeRegister() ? 3 : 2;
    Proof proof{.name = {},
                .statement = {},
                .method = Method::Induction,
                .rtl = {sources.file("aslog_control")},
                .module = "aslog_control",
                .wires = {"lane_valid_q", "lane_slot_q", "lane_first_q", "lane_last_q", "acc_valid",
                          "acc_slot", "acc_last", "awake_q", "lane_waits_q", "drain_busy_q",
                          "correct_valid_q", "shift_valid_q", "scale_valid_q", "shadow_full_q",
                          "load_group"},
                .properties = modelText(design, "clock_gate.v") + modelText(design, "control.v"),
                .top = "control_properties",
                .section = {},
                .searchDepth = 2 * design.drainSteps + design.tileBeats + 12};
    const auto add = [&](const char* name, const char* section, std::string statement) {
        proof.name = name;
        proof.section = section;
        proof.statement = std::move(statement);
        proofs.push_back(proof);
    };
    add("control/streams", "STREAMS",
        "no beat is lost or doubled in any stage of any stream; no ready but par_ready depends on "
        "an input, that on out_ready alone");
    add("control/outputs", "OUTPUTS", "out_valid and its data stand while they wait");
    add("control/weights", "WEIGHTS",
        "TileBeats beats fill the shadow, full points at row group 0, a swap needs it full; "
        "nothing moves in reset");
    add("control/pointers", "POINTERS", "one-hot pointers stay one-hot");
    add("control/progress", "PROGRESS",
        fmt::format("served, a beat waits at most max(TileBeats, DrainSteps) = {} cycles, all is "
                    "out after TileBeats + stages*(DrainSteps+2) = {}",
                    std::max(design.tileBeats, design.drainSteps),
                    design.tileBeats + stages * (design.drainSteps + 2)));
}

}  // namespace

std::vector<Proof> allProofs(const fs::path& runFolder, const Design& design, bool baselines) {
    const Sources sources(runFolder / "rtl");
    std::vector<Proof> proofs;
    proofs.push_back(elementProof(sources, golden::SlogElement(design.format), design, ""));
    proofs.push_back(laneProof(sources, design, ""));
    if (design.hasBiasCorrection()) {
        proofs.push_back(muProof(sources, design));
    }
    proofs.push_back(correctionProof(sources, design, ""));
    proofs.push_back(
        pcfProof(sources, design, "pcf/shift", "SHIFT", "u = saturate(floor(t/2^(s-m-2)))"));
    proofs.push_back(pcfProof(sources, design, "pcf/scale", "SCALE",
                              "y = clamp(floor(u*M/2^(m+2) + 1/2) + o, low, high)"));
    addControlProofs(sources, design, proofs);
    if (design.spec.streams.registered) {
        proofs.push_back(streamRegisterProof(sources, design));
    }
    proofs.push_back(multiplierProof(sources, design));
    // The variants without bias correction have the same elements.
    for (const std::string& variant : baselineElements(design)) {
        const fs::path folder = runFolder / "rtl" / "baseline" / variant;
        if (!baselines || !fs::exists(folder)) {  // the manifest says which are left out
            continue;
        }
        const Sources own(folder);
        const Design other = baselineDesign(design, variant);
        const std::string prefix = variant + "/";
        proofs.push_back(elementProof(
            own, *golden::makeBaseline(variant, design.spec.format.activationBits), other, prefix));
        // A lane that forms other multiples than the design's own, or the sum of two rows.
        if (other.element.rows > 1 || (other.element.oddMultiples > 0 &&
                                       other.element.oddMultiples != design.element.oddMultiples)) {
            proofs.push_back(laneProof(own, other, prefix));
        }
        if (other.element.windowWeight != 0) {
            proofs.push_back(correctionProof(own, other, prefix));
        }
    }
    return proofs;
}

}  // namespace aslog::prove
