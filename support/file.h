// Reading and writing whole files, with errors that a user understands.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>

namespace aslog::support {

// The bytes of a file. Throws FileError if it does not exist, is a folder, cannot be read, is
// larger than `maxBytes`, or is a pipe that gives nothing for 20 seconds; Interrupted while it
// waits.
std::string readFile(const std::filesystem::path& path,
                     std::uintmax_t maxBytes = std::numeric_limits<std::uintmax_t>::max());

// Writes a temporary file beside `path`, then renames it: a reader sees the old file or the whole
// new one. Creates missing folders. What exists but is no regular file (a pipe, a device) is
// written directly; a symbolic link is followed. Throws FileError and leaves no temporary file
// behind.
void writeFile(const std::filesystem::path& path, std::string_view bytes);

// Throws InputError if writing `output`, a file or a folder with all in it, would replace `input`,
// which the same command reads; links are followed.
void requireKept(const std::filesystem::path& input, const std::filesystem::path& output);

// Creates a folder and its parents; nothing happens if it is there. Throws FileError.
void makeFolder(const std::filesystem::path& path);

}  // namespace aslog::support
