#include "flows/library/cells_check.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gates/netlist.h"
#include "gates/simulate/circuit.h"
#include "gates/simulate/interpreter.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"

namespace aslog::flows {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::uint64_t>;  // one for each pin, 64 independent cells at once

constexpr std::uint64_t kOnes = ~std::uint64_t{0};

// What the flow takes a cell for. Inputs that change together: first the clock or enable, with data
// as they were, then the data.
struct Specification {
    std::string cell;
    std::vector<std::string> inputs;  // the first one is the clock or enable, if there is one
    std::vector<std::string> outputs;
    std::uint64_t (*next)(std::uint64_t state, const Words& before, const Words& now);
    Words (*result)(std::uint64_t state, const Words& now);

    // A module of its own around the cell, under a name that yosys' passes do not know.
    std::string module() const {
        std::string name = "probe";
        for (const char c : cell) {
            name += c == '$' ? '_' : c;
        }
        return name;
    }

    std::string verilog() const {
        std::string ports;
        std::string pins;
        const auto add = [&](const char* direction, const std::string& name) {
            ports += fmt::format("{}{} {}", ports.empty() ? "" : ", ", direction, name);
            pins += fmt::format("{}.{}({})", pins.empty() ? "" : ", ", name, name);
        };
        for (const std::string& input : inputs) {
            add("input", input);
        }
        for (const std::string& output : outputs) {
            add("output", output);
        }
        return fmt::format("module {} ({});\n  \\{} u_cell ({});\nendmodule\n", module(), ports,
                           cell, pins);
    }
};

std::uint64_t noState(std::uint64_t state, const Words&, const Words&) {
    return state;
}

Words stateItself(std::uint64_t state, const Words&) {
    return {state};
}

// Where the clock rises, the data of before are taken.
std::uint64_t atRise(std::uint64_t state, const Words& before, const Words& now) {
    const std::uint64_t rose = now[0] & ~before[0];
    return (state & ~rose) | (before[1] & rose);
}

std::vector<Specification> specifications() {
    return {
        {"aslog_cell_fa",
         {"a_i", "b_i", "c_i"},
         {"sum_o", "carry_o"},
         noState,
         [](std::uint64_t, const Words& in) -> Words {
             return {in[0] ^ in[1] ^ in[2], (in[0] & in[1]) | (in[0] & in[2]) | (in[1] & in[2])};
         }},
        {"aslog_cell_ha",
         {"a_i", "b_i"},
         {"sum_o", "carry_o"},
         noState,
         [](std::uint64_t, const Words& in) -> Words {
             return {in[0] ^ in[1], in[0] & in[1]};
         }},
        {"aslog_clock_gate",
         {"clk_i", "en_i"},
         {"clk_o"},
         [](std::uint64_t state, const Words&, const Words& now) {
             return (state & now[0]) | (now[1] & ~now[0]);
         },
         [](std::uint64_t state, const Words& now) -> Words { return {state & now[0]}; }},
        {"$_DLATCH_P_",
         {"E", "D"},
         {"Q"},
         [](std::uint64_t state, const Words&, const Words& now) {
             return (state & ~now[0]) | (now[1] & now[0]);
         },
         stateItself},
        {"$_DLATCH_N_",
         {"E", "D"},
         {"Q"},
         [](std::uint64_t state, const Words&, const Words& now) {
             return (state & now[0]) | (now[1] & ~now[0]);
         },
         stateItself},
        {"$_DFF_P_", {"C", "D"}, {"Q"}, atRise, stateItself},
        {"$_DFF_PN0_",
         {"C", "D", "R"},
         {"Q"},
         [](std::uint64_t state, const Words& before, const Words& now) {
             return atRise(state, before, now) & now[2];
         },
         stateItself},
        {"$_DFF_PN1_",
         {"C", "D", "R"},
         {"Q"},
         [](std::uint64_t state, const Words& before, const Words& now) {
             return atRise(state, before, now) | ~now[2];
         },
         stateItself},
    };
}

// The pins of one of the 64 cells as "a_i=1 b_i=0".
std::string pinsText(const std::vector<std::string>& names, const Words& words, std::uint64_t bit) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", names[i],
                            (words[i] & bit) != 0 ? 1 : 0);
    }
    return text;
}

class Check {
  public:
    Check(const Specification& specification, const gates::Circuit& circuit)
        : specification_(specification), interpreter_(circuit) {}

    // Empty if the cell is what it should be. Random inputs visit all pairs of old and new inputs
    // in every state that exists: at most 128 of them, in 32,768 steps.
    std::string run() {
        constexpr int kSteps = 512;
        std::mt19937_64 random(1);
        start();
        for (int step = 0; step < kSteps; ++step) {
            Words now(specification_.inputs.size());
            for (std::uint64_t& word : now) {
                word = random();
            }
            const Words seen = apply(now);
            state_ = specification_.next(state_, before_, now);
            const std::string difference = compare(now, seen);
            if (!difference.empty()) {
                return difference;
            }
            before_ = now;
        }
        return "";
    }

  private:
    // A state that is known: data 1 with the clock low, high, and low again takes a latch of either
    // phase, a flip-flop and a clock gate there.
    void start() {
        before_ = Words(specification_.inputs.size(), kOnes);
        for (const std::uint64_t clock : {std::uint64_t{0}, kOnes, std::uint64_t{0}}) {
            before_[0] = clock;
            apply(before_);
        }
        state_ = kOnes;
    }

    Words apply(const Words& inputs) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            interpreter_.set(specification_.inputs[i], 0, inputs[i]);
        }
        interpreter_.apply();
        Words outputs;
        for (const std::string& output : specification_.outputs) {
            outputs.push_back(interpreter_.get(output, 0));
        }
        return outputs;
    }

    std::string compare(const Words& now, const Words& seen) const {
        const Words expected = specification_.result(state_, now);
        std::uint64_t differs = 0;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            differs |= seen[i] ^ expected[i];
        }
        if (differs == 0) {
            return "";
        }
        const std::uint64_t bit = differs & (~differs + 1);
        const std::string history =
            specification_.next == noState
                ? ""
                : fmt::format(" after {}", pinsText(specification_.inputs, before_, bit));
        return fmt::format("{} with {}{} gives {}, it should give {}", specification_.cell,
                           pinsText(specification_.inputs, now, bit), history,
                           pinsText(specification_.outputs, seen, bit),
                           pinsText(specification_.outputs, expected, bit));
    }

    const Specification& specification_;
    gates::Interpreter interpreter_;
    std::uint64_t state_ = 0;
    Words before_;
};

}  // namespace

void checkCells(const Workspace& workspace, const Technology& technology, const fs::path& liberty,
                const fs::path& mappingLiberty, const gates::CellModels& models) {
    const std::vector<Specification> all = specifications();
    std::string probes;
    for (const Specification& each : all) {
        probes += each.verilog();
    }
    const fs::path probesFile = workspace.temporary("check_cells.v");
    const fs::path output = workspace.temporary("check_cells.json");
    support::writeFile(probesFile, probes);
    const fs::path data = support::dataFolder();
    std::string script = support::readFile(data / "flows" / "scripts" / "check_cells.ys");
    script = filledIn(script, "PROBES", workspace.nameOf(probesFile));
    script = filledIn(script, "CLOCK_GATE",
                      workspace.nameOf(data / "rtl_templates" / "aslog_clock_gate.v"));
    script = filledIn(script, "CELLS", workspace.nameOf(technology.cellsFile));
    script = filledIn(script, "LIBERTY", workspace.nameOf(liberty));
    script = filledIn(script, "MAPPING_LIBERTY", workspace.abcNameOf(mappingLiberty));
    script = filledIn(script, "OUTPUT", workspace.nameOf(output));
    workspace.yosys("check_cells", script);
    for (const Specification& each : all) {
        const gates::Circuit circuit =
            gates::makeCircuit(gates::readNetlist(output, each.module()), models);
        const std::string difference = Check(each, circuit).run();
        if (!difference.empty()) {
            throw support::Error(
                fmt::format("the cells of {} are not what they should be: {}\n"
                            "  see {}",
                            technology.name, difference, technology.cellsFile.string()));
        }
    }
}

}  // namespace aslog::flows
