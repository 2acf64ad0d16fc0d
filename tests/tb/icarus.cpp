#include "tests/tb/icarus.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/subprocess.h"

namespace aslog::tb::test {
namespace {

namespace fs = std::filesystem;

/// Whether `port` belongs to a stream that offers nothing.
bool isSilent(const PortList& ports, const RecordedStep& step, const std::string& port) {
    const std::string valid = port.substr(0, port.find('_')) + "_valid_i";
    const bool hasValid = valid != port && std::ranges::any_of(ports.inputs, [&](const Port& each) {
                              return each.name == valid;
                          });
    return hasValid && step.inputs[firstWord(ports.inputs, valid)] == 0;
}

/// The inputs, unknown where nothing is on offer, and above them whether the clock ticks and
/// whether they are late.
std::string hexLine(const PortList& ports, const RecordedStep& step) {
    std::string line;
    for (const Port& port : ports.inputs) {
        const std::size_t first = firstWord(ports.inputs, port.name);
        for (std::size_t word = first; word < first + wordsOf(port.bits); ++word) {
            const std::string digits = fmt::format("{:08x}", step.inputs[word]);
            line.insert(0, isSilent(ports, step, port.name) ? "xxxxxxxx" : digits);
        }
    }
    const int flags = (step.isCycle ? 1 : 0) + (step.arrival == Arrival::atFall ? 2 : 0);
    return fmt::format("{}{}\n", flags, line);
}

/// Declares `name` and connects the ports to slices of it, each at a word of its own.
std::string connections(const std::vector<Port>& ports, const char* vector, std::string& list) {
    std::size_t word = 0;
    for (const Port& port : ports) {
        list += fmt::format(",\n      .{}({}[{}+:{}])", port.name, vector, word * 32, port.bits);
        word += wordsOf(port.bits);
    }
    return {};
}

std::string benchText(const PortList& ports, std::size_t cycles) {
    const std::size_t inputBits = wordsOf(ports.inputs) * 32;
    const std::size_t outputBits = wordsOf(ports.outputs) * 32;
    std::string list = "      .tick_i(tick),\n      .late_i(isLate)";
    connections(ports.inputs, "inputs", list);
    connections(ports.outputs, "outputs", list);
    return fmt::format(
        "module replay;\n"
        "  reg tick;\n"
        "  reg [{}:0] inputs;\n"
        "  wire [{}:0] outputs;\n"
        "  reg [{}:0] memory [0:{}];\n"
        "  reg isCycle;\n"
        "  reg isLate;\n"
        "  integer i;\n"
        "  aslog_bench u_bench (\n{}\n  );\n"
        "  initial begin\n"
        "    $readmemh(\"inputs.hex\", memory);\n"
        "    tick = 0;\n"
        "    isLate = 0;\n"
        "    #1;\n"
        "    for (i = 0; i < {}; i = i + 1) begin\n"
        "      {{isLate, isCycle, inputs}} = memory[i];\n"
        "      #1 tick = isCycle;\n"
        "      #1 tick = 0;\n"
        "      #1 $display(\"%b\", outputs);\n"
        "    end\n"
        "    $finish;\n"
        "  end\n"
        "endmodule\n",
        inputBits - 1, outputBits - 1, inputBits + 1, cycles - 1, list, cycles);
}

/// From a line of binary digits, x and z among them.
IcarusOutputs outputsOfLine(const std::string& line, std::size_t words) {
    IcarusOutputs outputs{std::vector<std::uint32_t>(words), std::vector<std::uint32_t>(words)};
    for (std::size_t i = 0; i < line.size() && i < words * 32; ++i) {
        const char digit = line[line.size() - 1 - i];
        const std::uint32_t bit = 1U << (i % 32);
        outputs.ones[i / 32] |= digit == '1' ? bit : 0U;
        outputs.unknown[i / 32] |= digit == '0' || digit == '1' ? 0U : bit;
    }
    return outputs;
}

}  // namespace

std::vector<IcarusOutputs> replayInIcarus(const ModelSource& source,
                                          const std::vector<RecordedStep>& recording,
                                          const fs::path& folder) {
    std::string inputs;
    for (const RecordedStep& step : recording) {
        inputs += hexLine(source.ports, step);
    }
    support::writeFile(folder / "inputs.hex", inputs);
    support::writeFile(folder / "bench.v", source.wrapper);
    support::writeFile(folder / "replay.v", benchText(source.ports, recording.size()));
    support::Command compile;
    compile.argv = {"iverilog", "-g2005", "-o", "replay.vvp", "replay.v", "bench.v"};
    for (const fs::path& file : source.files) {
        compile.argv.push_back(fs::absolute(file).string());
    }
    compile.folder = folder;
    compile.stdoutFile = folder / "iverilog.log";
    support::runChecked(compile);
    support::Command simulate;
    simulate.argv = {"vvp", "-n", "replay.vvp"};
    simulate.folder = folder;
    simulate.stdoutFile = folder / "vvp.log";
    support::runChecked(simulate);
    std::istringstream lines(support::readFile(folder / "vvp.log"));
    std::vector<IcarusOutputs> outputs;
    for (std::string line; std::getline(lines, line);) {
        outputs.push_back(outputsOfLine(line, wordsOf(source.ports.outputs)));
    }
    return outputs;
}

}  // namespace aslog::tb::test
