// The correction sums of a layer, a block of output pixels at a time. Internal to golden/.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "golden/layer/conv.h"

namespace aslog::golden {

class BlockedSums {
  public:
    virtual ~BlockedSums() = default;

    /// t_c of each output, [output channel][y][x]. The input must fit the layer.
    [[nodiscard]] virtual std::vector<std::int64_t> run(const Tensor& input) const = 0;
};

/// Packs the weights of a legal layer; layer and numerics must outlive the result.
[[nodiscard]] std::unique_ptr<BlockedSums> makeBlockedSums(const ConvLayer& layer,
                                                           const Numerics& numerics);

}  // namespace aslog::golden
