// From a folded graph to the steps of an integer network: what becomes a convolution of the array,
// what is done by its PCF, what lies between. Structure only; no number is quantised here.
#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "golden/layer/conv.h"
#include "golden/network/network.h"
#include "ptq/graph/graph.h"

namespace aslog::ptq {

// A convolution, a matrix times a vector, or a scale of each channel: y = w * x + bias.
struct LoweredConv {
    golden::ConvGeometry geometry;  // of one group
    int groups = 1;
    std::vector<float> weights;  // [group][output channel][input channel][ky][kx]
    std::vector<float> bias;     // one an output channel
};

struct LoweredAdd {};

// The second input may have a size of 1 where the first has more.
struct LoweredProduct {};

// A constant of the graph as a tensor of the network; the step has no input.
struct LoweredConstant {
    std::vector<float> data;
};

struct LoweredAveragePool {
    golden::PoolWindow window;
    bool countsPadding = false;
    double factor = 1;  // of the mean: the number of taps, for a sum
};

// Of each element; one for all channels, or one for each.
struct LoweredFunction {
    std::vector<Function> functions;
};

struct LoweredConcat {};
struct LoweredClamp {};

using LoweredOperation =
    std::variant<LoweredConv, LoweredAdd, LoweredProduct, golden::MaxPoolStep, LoweredAveragePool,
                 LoweredConcat, golden::PadStep, golden::SliceStep, golden::WidenStep,
                 golden::TransposeStep, golden::ReshapeStep, LoweredClamp, LoweredFunction,
                 LoweredConstant>;

// Results are clamped to this range; +-infinity where there is no limit.
struct FloatRange {
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();

    bool isOpen() const;
};

struct LoweredStep {
    std::string name;  // of the node that names the layer
    LoweredOperation operation;
    std::vector<ValueId> inputs;  // of a convolution the second is a residual
    ValueId output = 0;           // behind the clamp
    ValueId sum = 0;              // before the clamp, the residual included
    FloatRange clamp;
    std::vector<std::size_t> nodes;  // of the graph, in order: they compute the step in float
};

struct LoweredNetwork {
    std::vector<LoweredStep> steps;
    std::vector<golden::TensorInfo> sizes;  // by ValueId; zero points 0; without a size: unused
    ValueId input = 0;
    std::vector<ValueId> outputs;  // one before a final mean, which is left to the host
    bool sumsPlanes = false;       // the host divides the sums over the planes of the one output
};

// `graph`: folded, and without a head (cutHead()). Throws support::InputError that names every node
// which has no integer form, and why; or if the network has not one input of images [N, C, H, W]
// and one output or more.
LoweredNetwork lower(const Graph& graph);

// The same, but what has no integer form is left out, and added to `refusals`, one a fault. There
// may be steps then whose inputs no step computes.
LoweredNetwork lowerPartly(const Graph& graph, std::vector<std::string>& refusals);

}  // namespace aslog::ptq
