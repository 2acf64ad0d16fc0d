// Stages that several commands run: each with progress, and with a report for people beside its
// JSON results in the run folder.
#pragma once

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "flows/fpga/fpga_synth.h"
#include "flows/synth.h"
#include "prove/prove.h"
#include "tb/verify.h"

namespace aslog::cli {

// Verifies and writes verify/report.txt. Throws what tb::verify() throws.
tb::VerifyReport verifyAndReport(const std::filesystem::path& folder,
                                 const tb::VerifyOptions& options);

// Proves and writes prove/report.txt. Throws what prove::prove() throws.
prove::ProveReport proveAndReport(const std::filesystem::path& folder,
                                  const prove::ProveOptions& options);

// Synthesises and writes report.txt and area.svg into synth/<technology>/. Throws what
// flows::synthesise() throws.
flows::SynthResult synthesiseAndReport(const flows::SynthOptions& options);

// The same for an FPGA, without a picture. Throws what flows::synthesiseForFpga() throws.
flows::FpgaResult synthesiseAndReport(const flows::FpgaOptions& options);

// The options of a synthesis that `synth` and `flow` share; `clockMhz` stays 0 if it is not given.
void addSynthOptions(CLI::App& command, flows::SynthOptions& options, double& clockMhz);

// --fpga FAMILY, which excludes the options of standard cells.
CLI::Option* addFpgaOption(CLI::App& command, std::string& family, const std::string& help);

}  // namespace aslog::cli
