#include "tests/tb/icarus.h"

#include <sstream>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/subprocess.h"

namespace aslog::tb::test {
namespace {

namespace fs = std::filesystem;

/// The inputs, and above them whether the clock ticks.
std::string hexLine(const RecordedStep& step) {
    std::string line = step.isCycle ? "1" : "0";
    const std::vector<std::uint32_t>& words = step.inputs;
    for (auto word = words.rbegin(); word != words.rend(); ++word) {
        line += fmt::format("{:08x}", *word);
    }
    return line + '\n';
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
    std::string list = "      .tick_i(tick)";
    connections(ports.inputs, "inputs", list);
    connections(ports.outputs, "outputs", list);
    return fmt::format(
        "module replay;\n"
        "  reg tick;\n"
        "  reg [{}:0] inputs;\n"
        "  wire [{}:0] outputs;\n"
        "  reg [{}:0] memory [0:{}];\n"
        "  reg isCycle;\n"
        "  integer i;\n"
        "  aslog_bench u_bench (\n{}\n  );\n"
        "  initial begin\n"
        "    $readmemh(\"inputs.hex\", memory);\n"
        "    tick = 0;\n"
        "    #1;\n"
        "    for (i = 0; i < {}; i = i + 1) begin\n"
        "      {{isCycle, inputs}} = memory[i];\n"
        "      #1 tick = isCycle;\n"
        "      #1 tick = 0;\n"
        "      #1 $display(\"%b\", outputs);\n"
        "    end\n"
        "    $finish;\n"
        "  end\n"
        "endmodule\n",
        inputBits - 1, outputBits - 1, inputBits, cycles - 1, list, cycles);
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
        inputs += hexLine(step);
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
