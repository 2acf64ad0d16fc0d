// The file of a quantised network: all its variants, and where they come from.
// Definition: docs/network_file.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ptq/quantise/network.h"
#include "ptq/quantise/options.h"
#include "ptq/quantise/quantise.h"

namespace aslog::ptq {

// What the networks were made from.
struct Provenance {
    std::string tool;             // "aslog 0.1.0"
    std::string model;            // file name of the ONNX model, without folder
    std::string modelHash;        // sha256 of its bytes
    std::string calibration;      // name of the data set
    std::string calibrationHash;  // sha256 of the calibration images as the network takes them
                                  // (bytes of the floats)
    std::size_t images = 0;       // that were used
    QuantiseSteps steps;
    std::vector<std::string> doubled;  // layers with two codes a weight (doubleCodes())
};

struct StoredNetwork {
    QuantisedNetwork network;
    std::vector<LayerError> layers;  // on the calibration images, one a step
    double calibrationError = 0;
};

struct NetworkFile {
    Provenance provenance;
    // By variant: "slogii", "int4", "int8", each with an element of that name or kind; "slogii" is
    // always there.
    std::map<std::string, StoredNetwork> networks;
};

// The same networks give the same bytes. Of a name that is no UTF-8 the wrong bytes are replaced by
// U+FFFD; the groups of a convolution must share geometry and clamp. Throws support::FileError if
// the file can not be written, or could not be read again.
void writeNetworkFile(const std::filesystem::path& path, const NetworkFile& file);

// Throws support::InputError that names the file, the field (JSON pointer or tensor name), what was
// found and what is allowed; support::FileError if the file can not be read.
NetworkFile readNetworkFile(const std::filesystem::path& path);

}  // namespace aslog::ptq
