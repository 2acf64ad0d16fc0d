// JSON and tensors of unknown origin to networks. Definition: docs/network_file.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/network/network.h"
#include "ptq/network_file/network_file.h"
#include "ptq/network_file/safetensors.h"

namespace aslog::ptq {

// A network whose numbers are each in their range; whether they fit together is for
// golden::Network to say.
struct NetworkParts {
    NumberFormat format;
    golden::Numerics numerics;
    golden::NetworkSpec spec;
    std::vector<double> scales;
    std::vector<LayerError> layers;
    double calibrationError = 0;
};

struct FileParts {
    Provenance provenance;
    std::map<std::string, NetworkParts> networks;
};

// Without the content hash, which is not looked at. Throws support::InputError, without the name of
// the file.
FileParts decode(const Safetensors& content);

// Throws support::InputError for a network that is not well-formed.
StoredNetwork assemble(const std::string& variant, NetworkParts parts);

}  // namespace aslog::ptq
