// The safetensors container: named tensors and some strings. Knows nothing of networks.
// Definition: https://huggingface.co/docs/safetensors, docs/network_file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::ptq {

enum class Dtype { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

const char* dtypeName(Dtype dtype);   // "U8"
std::size_t dtypeBytes(Dtype dtype);  // of one element

struct StoredTensor {
    Dtype dtype = Dtype::U8;
    std::vector<std::uint64_t> shape;
    std::string bytes;  // elements in order, little-endian

    std::size_t size() const { return bytes.size() / dtypeBytes(dtype); }

    // For U8, I16 and I64. `value` must fit the type.
    void append(std::int64_t value);
    std::int64_t at(std::size_t index) const;
};

struct Safetensors {
    std::map<std::string, std::string> metadata;
    std::map<std::string, StoredTensor> tensors;  // by name
};

inline constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 24;

// The bytes of the file. Names, metadata and tensors fully decide what they are: widest elements
// first, by name among equals, data on a multiple of 8 bytes. Throws support::InputError if the
// header would have more than kMaxHeaderBytes.
std::string safetensorsBytes(const Safetensors& content);

// Throws support::InputError, without the name of the file, for bytes that are no such file: the
// header and its JSON have limits, and the tensors must cover the data exactly once.
Safetensors parseSafetensors(std::string_view bytes);

}  // namespace aslog::ptq
