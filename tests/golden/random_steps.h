// Random legal steps of networks, and whole networks of them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "golden/network/network.h"
#include "tests/golden/layers.h"

namespace aslog::test {

/// A step with what it reads and writes.
struct StepCase {
    golden::Step step;
    std::vector<golden::TensorInfo> inputs;
    golden::TensorInfo output;
};

/// Makes steps for given inputs; sizes, zero points, ratios and clamps are drawn, corners often.
class StepMaker {
  public:
    StepMaker(Random& random, const golden::Numerics& numerics)
        : random_(random), numerics_(numerics) {}

    golden::TensorInfo tensor(int channels, int height, int width);
    golden::TensorInfo tensor();  // of a size of its own

    StepCase conv(const golden::TensorInfo& input, int groups);
    /// A residual is drawn unless it is given; given ones must have the size of the output.
    void addResidual(StepCase& conv, const std::optional<golden::TensorInfo>& residual = {});
    StepCase add(const golden::TensorInfo& a, const golden::TensorInfo& b);
    /// `b` has the size of `a`, or 1 along some dimensions.
    StepCase multiply(const golden::TensorInfo& a, const golden::TensorInfo& b);
    StepCase maxPool(const golden::TensorInfo& input);
    StepCase averagePool(const golden::TensorInfo& input);
    StepCase concat(const std::vector<golden::TensorInfo>& inputs);
    StepCase pad(const golden::TensorInfo& input);
    StepCase slice(const golden::TensorInfo& input);
    StepCase widen(const golden::TensorInfo& input);
    StepCase transpose(const golden::TensorInfo& input);
    StepCase constant();
    StepCase reshape(const golden::TensorInfo& input);
    StepCase clamp(const golden::TensorInfo& input);
    StepCase table(const golden::TensorInfo& input);

    golden::Ratio ratio();
    golden::ClampRange clampRange();

  private:
    int number(int low, int high) { return static_cast<int>(draw(random_, low, high)); }
    int zeroPoint();
    int top() const;
    golden::PoolWindow window(const golden::TensorInfo& input, golden::TensorInfo& output);
    golden::ConvLayer layer(const golden::ConvGeometry& geometry, int inputZeroPoint,
                            const golden::TensorInfo& output, const golden::ClampRange& clamp);

    Random& random_;
    const golden::Numerics& numerics_;
};

/// A network of `steps` steps with branches that meet again; input and output are its first and
/// last tensor.
golden::NetworkSpec randomNetwork(Random& random, const golden::Numerics& numerics,
                                  std::size_t steps);

}  // namespace aslog::test
