// Faults for the Verilog of a design: finds places for them and writes all of them into the files
// at once, each behind a comparison with the input `mutant_i` of the test bench's top module.
//
// The Verilog is that of rtl_templates/ and the emitters, not any Verilog: statements are found by
// their semicolons, operators by their characters. Constant expressions are left alone.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aslog::tb {

/// One fault: `length` characters at `at` become `replacement`.
struct Mutant {
    int number = 0;  // 1, 2, ...; 0 selects none
    std::string file;
    int line = 0;
    std::size_t at = 0;
    std::size_t length = 0;
    std::string replacement;
    std::string what;  // "& becomes |: load & load_group"
    std::string kind;  // "expression", "handshake", "clock enable", "reset"
    int block = 0;     // generate block that holds it, 0: none
};

struct MutableFile {
    std::string name;
    std::string text;
};

struct MutationPlan {
    std::vector<Mutant> mutants;
    std::vector<MutableFile> files;   // with every mutant, selected by aslog_bench.mutant_i
    std::vector<MutableFile> probes;  // each generate block that exists prints "block <number>"
};

/// Numbers the mutants in the order of files and text.
[[nodiscard]] MutationPlan planMutants(const std::vector<MutableFile>& files);

/// The file with this fault alone.
[[nodiscard]] std::string withMutant(const MutableFile& file, const Mutant& mutant);

/// Width of the input mutant_i.
inline constexpr int kMutantBits = 16;

}  // namespace aslog::tb
