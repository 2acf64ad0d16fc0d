#include "ptq/network_file/tensor_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/network_file/json_value.h"
#include "support/error.h"

namespace aslog::ptq {

const StoredTensor& TensorSource::take(const std::string& name, Dtype dtype,
                                       const std::vector<std::uint64_t>& shape) {
    const std::string place = "tensor \"" + name + "\"";
    const auto describe = [](Dtype type, const std::vector<std::uint64_t>& sizes) {
        return fmt::format("{} [{}]", dtypeName(type), fmt::join(sizes, ", "));
    };
    const auto found = content_.tensors.find(name);
    if (found == content_.tensors.end()) {
        failAt(place, "none of this name", describe(dtype, shape));
    }
    if (found->second.dtype != dtype || found->second.shape != shape) {
        failAt(place, describe(found->second.dtype, found->second.shape), describe(dtype, shape));
    }
    taken_.insert(name);
    return found->second;
}

void TensorSource::requireAllTaken() const {
    for (const auto& [name, tensor] : content_.tensors) {
        if (taken_.count(name) == 0) {
            throw support::InputError(
                fmt::format("tensor \"{}\": belongs to no step of the network", name));
        }
    }
}

}  // namespace aslog::ptq
