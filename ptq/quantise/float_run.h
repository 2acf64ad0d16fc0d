// The float network, step by step, all images at once.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/quantise/float_images.h"
#include "ptq/quantise/lowering.h"

namespace aslog::ptq {

// Large values are not kept but computed anew, block by block, from what is kept before them, as
// long as that takes few convolutions: memory for a little time.
class FloatRun {
  public:
    // All must outlive the run. `images`: [N, C, H, W]. `largestKept`: numbers of a value that is
    // always kept.
    FloatRun(const Graph& graph, const LoweredNetwork& network, const FloatTensor& images,
             std::int64_t largestKept = std::int64_t{1} << 25);

    // Makes the values of a step readable; those of its inputs must be.
    void run(const LoweredStep& step);

    // Of all images; a constant of the graph, which is there for one image, as [1, numbers].
    const FloatImages& at(ValueId id) const { return *values_[id].images; }

    // Nobody will ask for it any more. What is computed from it still can be.
    void release(ValueId id) { values_[id] = {}; }

  private:
    struct Value {
        std::shared_ptr<const FloatImages> images;
        int convolutions = 0;  // that reading it takes; 0 if it is kept
    };
    Value compute(const Node& node) const;

    const Graph& graph_;
    std::int64_t images_;
    std::int64_t largestKept_;
    std::vector<Value> values_;
};

}  // namespace aslog::ptq
