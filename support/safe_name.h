// Names of files for programs that take a name apart at blanks, quotes and the like: yosys, abc and
// OpenSTA in their scripts.
#pragma once

#include <filesystem>
#include <string>

namespace aslog::support {

// How a program that runs in `folder` is told of `file`: relative to it. If that name has anything
// but letters, digits and ._+-/ it is that of a symbolic link in `folder`, made here: "link_" and
// the start of a hash. The files that a program writes lie in `folder`, with names of aslog's own;
// only what it reads needs a link. Throws FileError.
std::string safeName(const std::filesystem::path& file, const std::filesystem::path& folder);

// The same for a program that puts the path of its folder before names that are relative, as the
// abc command of yosys does: an absolute name, by way of /proc if that path is not safe.
std::string absoluteSafeName(const std::filesystem::path& file,
                             const std::filesystem::path& folder);

}  // namespace aslog::support
