// What a design sets in the Verilog templates: a parameter means the same in each of them.
#pragma once

#include "generator/elab/design.h"
#include "generator/rtl/rtl_template.h"

namespace aslog {

/// Every parameter of rtl_templates/ that a design decides.
[[nodiscard]] Parameters rtlParameters(const Design& design);

}  // namespace aslog
