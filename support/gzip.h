// Files that may be compressed.
#pragma once

#include <cstdint>
#include <string>

namespace aslog::support {

// The content of a file, which comes out as it was before it was compressed if its first two bytes
// are those of gzip; otherwise unchanged. `name` stands for the file in messages. Throws FileError
// if more than `maxBytes` would come out, and InputError if the compressed data is damaged.
std::string uncompressed(std::string content, const std::string& name, std::uintmax_t maxBytes);

}  // namespace aslog::support
