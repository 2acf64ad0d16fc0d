// One step of a network, from JSON and tensors of unknown origin.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "golden/network/network.h"
#include "ptq/network_file/json_value.h"
#include "ptq/network_file/tensor_source.h"

namespace aslog::ptq {

// Where the step stands.
struct StepPlace {
    const std::string& variant;
    std::size_t index;
    const golden::Numerics& numerics;
    const std::vector<golden::TensorInfo>& tensors;
};

// Every number is in a range that golden::Network can safely check for sense. Throws
// support::InputError.
golden::Step decodeStep(const JsonValue& json, const StepPlace& place, TensorSource& source);

}  // namespace aslog::ptq
