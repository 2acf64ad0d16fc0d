#include "ptq/quantise/few_windows.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace aslog::ptq {

using Eigen::Index;

bool hasFewWindows(std::int64_t taps, std::size_t windows) {
    // A covariance of the most taps takes 170 MB, and several of its size are needed.
    constexpr std::int64_t kLeastTaps = 1024;
    constexpr std::int64_t kMostTaps = 4608;
    return taps > kMostTaps || (taps > kLeastTaps && 2 * windows < static_cast<std::size_t>(taps));
}

Eigen::VectorXd FewWindows::crossCovariance(Index channel) const {
    const Eigen::VectorXd target = targets.col(channel).cast<double>();
    return inputs * target / static_cast<double>(std::max<Index>(1, inputs.cols()));
}

FewWindows fewWindowsOf(WindowSource source) {
    source.largestWindows = std::min(source.largestWindows, kMostFewWindows);
    const Windows windows(source);
    const auto count = static_cast<Index>(windows.count());
    const auto taps = static_cast<Index>(source.geometry.taps());
    const Index outputs = source.geometry.outputChannels;
    std::vector<std::uint8_t> lines(static_cast<std::size_t>(taps * count));
    windows.readInputs(0, windows.count(), lines.data(), windows.count());
    FewWindows result;
    result.inputs.resize(taps, count);
    std::transform(lines.begin(), lines.end(), result.inputs.data(),
                   [&](std::uint8_t q) { return static_cast<double>(q) - source.zeroPoint; });
    result.inputMean = result.inputs.rowwise().mean();
    result.inputs.colwise() -= result.inputMean;
    result.targets.resize(count, outputs);
    TargetReader targets(windows, source.targets);
    Eigen::VectorXf row(outputs);
    for (Index i = 0; i < count; ++i) {
        targets.read(static_cast<std::size_t>(i), row.data());
        result.targets.row(i) = row;
    }
    result.targetMean = result.targets.cast<double>().colwise().mean();
    result.targets.rowwise() -= result.targetMean.cast<float>().transpose();
    return result;
}

}  // namespace aslog::ptq
