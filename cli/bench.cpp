// aslog bench: writes a test bench in Verilog with its vectors.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "run/run_access.h"
#include "run/run_folder.h"
#include "tb/verilog_bench.h"

namespace aslog::cli {
namespace {

struct BenchCommand {
    std::string folder;
    std::uint64_t seed = 1;
    bool force = false;
};

int runBench(const BenchCommand& command, const Output& output) {
    const support::FolderLock lock = lockRunFolder(command.folder);
    const std::filesystem::path folder = command.folder;
    const Design design = RunFolder(folder).design();
    const tb::VerilogBench bench =
        tb::writeVerilogBench(tb::makeDevice(design, folder), folder / "rtl", folder / "bench",
                              command.seed, command.force ? Replace::all : Replace::generated);
    output.text(fmt::format(
        "{}: layer {}, {} activation beats, {} output values to compare\n"
        "\n"
        "cd {}\n"
        "iverilog -g2005 -o array.vvp -f files.f && vvp array.vvp\n"
        "iverilog -g2005 -o axis.vvp -f files_axis.f && vvp axis.vvp   # behind AXI4-Stream\n",
        bench.folder.string(), bench.layer, bench.activationBeats, bench.comparisons,
        bench.folder.string()));
    output.result({{"folder", bench.folder.string()},
                   {"layer", bench.layer},
                   {"seed", command.seed},
                   {"activation_beats", bench.activationBeats},
                   {"output_beats", bench.outputBeats},
                   {"comparisons", bench.comparisons}});
    return kSuccess;
}

}  // namespace

void addBenchCommand(CLI::App& app, Action& action) {
    auto command = std::make_shared<BenchCommand>();
    CLI::App* sub = app.add_subcommand("bench", "Write a Verilog test bench with vectors");
    sub->add_option("DIR", command->folder, "Run folder, made by `aslog generate`")->required();
    sub->add_option("--seed", command->seed, "Of the layer and its values (default: 1)")
        ->transform(seedCheck());
    sub->add_flag("--force", command->force, "Replace a bench of another seed, or changed by hand");
    sub->footer(
        "Writes DIR/bench/: a self-checking test bench in Verilog-2005 and one layer as vector\n"
        "files, for Icarus or any other event-driven simulator; once for the bare array (files.f)\n"
        "and once behind its AXI4-Stream shell (files_axis.f). What it takes: +stalls=0, +seed=N,\n"
        "+vcd=FILE. `aslog verify` compares far more; this is for the simulator of your own.\n"
        "\n"
        "Examples:\n"
        "  aslog bench out/aslog_16x16\n"
        "  cd out/aslog_16x16/bench\n"
        "  iverilog -g2005 -o array.vvp -f files.f && vvp array.vvp +vcd=array.vcd\n");
    sub->callback([command, &action] {
        action = [command](const Output& output) { return runBench(*command, output); };
    });
}

}  // namespace aslog::cli
