// The hand-written modules of rtl_templates/, with other defaults for their parameters.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace aslog {

/// Parameter name -> default value.
using Parameters = std::map<std::string, std::int64_t>;

/// Replaces the defaults of `parameter integer Name = value` declarations. A parameter of the
/// module that is not in `values` keeps its default.
[[nodiscard]] std::string withDefaults(const std::string& verilog, const Parameters& values);

/// The text of rtl_templates/<path> under the data folder. Throws support::Error if unreadable.
[[nodiscard]] std::string readTemplate(const std::string& path);

}  // namespace aslog
