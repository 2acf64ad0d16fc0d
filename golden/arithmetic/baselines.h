// The table of baseline elements: whatever compares, emits, quantises or simulates one finds it
// here. Definition: docs/arithmetic.md, section 8.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "golden/arithmetic/element.h"

namespace aslog::golden {

/// Families of codes as a quantised network holds them, our own first.
inline constexpr std::array<const char*, 3> kFamilies = {"slogii", "int4", "int8"};

struct BaselineSize {
    int bits;            // of the integers
    int activationBits;  // of q
    int dropped;         // lowest columns of the product that are cut off
};

struct Baseline {
    const char* name;    // "int8_booth"
    const char* family;  // "int8": the integers that its codes stand for
    const char* kind;    // its Verilog is rtl_templates/elements/<kind>/aslog_ae.v
    int bits;            // of these integers
    std::shared_ptr<const Element> (*make)(const BaselineSize& size);

    /// `*` and `+`, mapped as yosys does by itself: what most papers mean, and never "strong".
    bool isPlain = false;
    /// Its codes are the integers in two's complement, and it is the one that holds its family
    /// before each array gets codes of its own.
    bool holdsFamily = false;
    /// With two's complement operands of 8 bits: an 8-bit multiplier, if its words are summed.
    bool isMultiplier = false;
    /// Its array without bias correction is simulated for all of its family.
    bool standsForTwins = false;
};

/// In the order of tables and reports.
[[nodiscard]] const std::vector<Baseline>& baselines();

/// None if no baseline has this name. "int4_pair_d1" is the baseline int4_pair with its lowest
/// column dropped: the number is not part of what is looked up.
[[nodiscard]] const Baseline* findBaseline(std::string_view name);

/// The name of a baseline that drops columns: "int4_pair", 1 -> "int4_pair_d1". The same for 0.
[[nodiscard]] std::string droppingName(std::string_view name, int columns);

/// Their names.
[[nodiscard]] const std::vector<std::string>& baselineNames();

/// The name of the element that holds the codes of a family before an array gets codes of its own.
/// Throws std::invalid_argument.
[[nodiscard]] std::string familyElement(std::string_view family);

/// activationBits 1 ... 16. With "_d" and a number behind the name so many columns are dropped.
/// Throws std::invalid_argument.
[[nodiscard]] std::shared_ptr<const Element> makeBaseline(std::string_view name,
                                                          int activationBits);

}  // namespace aslog::golden
