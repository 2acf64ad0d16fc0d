// A compiled model, kept in its folder: model.so, and model.json that says what it was made from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace aslog::tb {

/// Seconds that it took to make the library of `folder`, if it was made from what `key` stands for
/// and is whole; nothing if there is none, or if library or stamp are damaged, whatever they hold.
std::optional<double> keptModel(const std::filesystem::path& folder, const std::string& key);

/// To be called once the library is there. Throws support::FileError.
void keepModel(const std::filesystem::path& folder, const std::string& key, double seconds);

/// The library of a model that is kept in `folder`.
std::filesystem::path libraryOf(const std::filesystem::path& folder);

}  // namespace aslog::tb
