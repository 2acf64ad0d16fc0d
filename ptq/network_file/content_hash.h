// What a container holds, in one number.
#pragma once

#include <string>

#include "ptq/network_file/safetensors.h"

namespace aslog::ptq {

inline constexpr const char* kContentHash = "content_hash";

// SHA-256 of a list of all metadata but kContentHash and all tensors, each with the SHA-256 of its
// bytes: the same wherever a container puts them. Definition: docs/network_file.md.
std::string contentHash(const Safetensors& content);

}  // namespace aslog::ptq
