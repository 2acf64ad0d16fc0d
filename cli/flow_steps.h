// Steps for a StepRunner that several commands run: what each depends on, writes and does.
#pragma once

#include <filesystem>
#include <string>

#include "cli/power.h"
#include "flows/synth.h"
#include "generator/elab/design.h"
#include "run/run_folder.h"
#include "run/step_runner.h"

namespace aslog::cli {

// Writes rtl/ and design.json; `design` must outlive the step.
FlowStep generateStep(const Design& design, const std::filesystem::path& folder, Replace replace);

// `options.clockMhz` is set. `rtl`: hash of rtl/manifest.json.
FlowStep synthStep(const flows::SynthOptions& options, const std::string& rtl);

// Of the netlists that synthStep() wrote.
FlowStep powerStep(const PowerCommand& command);

}  // namespace aslog::cli
