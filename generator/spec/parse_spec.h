// From the text of a spec file to an ArchSpec.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "generator/spec/arch_spec.h"
#include "support/diagnostics.h"

namespace aslog {

// All errors are collected: syntax, unknown and repeated names, types, ranges, contradictions.
// The result is meant to be used only if there are none; wrong fields hold their defaults.
ArchSpec parseSpec(std::string_view text, support::Diagnostics& diagnostics);

inline constexpr std::uintmax_t kMaxSpecBytes = 1U << 20U;

// Reads and parses a file. Throws support::FileError if it cannot be read or is larger than
// kMaxSpecBytes.
ArchSpec readSpec(const std::filesystem::path& path, support::Diagnostics& diagnostics);

}  // namespace aslog
