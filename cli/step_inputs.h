// What the steps of `aslog flow` depend on, beside aslog itself, which StepRunner adds. Anything
// that can change a result belongs here: a step that misses it is taken for up to date.
#pragma once

#include <filesystem>
#include <string>

#include "cli/power.h"
#include "flows/fpga/fpga_synth.h"
#include "flows/synth.h"
#include "generator/elab/design.h"
#include "ptq/graph/tensor.h"
#include "ptq/quantise/options.h"
#include "run/step_runner.h"
#include "tb/verify.h"

namespace aslog::cli {

// Each throws support::MissingTool, and support::FileError if a file of aslog's is not there.
// `rtl`: hash of rtl/manifest.json, which has the hashes of all files.

StepInputs generateInputs(const Design& design);

StepInputs verifyInputs(const tb::VerifyOptions& options, const std::string& rtl);

StepInputs proveInputs(const std::string& rtl);

// `options.clockMhz` is set. Throws as flows::findLibrary() does.
StepInputs synthInputs(const flows::SynthOptions& options, const std::string& rtl);

// `options.clockMhz` is set. A router that is not there is an input too.
StepInputs fpgaInputs(const flows::FpgaOptions& options, const std::string& rtl);

// All of the format: every width of an array decides about its networks.
StepInputs quantizeInputs(const std::filesystem::path& model, const ptq::FloatTensor& pictures,
                          const ptq::NumberFormat& format);

// `synthesis`: synth/<technology>/, whose netlists are measured; area.json names their library.
StepInputs powerInputs(const PowerCommand& command, const std::filesystem::path& synthesis);

}  // namespace aslog::cli
