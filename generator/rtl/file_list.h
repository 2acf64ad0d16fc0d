// files.f: which Verilog belongs to an array.
#pragma once

#include <filesystem>
#include <vector>

namespace aslog {

/// The files that a files.f lists, leaves first; paths in it are relative to its folder. Throws
/// support::InputError if it is not there or lists nothing, support::FileError if it can not be
/// read.
[[nodiscard]] std::vector<std::filesystem::path> readFileList(const std::filesystem::path& list);

}  // namespace aslog
