// Stages that several commands run: each with progress, and with a report for people beside its
// JSON results in the run folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "flows/fpga/fpga_synth.h"
#include "flows/synth.h"
#include "prove/prove.h"
#include "support/table.h"
#include "tb/verify.h"

namespace aslog::cli {

// Verifies and writes verify/report.txt. Throws what tb::verify() throws.
tb::VerifyReport verifyAndReport(const std::filesystem::path& folder,
                                 const tb::VerifyOptions& options);

// The table of the suites, the first mismatch of each that failed, and the verdict.
std::string verifyText(const tb::VerifyReport& report);

// One line for each suite.
support::Table suiteTable(const std::vector<tb::SuiteResult>& suites);

// "passed", "FAILED", "skipped", "compared nothing".
std::string verdictText(const tb::SuiteResult& suite);

// The first mismatch of a suite or a layer, which has one.
std::string mismatchText(const tb::SuiteResult& suite);

// Proves and writes prove/report.txt. Throws what prove::prove() throws.
prove::ProveReport proveAndReport(const std::filesystem::path& folder,
                                  const prove::ProveOptions& options);

// The table of the proofs, the counterexample of each that failed, and the verdict.
std::string proveText(const prove::ProveReport& report);

// Synthesises and writes synth/<technology>/report.txt. Throws what flows::synthesise() throws.
flows::SynthResult synthesiseAndReport(const flows::SynthOptions& options);

// The same for an FPGA; report.txt is its own. Throws what flows::synthesiseForFpga() throws.
flows::FpgaResult synthesiseAndReport(const flows::FpgaOptions& options);

// The options of a synthesis that `synth` and `flow` share; `clockMhz` stays 0 if it is not given.
void addSynthOptions(CLI::App& command, flows::SynthOptions& options, double& clockMhz);

// --fpga FAMILY, which excludes the options of standard cells.
CLI::Option* addFpgaOption(CLI::App& command, std::string& family, const std::string& help);

}  // namespace aslog::cli
