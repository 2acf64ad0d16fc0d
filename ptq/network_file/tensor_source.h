// The tensors of a file of unknown origin, handed out to who wants them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "ptq/network_file/safetensors.h"

namespace aslog::ptq {

// Each tensor must be wanted by someone. The content must outlive it.
class TensorSource {
  public:
    explicit TensorSource(const Safetensors& content) : content_(content) {}

    // Throws support::InputError if it is not there or is another one.
    const StoredTensor& take(const std::string& name, Dtype dtype,
                             const std::vector<std::uint64_t>& shape);

    // Throws support::InputError with the name of a tensor that nobody took.
    void requireAllTaken() const;

  private:
    const Safetensors& content_;
    std::set<std::string> taken_;
};

}  // namespace aslog::ptq
