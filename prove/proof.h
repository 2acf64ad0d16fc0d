// A proof about Verilog of a run folder, and what came out of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace aslog::prove {

enum class Method {
    Sat,        // all inputs and register values, one step: `sat` of yosys
    Induction,  // all reachable states: k-induction by yosys-smtbmc and z3
};

struct Proof {
    std::string name;       // "ae", "int8_booth/ae", "control/streams"
    std::string statement;  // what it says, in one line
    Method method = Method::Sat;
    std::vector<std::filesystem::path> rtl;  // the files that it is about, as they are
    std::string module;                      // of these, the one whose wires are looked into
    std::vector<std::string> wires;          // of `module`, that the properties see
    std::string properties;                  // Verilog: the module `top`, with assertions
    std::string top;
    std::string section;     // macro that selects the assertions of this proof; may be empty
    bool registers = false;  // Sat: over a step from free values of the registers
    int searchDepth = 0;     // Induction: steps searched for a counterexample if it does not hold
};

enum class Verdict { Proven, Refuted, GaveUp };

// An input and its value in the step that refutes the proof.
struct InputValue {
    std::string name;
    std::string value;  // decimal; binary if it is longer than 64 bits
};

struct ProofResult {
    std::string name;
    std::string statement;
    Verdict verdict = Verdict::GaveUp;
    double seconds = 0;
    std::string reason = {};              // GaveUp: why
    std::string failed = {};              // Refuted: the assertion, if the tool names it
    std::vector<InputValue> inputs = {};  // Refuted
    std::vector<std::filesystem::path> evidence = {};  // not proven: logs and trace, in prove/
};

}  // namespace aslog::prove
