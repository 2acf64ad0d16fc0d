// All Verilog of a design: the hand-written modules with the design's values as defaults of their
// parameters, the emitted arithmetic elements, and the same array with each baseline element.
// Modules and folders: docs/architecture.md.
#pragma once

#include <string>
#include <vector>

#include "generator/elab/design.h"

namespace aslog {

/// A file of the run folder's `rtl/`.
struct RtlFile {
    std::string path;  // relative to rtl/
    std::string text;
};

/// The baseline elements of a design: all of docs/arithmetic.md, section 8, and, if the design
/// drops columns, each with as many dropped as make the same noise ("int4_booth_d3"), the plain one
/// apart.
[[nodiscard]] std::vector<std::string> baselineElements(const Design& design);

/// Names of the variants that stand beside the design's own array: baselineElements() and, if the
/// design has bias correction, the same without it and the design's own element without it
/// ("int8_booth_no_bce", "slogii_no_bce"). `rtl/baseline/<name>/` holds each.
[[nodiscard]] std::vector<std::string> baselineVariants(const Design& design);

/// The design of a variant: its `element.name` and hasBiasCorrection() say what it is.
/// Throws support::InputError if its sums would not fit (see withElement()).
[[nodiscard]] Design baselineDesign(const Design& design, const std::string& variant);

/// Every file of `rtl/`, `manifest.json` last: the modules, `files.f` (paths relative to its own
/// folder, in the order in which tools should read them), and one folder per baseline variant. A
/// variant that the spec's widths forbid is left out, and the manifest says why.
/// Deterministic: no date, no path. Throws support::Error if the templates do not fit.
[[nodiscard]] std::vector<RtlFile> emitRtl(const Design& design);

}  // namespace aslog
