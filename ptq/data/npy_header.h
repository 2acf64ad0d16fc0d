// The text that a .npy file starts with: a Python dictionary of three entries.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::data {

// {'descr': '<i4', 'fortran_order': False, 'shape': (10000, 28, 28), }
struct NpyHeader {
    std::string type;  // descr
    bool isFortranOrder = false;
    std::vector<std::size_t> shape;
};

// Throws support::InputError, which says what was expected and where, but not in which file.
NpyHeader parseNpyHeader(std::string_view text);

}  // namespace aslog::data
