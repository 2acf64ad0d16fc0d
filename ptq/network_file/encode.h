// Networks to JSON and tensors. Definition: docs/network_file.md.
#pragma once

#include "ptq/network_file/network_file.h"
#include "ptq/network_file/safetensors.h"

namespace aslog::ptq {

// All but the content hash. Throws support::InputError for a network that has no form in a file.
Safetensors encode(const NetworkFile& file);

}  // namespace aslog::ptq
