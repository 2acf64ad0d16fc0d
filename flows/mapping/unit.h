// A module on its way to technology mapping: its sums and adders are built, and what the result
// must equal stands beside it.
#pragma once

#include <map>
#include <string>

#include "gates/netlist.h"

namespace aslog::flows {

// How sums are built.
enum class Method {
    Fused,  // carry-save trees of the library's full adders (carry_save.h)
    Plain,  // yosys' own way with * and +
};

struct Unit {
    std::string name;
    gates::Module module;     // to be mapped
    gates::Module reference;  // what a mapping must equal: the last adder of each sum still a word
    std::map<std::string, gates::Module> children;  // ports of the modules that it uses
    int rippleBits = 0;                             // as in mapAdders(); 0 with Method::Plain
    int sums = 0;                                   // trees that were proven to add up
};

// Throws support::Error if a register or a sum is not understood, or the adders do not add up.
Unit unitOf(const gates::Netlist& words, const std::string& module, Method method, int rippleBits);

}  // namespace aslog::flows
