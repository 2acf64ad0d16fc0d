// What the compiler made, kept with a stamp that says what it was made from: model.so and
// model.json, runtime.o and runtime.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace aslog::tb {

/// Seconds that it took to make `object`, if it was made from what `key` stands for and is whole;
/// nothing if it is not there or cannot be looked at, or if object or stamp are damaged, whatever
/// they hold.
std::optional<double> keptObject(const std::filesystem::path& object, const std::string& key);

/// To be called once `object` is there. Throws support::FileError.
void keepObject(const std::filesystem::path& object, const std::string& key, double seconds);

/// The compiled model in `folder`.
std::filesystem::path libraryOf(const std::filesystem::path& folder);

}  // namespace aslog::tb
