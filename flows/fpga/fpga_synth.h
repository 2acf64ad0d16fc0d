// Synthesis of a run folder for an FPGA: aslog's array and every baseline with the same commands,
// with DSP blocks and without where there are any. docs/flows.md describes the steps.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flows/fpga/family.h"
#include "flows/fpga/route.h"
#include "flows/synth.h"
#include "generator/elab/design.h"
#include "support/json_file.h"

namespace aslog::flows {

struct FpgaOptions {
    std::filesystem::path runFolder;
    std::string family;               // a name of fpgaFamilies()
    std::optional<double> clockMhz;   // otherwise the spec's; what the routing aims at
    std::vector<std::string> arrays;  // "slogii", "int8_plain" ...; empty: all
    bool allowChanged = false;
    int seeds = 5;  // placements of each array
    int jobs = 1;
};

// An array, or a combinational element alone.
struct FpgaMapping {
    std::string name;     // of the variant
    std::string element;  // "slogii", "int8_plain" ...
    bool biasCorrection = false;
    bool withDsps = false;  // multipliers may become DSP blocks
    int rows = 1;           // of an element alone: that it serves
    FpgaCells cells = {};
    std::optional<FpgaRouting> routing = {};  // of an array
    int pinsRegisters = 0;                    // that routing adds to it
};

struct FpgaResult {
    explicit FpgaResult(Design itsDesign) : design(std::move(itsDesign)) {}

    Design design;
    std::vector<std::string> changedFiles;  // of rtl/, since they were generated
    std::string family;
    double clockMhz = 0;
    std::string notRouted;  // why no array was routed; "" if they were
    support::Json tools;
    std::vector<FpgaMapping> arrays;  // aslog's own first; those with DSP blocks behind the others
    std::vector<FpgaMapping> elements;  // alone, without DSP blocks
    double seconds = 0;
};

// Writes synth/<family>/ of the run folder: fpga.json and logs/. The new folder
// replaces an old one only when it is complete. Throws as synthesise() does, and
// support::InputError for a design whose target is not an FPGA or an array that the run folder does
// not have.
FpgaResult synthesiseForFpga(const FpgaOptions& options, const Report& progress);

// fpga.json: keys in docs/flows.md.
support::Json fpgaJson(const FpgaResult& result);

// LUTs of a mapping, of `list`, against those of aslog's own there, DSP blocks allowed or not in
// both; nothing if that is not there.
std::optional<double> lutsToOwn(const FpgaResult& result, const std::vector<FpgaMapping>& list,
                                const FpgaMapping& mapping);

}  // namespace aslog::flows
