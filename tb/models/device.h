// What is under test: one array of a run folder, its files, and the golden model's view of it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "generator/elab/design.h"
#include "golden/arithmetic/numerics.h"
#include "golden/array.h"

namespace aslog::tb {

struct Device {
    std::string name;  // "slogii" or the name of a variant of baselineVariants()
    Design design;
    golden::Numerics numerics;
    golden::ArrayShape shape;
    std::vector<std::filesystem::path> files;  // Verilog, leaves first

    [[nodiscard]] bool isBaseline() const { return name != "slogii"; }
    /// Without the bias correction that the spec has; its element is that of another device.
    [[nodiscard]] bool isTwin() const { return isBaseline() && name != design.element.name; }
    [[nodiscard]] std::size_t cells() const {
        return static_cast<std::size_t>(shape.rows) * static_cast<std::size_t>(shape.columns);
    }
};

/// The widths of the array, as the golden model derives its own from them.
[[nodiscard]] golden::NumericsSpec numericsSpecOf(const Design& design);

/// The design's own array. Throws support::Error if the run folder is not complete, and
/// support::InputError if design.json and the golden model disagree about a width.
[[nodiscard]] Device makeDevice(const Design& design, const std::filesystem::path& runFolder);

/// The array of a variant of baselineVariants().
[[nodiscard]] Device makeBaselineDevice(const Design& design, const std::string& variant,
                                        const std::filesystem::path& runFolder);

/// Variants of which the run folder has an array, in the order of baselineVariants().
[[nodiscard]] std::vector<std::string> variantsOf(const std::filesystem::path& runFolder);

}  // namespace aslog::tb
