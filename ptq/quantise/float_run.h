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

    const FloatTensor& at(ValueId id) const { return *values_[id]; }
    void release(ValueId id) { values_[id].reset(); }

  private:
    const Graph& graph_;
    std::vector<std::optional<FloatTensor>> values_;
};

}  // namespace aslog::ptq
