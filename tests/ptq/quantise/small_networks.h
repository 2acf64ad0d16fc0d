// Small networks with random weights, as ONNX models, for the tests of the quantisation.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ptq/graph/graph.h"
#include "tests/ptq/onnx/model_builder.h"

namespace aslog::test {

struct ConvShape {
    std::int64_t inputs = 1;   // channels
    std::int64_t outputs = 1;  // channels
    std::int64_t kernel = 3;   // padded so that a stride of 1 keeps the size
    std::int64_t stride = 1;
    std::int64_t groups = 1;
};

/// Every node is named as the value that it computes.
class SmallNetwork {
  public:
    explicit SmallNetwork(std::uint32_t seed = 1) : random_(seed) {}

    /// Weights are normal, so that sums of them keep the size of their inputs.
    SmallNetwork& conv(const std::string& input, const std::string& result, const ConvShape& shape);
    SmallNetwork& gemm(const std::string& input, const std::string& result, std::int64_t inputs,
                       std::int64_t outputs);
    SmallNetwork& batchNorm(const std::string& input, const std::string& result,
                            std::int64_t channels);
    SmallNetwork& pad(const std::string& input, const std::string& result,
                      const std::vector<std::int64_t>& pads);
    SmallNetwork& slice(const std::string& input, const std::string& result,
                        const std::vector<std::int64_t>& starts,
                        const std::vector<std::int64_t>& ends,
                        const std::vector<std::int64_t>& axes,
                        const std::vector<std::int64_t>& steps);
    SmallNetwork& constant(const std::string& name, const ptq::Shape& shape);
    SmallNetwork& number(const std::string& name, float value);

    /// Any other node.
    onnx::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs,
                          const std::string& result) {
        return model_.node(type, inputs, result);
    }
    ModelBuilder& model() { return model_; }
    std::mt19937& random() { return random_; }

    /// Of "x" [N, C, H, W] and `output`, folded.
    ptq::Graph graph(const ptq::Shape& input, const std::string& output);

  private:
    ptq::FloatTensor normal(const ptq::Shape& shape, double deviation);

    std::mt19937 random_;
    ModelBuilder model_;
};

/// Smooth random images, as photographs are, between about -2 and 2.
ptq::FloatTensor smoothImages(std::uint32_t seed, const ptq::Shape& shape);

/// A graph with most steps: convolutions with and without residual, depthwise, poolings, Concat, a
/// shortcut by Slice and Pad, ReLU6, fully connected. Input "x" [N, 3, 12, 12].
ptq::Graph assortedNetwork(std::uint32_t seed);

}  // namespace aslog::test
