// The float network, step by step, all images at once.
#pragma once

#include <optional>
#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/quantise/lowering.h"

namespace aslog::ptq {

class FloatRun {
  public:
    // Both must outlive the run. `images`: [N, C, H, W].
    FloatRun(const Graph& graph, const LoweredNetwork& network, FloatTensor images);

    // Computes a step; its inputs must be computed and still be there.
    void run(const LoweredStep& step);

    // Of all images; a constant of the graph as it is there, for one image.
    const FloatTensor& at(ValueId id) const {
        const FloatTensor* constant = constantOf(graph_, id);
        return constant != nullptr ? *constant : *values_[id];
    }
    void release(ValueId id) { values_[id].reset(); }

  private:
    const Graph& graph_;
    std::vector<std::optional<FloatTensor>> values_;
};

}  // namespace aslog::ptq
