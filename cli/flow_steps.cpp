#include "cli/flow_steps.h"

#include "cli/stages.h"
#include "cli/step_inputs.h"

namespace aslog::cli {

namespace fs = std::filesystem;

FlowStep generateStep(const Design& design, const fs::path& folder, Replace replace) {
    return {.name = "generate",
            .inputs = generateInputs(design),
            .outputs = {"design.json", "rtl"},
            .run = [&design, folder, replace] {
                static_cast<void>(writeRunFolder(design, folder, replace));
            }};
}

FlowStep synthStep(const flows::SynthOptions& options, const std::string& rtl) {
    const fs::path results = fs::path("synth") / options.technology.name;
    return {.name = "synth-" + options.technology.name,
            .inputs = synthInputs(options, rtl),
            .outputs = {results / "area.json", results / "timing.json", results / "proofs.json",
                        results / "netlists", results / "area.svg", results / "report.txt"},
            .run = [options] { static_cast<void>(synthesiseAndReport(options)); }};
}

FlowStep powerStep(const PowerCommand& command) {
    const fs::path results = fs::path("synth") / command.options.technology.name;
    return {.name = "power-" + command.options.technology.name,
            .inputs = powerInputs(command, command.options.runFolder / results),
            .outputs = {results / "power.json", results / "power.svg", results / "power.txt"},
            .run = [command] { static_cast<void>(measureAndReport(command)); }};
}

}  // namespace aslog::cli
