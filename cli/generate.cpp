// aslog generate: writes the Verilog of a spec into a run folder.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "generator/elab/design.h"
#include "run/run_access.h"
#include "run/run_folder.h"
#include "support/folder_lock.h"
#include "support/stopwatch.h"
#include "support/table.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::Align;
using support::Json;
using support::Table;

struct GenerateOptions {
    std::string spec;
    std::string output;
    bool force = false;
};

std::string summary(const fs::path& folder, const std::vector<RtlFile>& files) {
    Table table({{"file"}, {"lines", Align::Right}});
    for (const RtlFile& file : files) {
        if (file.path.find('/') != std::string::npos || !file.path.ends_with(".v")) {
            continue;
        }
        table.addRow(
            {file.path, std::to_string(std::count(file.text.begin(), file.text.end(), '\n'))});
    }
    return fmt::format("Verilog in {}, top module aslog_pcf_array\n\n{}\nbaselines in {}\n",
                       (folder / "rtl").string(), table.text(),
                       (folder / "rtl" / "baseline").string());
}

int runGenerate(const GenerateOptions& options, const Output& output) {
    const support::Stopwatch stopwatch;
    const Design design = designFromSpecFile(options.spec);
    const fs::path folder = runFolderOf(design, options.output);
    requireSpecKept(options.spec, folder);
    const support::FolderLock lock(folder);
    const std::vector<RtlFile> files =
        writeRunFolder(design, folder, options.force ? Replace::all : Replace::generated);
    const double seconds = stopwatch.seconds();
    output.text(summary(folder, files));
    Json paths = Json::array();
    for (const RtlFile& file : files) {
        paths.push_back(file.path);
    }
    output.result({{"folder", folder.string()},
                   {"design_hash", designHash(design)},
                   {"files", paths},
                   {"seconds", seconds}});
    return kSuccess;
}

}  // namespace

void addGenerateCommand(CLI::App& app, Action& action) {
    auto options = std::make_shared<GenerateOptions>();
    CLI::App* command = app.add_subcommand("generate", "Write the Verilog of a spec");
    command->add_option("SPEC", options->spec, "Spec file (docs/spec.md)")->required();
    command->add_option("-o,--output", options->output, "Run folder (default: out/<name>)");
    command->add_flag("--force", options->force, "Replace rtl/ and design.json whatever they hold");
    command->footer(
        "Writes design.json and rtl/ into the run folder: the array, and under rtl/baseline/ the\n"
        "same array with each integer element that it is compared with. Verilog-2005; files.f\n"
        "lists the files in reading order. The same spec gives the same bytes. Files of rtl/ that\n"
        "aslog did not write, or that were changed since, are not replaced without --force.\n"
        "\n"
        "Examples:\n"
        "  aslog generate examples/aslog_16x16.json\n"
        "  cd out/aslog_16x16/rtl\n"
        "  verilator --lint-only -Wall --top-module aslog_pcf_array -f files.f\n");
    command->callback([options, &action] {
        action = [options](const Output& output) { return runGenerate(*options, output); };
    });
}

}  // namespace aslog::cli
