#include "tests/tb/icarus.h"

#include <sstream>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/subprocess.h"

namespace aslog::tb::test {
namespace {

namespace fs = std::filesystem;

std::string hexLine(const std::vector<std::uint32_t>& words) {
    std::string line;
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
        "  integer i;\n"
        "  aslog_bench u_bench (\n{}\n  );\n"
        "  initial begin\n"
        "    $readmemh(\"inputs.hex\", memory);\n"
        "    tick = 0;\n"
        "    #1;\n"
        "    for (i = 0; i < {}; i = i + 1) begin\n"
        "      inputs = memory[i];\n"
        "      #1 tick = 1;\n"
        "      #1 tick = 0;\n"
        "      #1 $display(\"%b\", outputs);\n"
        "    end\n"
        "    $finish;\n"
        "  end\n"
        "endmodule\n",
        inputBits - 1, outputBits - 1, inputBits - 1, cycles - 1, list, cycles);
}

/// A line of binary digits; what has no driver, between two ports, is z.
std::vector<std::uint32_t> wordsOfLine(const std::string& line, std::size_t words) {
    std::vector<std::uint32_t> result(words);
    for (std::size_t i = 0; i < line.size() && i < words * 32; ++i) {
        result[i / 32] |= line[line.size() - 1 - i] == '1' ? 1U << (i % 32) : 0U;
    }
    return result;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> replayInIcarus(const ModelSource& source,
                                                       const std::vector<RecordedCycle>& recording,
                                                       const fs::path& folder) {
    std::string inputs;
    for (const RecordedCycle& cycle : recording) {
        inputs += hexLine(cycle.inputs);
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
    std::vector<std::vector<std::uint32_t>> outputs;
    for (std::string line; std::getline(lines, line);) {
        outputs.push_back(wordsOfLine(line, wordsOf(source.ports.outputs)));
    }
    return outputs;
}

}  // namespace aslog::tb::test
