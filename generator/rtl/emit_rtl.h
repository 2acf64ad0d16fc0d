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

/// Names of the baseline variants, in the order of docs/arithmetic.md, section 8.
/// `rtl/baseline/<name>/` holds each.
[[nodiscard]] const std::vector<std::string>& baselineVariants();

/// The design of a baseline variant: the same array with that element.
/// Throws support::InputError if its sums would not fit (see withElement()).
[[nodiscard]] Design baselineDesign(const Design& design, const std::string& variant);

/// Every file of `rtl/`, `manifest.json` last: the modules, `files.f` (paths relative to its own
/// folder, in the order in which tools should read them), and one folder per baseline variant. A
/// variant that the spec's widths forbid is left out, and the manifest says why.
/// Deterministic: no date, no path. Throws support::Error if the templates do not fit.
[[nodiscard]] std::vector<RtlFile> emitRtl(const Design& design);

}  // namespace aslog
