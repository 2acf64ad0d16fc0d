// JSON files with stable text: keys in the order in which they were added, two spaces of indent.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace aslog::support {

using Json = nlohmann::ordered_json;

// Throws FileError if the file cannot be read, InputError (with line and column) if it is no JSON.
Json readJson(const std::filesystem::path& path);

// Written by writeFile(), closed by a line feed. Throws FileError.
void writeJson(const std::filesystem::path& path, const Json& json);

// To so many decimals, as results hold measured figures: 0.1 and not 0.09999.
double rounded(double value, int decimals);

// The text that writeJson() writes. Bytes that are no UTF-8 come out as printable() shows them.
std::string jsonText(const Json& json);

}  // namespace aslog::support
