// Runs the convolutions of a network through the array of a run folder and compares every output
// with the golden network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/layer_cases.h"
#include "golden/array.h"
#include "golden/network/network.h"
#include "support/json_file.h"
#include "tb/suites/suite.h"
#include "tb/verify.h"

namespace aslog::tb {

struct NetworkOptions {
    std::vector<std::string>
        layers;              // names of convolutions; empty, or compiler::kAllLayers: all of them
    std::uint64_t seed = 1;  // of the values at power-on
    std::int64_t maxBeats = 0;  // of a piece, in activations; 0: by the size of the array
    support::Json source = support::Json::object();  // copied into the result: "network", "images"
};

struct LayerResult {
    SuiteResult counts;        // `macs`: multiplications that the layer needs
    int groups = 0;            // of channels
    std::uint64_t pieces = 0;  // that were scheduled, for all images
    std::uint64_t beats = 0;   // activation beats that the array took
    std::uint64_t cycles = 0;  // without resets between pieces
    double utilisation = 0;    // macs / (elements of the array x cycles)
};

struct NetworkReport {
    std::string design;
    std::string designHash;
    NetworkOptions options;
    std::size_t images = 0;
    bool isPartial = false;                 // not all convolutions of the network
    std::vector<LayerResult> layers;        // in the order of the network
    std::vector<std::string> changedFiles;  // of rtl/, since they were generated
    double compileSeconds = 0;              // when the model was made
    double seconds = 0;                     // the whole run

    [[nodiscard]] std::uint64_t comparisons() const;
    [[nodiscard]] std::uint64_t mismatches() const;
    /// Every layer compared something, and nothing differed.
    [[nodiscard]] bool passed() const;
};

/// Activation beats of a piece if the user does not say: what keeps the beats of a schedule,
/// weights and outputs included, to some tens of megabytes.
[[nodiscard]] std::int64_t defaultMaxBeats(const golden::ArrayShape& shape);

/// Writes `runFolder`/verify/network.json. Throws support::InputError for a folder without a
/// design, an unknown layer, a layer that does not fit the array and for no images;
/// support::MissingTool, and support::Error if the Verilog can not be compiled; mismatches are no
/// exceptions.
[[nodiscard]] NetworkReport verifyLayers(const std::filesystem::path& runFolder,
                                         const golden::Network& network,
                                         const std::vector<golden::Tensor>& images,
                                         const NetworkOptions& options,
                                         const ProgressFunction& progress);

/// The content of network.json.
[[nodiscard]] support::Json toJson(const NetworkReport& report);

}  // namespace aslog::tb
