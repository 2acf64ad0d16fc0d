// Writer of NumPy's array files, .npy, format version 1.0: for comparisons with other programs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace aslog::data {

// The bytes of a file as numpy.save() writes it: type '<f4', C order, elements from a multiple of
// 64 bytes on. `elements` lie row-major; throws std::invalid_argument unless there are as many as
// the product of `shape`, which is 1 for no dimension.
std::string npyBytes(const std::vector<std::size_t>& shape, std::span<const float> elements);

// Written whole or not at all, as support::writeFile() does. Throws support::FileError, and
// std::invalid_argument as above.
void writeNpy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
              std::span<const float> elements);

}  // namespace aslog::data
