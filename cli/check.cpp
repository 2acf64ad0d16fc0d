// aslog check: validates a spec and shows what follows from it.

#include <cstdint>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "generator/elab/design.h"
#include "generator/spec/parse_spec.h"
#include "support/error.h"
#include "support/table.h"

namespace aslog::cli {
namespace {

using support::Align;
using support::Diagnostic;
using support::Diagnostics;
using support::Json;
using support::Table;

struct CheckOptions {
    std::string spec;
};

std::string levelText(const golden::SlogFormat& format) {
    return fmt::format("{}", fmt::join(format.values(), " "));
}

void addShape(Table& table, const Design& design) {
    const auto& array = design.spec.array;
    table.addRow({"arithmetic elements", fmt::to_string(design.aeCount), "",
                  fmt::format("{} rows x {} columns", array.rows, array.columns)});
    table.addRow({"peak", fmt::format("{:g}", design.peakGops), "GOPS",
                  fmt::format("2 operations per element and cycle at {:g} MHz",
                              design.spec.clock.targetMhz)});
    table.addRow({"weight levels", fmt::to_string(design.format.levels().size()), "",
                  levelText(design.format)});
    if (design.element.droppedBits > 0) {
        table.addRow(
            {"dropped columns", fmt::to_string(design.element.droppedBits), "bits",
             fmt::format("lowest of every product; sums count 2^{}", design.element.droppedBits)});
    }
    if (design.muFormat) {
        table.addRow({"µ levels", fmt::to_string(design.muFormat->levels().size()), "",
                      levelText(*design.muFormat) +
                          fmt::format(", in units of 2^{}",
                                      design.element.droppedBits - design.fractionBits)});
    }
    table.addRow({"largest window", fmt::to_string(design.maxTaps), "taps",
                  "max_kernel_area x max_input_channels, in whole tiles"});
}

void addWidths(Table& table, const Design& design) {
    const auto bits = [&table](const char* name, int width, const char* note) {
        table.addRow({name, fmt::to_string(width), "bits", note});
    };
    bits("product", design.productBits, "W, unsigned word of an arithmetic element");
    bits("tree", design.treeBits, "sum of one beat over the rows of a column");
    bits("accumulator", design.accumulatorBits, "A, per column and pixel");
    if (design.hasBiasCorrection()) {
        bits("window sum", design.windowSumBits, "S, per pixel, shared by all columns");
        bits("µ·S", design.muProductBits, "");
    }
    bits("correction sum", design.correctionBits, "T = A + f + 2");
    bits("shift", design.shiftBits, "s - shift_min");
    bits("parameters", design.parameterBits, "per output channel: scale, shift, offset, bias, µ");
}

void addStreams(Table& table, const Design& design) {
    const auto beat = [&table](const char* name, int width, const std::string& note) {
        table.addRow({name, fmt::to_string(width), "bits", note});
    };
    beat("activation beat", design.activationBeatBits, "one per cycle");
    beat("weight beat", design.weightBeatBits,
         fmt::format("{} per tile, {} rows each; a tile serves up to {} activation beats",
                     design.tileBeats, design.weightRows, design.pixels));
    beat("parameter beat", design.parameterBeatBits,
         fmt::format("{} per window, {} lane(s) each", design.drainSteps, design.lanes));
    beat("output beat", design.outputBeatBits, "as many");
}

// What lanes, slots and weight rows make of 3x3 layers.
void addBusyShares(Table& table, const Design& design) {
    constexpr std::int64_t kArea = 9;
    for (const int tiles : {1, 2, 4}) {
        const int channels = tiles * design.rows();
        if (channels <= design.spec.accumulator.maxInputChannels) {
            table.addRow({fmt::format("busy, {} channels", channels),
                          fmt::format("{:.1f}", 100 * design.busyShare(kArea * channels)), "%",
                          "of the cycles of a large 3x3 layer; the rest are waits"});
        }
    }
}

void addLatencies(Table& table, const Design& design) {
    const auto cycles = [&table](const char* name, int count, const char* note) {
        table.addRow({name, fmt::to_string(count), "cycles", note});
    };
    cycles("sums ready", design.latencies.window, "after the last beat of a window");
    cycles("first output", design.latencies.firstOutput, "after the last beat of a window");
    cycles("last output", design.latencies.lastOutput, "after the last beat of a window");
    table.addRow({"stall-free windows", fmt::to_string(design.minTapsWithoutDrainStall), "taps",
                  "shorter ones may wait for the drain"});
    addBusyShares(table, design);
}

std::string designText(const Design& design) {
    Table table({{"quantity"}, {"value", Align::Right}, {"unit"}, {"note"}});
    addShape(table, design);
    table.addRule();
    addWidths(table, design);
    table.addRule();
    addStreams(table, design);
    table.addRule();
    addLatencies(table, design);
    return table.text();
}

Json diagnosticsToJson(const Diagnostics& diagnostics) {
    Json list = Json::array();
    for (const Diagnostic& item : diagnostics.all()) {
        const bool error = item.severity == support::Severity::Error;
        list.push_back({{"severity", error ? "error" : "warning"},
                        {"pointer", item.pointer},
                        {"message", item.message},
                        {"found", item.found},
                        {"allowed", item.allowed},
                        {"hint", item.hint}});
    }
    return list;
}

ArchSpec readInput(const std::string& path, Diagnostics& diagnostics) {
    try {
        return readSpec(path, diagnostics);
    } catch (const support::FileError& error) {
        throw support::InputError(error.what());
    }
}

int runCheck(const CheckOptions& options, const Output& output) {
    Diagnostics diagnostics;
    const ArchSpec spec = readInput(options.spec, diagnostics);
    try {
        const Design design = elaborate(spec, diagnostics);
        output.text(fmt::format("{}: the spec is valid\n\n", spec.name) + designText(design));
        output.result({{"valid", true}, {"design", toJson(design)}});
        return kSuccess;
    } catch (const support::InputError&) {
        output.result({{"valid", false}, {"diagnostics", diagnosticsToJson(diagnostics)}});
        throw support::InputError(diagnostics.text(options.spec));
    }
}

}  // namespace

void addCheckCommand(CLI::App& app, Action& action) {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* command =
        app.add_subcommand("check", "Validate a spec and show what follows from it");
    command->add_option("SPEC", options->spec, "Spec file (docs/spec.md)")->required();
    command->footer(
        "All errors are reported at once, each with the place in the file, what was found there\n"
        "and what is allowed. A valid spec is shown with the widths, beats and latencies that\n"
        "follow from it; --json prints the whole elaborated design.\n"
        "\n"
        "Examples:\n"
        "  aslog check examples/aslog_16x16.json\n"
        "  aslog check my_array.json --json | jq .design.bits.accumulator\n");
    command->callback([options, &action] {
        action = [options](const Output& output) { return runCheck(*options, output); };
    });
}

}  // namespace aslog::cli
