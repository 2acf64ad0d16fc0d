// From the Verilog of a run folder to netlists of words.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flows/library/technology.h"
#include "flows/mapping/mapping.h"
#include "flows/workspace.h"
#include "gates/netlist.h"
#include "generator/elab/design.h"

namespace aslog::flows {

// An array of the run folder: aslog's own or a baseline.
struct Variant {
    std::string name;     // "slogii", "int8_dadda", "int8_dadda_no_bce" ...
    std::string element;  // "slogii", "int8_dadda" ...
    bool biasCorrection = false;
    std::filesystem::path folder;  // with its files.f
    Method method = Method::Fused;
    bool flatten = false;  // the array, too, becomes one module
    int elementRows = 1;   // products that an element makes in a beat
};

// aslog's array first, then the variants that the folder holds, by name. Only the element
// "int8_plain" is built with Method::Plain.
std::vector<Variant> variantsOf(const Design& design, const std::filesystem::path& runFolder);

// Of these the ones with the given names; all if there are no names. Throws support::InputError,
// which lists them, for a name that is none.
std::vector<Variant> chosenVariants(const Design& design, const std::filesystem::path& runFolder,
                                    const std::vector<std::string>& names);

// The netlists of the modules `tops` of a variant, in their order. `mergeAccumulators`: the
// accumulator dissolves in its column, so that its adder becomes part of the column's tree; for
// arrays without a register between the two. A top that is not the array is flattened.
std::vector<gates::Netlist> elaborateVerilog(
    const Workspace& workspace, const Technology& technology, const std::filesystem::path& scripts,
    const Variant& variant, const std::vector<std::string>& tops, bool mergeAccumulators);

inline constexpr const char* kArrayTop = "aslog_pcf_array";
inline constexpr const char* kElementTop = "aslog_element";
inline constexpr const char* kMultiplierTop = "aslog_multiplier";

}  // namespace aslog::flows
