#include "ptq/network_file/content_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/sha256.h"

namespace aslog::ptq {

std::string contentHash(const Safetensors& content) {
    std::string list;
    for (const auto& [key, value] : content.metadata) {
        if (key != kContentHash) {
            list += fmt::format("metadata {} {}\n", key, support::sha256(value));
        }
    }
    for (const auto& [name, tensor] : content.tensors) {
        list += fmt::format("tensor {} {} {} {}\n", name, dtypeName(tensor.dtype),
                            fmt::join(tensor.shape, ","), support::sha256(tensor.bytes));
    }
    return support::sha256(list);
}

}  // namespace aslog::ptq
