// The stored form of a FashionCnn: <name>.json with the layers, and next to it a file of weights.
// The format is described in examples/fashion_cnn/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "examples/fashion_cnn/model.h"

namespace aslog::examples {

// Where the weights come from; stored, never interpreted.
struct Provenance {
    std::string dataset;
    std::string command;  // that makes the same weights again
    std::uint64_t seed = 0;
    std::size_t epochs = 0;
    std::size_t testImages = 0;
    std::size_t testCorrect = 0;  // measured with FashionCnn::classify
};

struct StoredCnn {
    FashionCnn cnn;
    Provenance provenance;
};

// Reads the JSON file and the weights that it names, and checks length, SHA-256 and that all are
// finite. Throws support::InputError or support::FileError, which name the file and the fault.
StoredCnn loadStoredCnn(const std::filesystem::path& jsonPath);
FashionCnn loadFashionCnn(const std::filesystem::path& jsonPath);

// Writes <folder>/<name>.f32 and <folder>/<name>.json. Throws support::FileError.
void saveStoredCnn(const StoredCnn& stored, const std::filesystem::path& folder,
                   const std::string& name);

}  // namespace aslog::examples
