// SHA-256, as 64 lower-case hexadecimal digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace aslog::support {

std::string sha256(std::string_view bytes);

// Throws FileError if the file cannot be read.
std::string sha256OfFile(const std::filesystem::path& path);

}  // namespace aslog::support
