#include "ptq/quantise/moments.h"

#include <algorithm>
#include <cstdint>

#include <cblas.h>

#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::int64_t kParts = 4;    // sums that are made apart, whatever the number of cores
constexpr std::size_t kBlock = 1024;  // windows that are summed in single precision

// Sums over windows, not yet centred.
struct Sums {
    Eigen::MatrixXd products;  // taps x taps, lower triangle
    Eigen::MatrixXd cross;     // taps x outputs
    Eigen::VectorXd inputs;
    Eigen::VectorXd targets;

    Sums(Index taps, Index outputs)
        : products(Eigen::MatrixXd::Zero(taps, taps)),
          cross(Eigen::MatrixXd::Zero(taps, outputs)),
          inputs(Eigen::VectorXd::Zero(taps)),
          targets(Eigen::VectorXd::Zero(outputs)) {}

    void add(const Sums& more) {
        products += more.products;
        cross += more.cross;
        inputs += more.inputs;
        targets += more.targets;
    }
};

// Windows by their number: every `stride`-th of all, at an arbitrary but fixed place in its row.
class Windows {
  public:
    explicit Windows(const MomentsInput& input)
        : input_(input),
          width_(input.geometry.outputWidth(input.images.front().width)),
          height_(input.geometry.outputHeight(input.images.front().height)) {
        const std::size_t all = input.images.size() * pixels();
        stride_ = std::max<std::size_t>(
            1, (all + input.largestWindows - 1) / std::max<std::size_t>(1, input.largestWindows));
        count_ = all / stride_;
    }

    std::size_t count() const { return count_; }

    // Writes the inputs of a window and its targets.
    void read(std::size_t number, float* inputs, float* targets) const {
        const std::size_t place = number * stride_ + scattered(number) % stride_;
        const std::size_t image = place / pixels();
        const std::size_t pixel = place % pixels();
        const int y = static_cast<int>(pixel) / width_;
        const int x = static_cast<int>(pixel) % width_;
        readInputs(input_.images[image], y, x, inputs);
        const std::size_t channels = static_cast<std::size_t>(input_.targets.shape[1]);
        const float* from =
            input_.targets.data.data() +
            (image * channels + static_cast<std::size_t>(input_.firstTarget)) * pixels() + pixel;
        for (int c = 0; c < input_.geometry.outputChannels; ++c) {
            targets[c] = from[static_cast<std::size_t>(c) * pixels()];
        }
    }

  private:
    std::size_t pixels() const {
        return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    }

    // Any bits that depend on the number alone (a step of splitmix64).
    static std::size_t scattered(std::uint64_t number) {
        number += 0x9e3779b97f4a7c15;
        number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
        return static_cast<std::size_t>(number ^ (number >> 27));
    }

    void readInputs(const golden::Tensor& image, int y, int x, float* to) const {
        const golden::ConvGeometry& g = input_.geometry;
        for (int c = 0; c < g.inputChannels; ++c) {
            for (int ky = 0; ky < g.kernelHeight; ++ky) {
                const int row = y * g.strideY + ky * g.dilationY - g.padTop;
                for (int kx = 0; kx < g.kernelWidth; ++kx) {
                    const int column = x * g.strideX + kx * g.dilationX - g.padLeft;
                    const bool isInside =
                        row >= 0 && row < image.height && column >= 0 && column < image.width;
                    *to++ =
                        isInside
                            ? static_cast<float>(image.at(input_.firstChannel + c, row, column) -
                                                 input_.zeroPoint)
                            : 0.0F;
                }
            }
        }
    }

    const MomentsInput& input_;
    int width_;
    int height_;
    std::size_t stride_ = 1;
    std::size_t count_ = 0;
};

// Adds windows [first, end).
void addWindows(const Windows& windows, std::size_t first, std::size_t end, Sums& sums) {
    const Index taps = sums.inputs.size();
    const Index outputs = sums.targets.size();
    RowMajor inputs(static_cast<Index>(kBlock), taps);
    RowMajor targets(static_cast<Index>(kBlock), outputs);
    Eigen::MatrixXf products(taps, taps);
    Eigen::MatrixXf cross(taps, outputs);
    for (std::size_t start = first; start < end; start += kBlock) {
        const auto rows = static_cast<Index>(std::min(kBlock, end - start));
        for (Index i = 0; i < rows; ++i) {
            windows.read(start + static_cast<std::size_t>(i), inputs.row(i).data(),
                         targets.row(i).data());
        }
        // A row-major matrix of windows is, by columns, one of taps.
        cblas_ssyrk(CblasColMajor, CblasLower, CblasNoTrans, static_cast<blasint>(taps),
                    static_cast<blasint>(rows), 1.0F, inputs.data(), static_cast<blasint>(taps),
                    0.0F, products.data(), static_cast<blasint>(taps));
        cblas_sgemm(CblasColMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(taps),
                    static_cast<blasint>(outputs), static_cast<blasint>(rows), 1.0F, inputs.data(),
                    static_cast<blasint>(taps), targets.data(), static_cast<blasint>(outputs), 0.0F,
                    cross.data(), static_cast<blasint>(taps));
        sums.products.triangularView<Eigen::Lower>() += products.cast<double>();
        sums.cross += cross.cast<double>();
        sums.inputs += inputs.topRows(rows).cast<double>().colwise().sum().transpose();
        sums.targets += targets.topRows(rows).cast<double>().colwise().sum().transpose();
    }
}

}  // namespace

Moments momentsOf(const MomentsInput& input) {
    const Windows windows(input);
    const auto taps = static_cast<Index>(input.geometry.taps());
    const auto outputs = static_cast<Index>(input.geometry.outputChannels);
    std::vector<Sums> parts(static_cast<std::size_t>(kParts), Sums(taps, outputs));
    openblas_set_num_threads(1);
    forEachImage(kParts, [&](std::int64_t part) {
        const auto border = [&](std::int64_t i) {
            return windows.count() * static_cast<std::size_t>(i) / static_cast<std::size_t>(kParts);
        };
        addWindows(windows, border(part), border(part + 1), parts[static_cast<std::size_t>(part)]);
    });
    Sums sums = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        sums.add(parts[i]);
    }
    const double n = static_cast<double>(windows.count());
    Moments moments;
    moments.windows = windows.count();
    moments.inputMean = sums.inputs / n;
    moments.targetMean = sums.targets / n;
    moments.covariance = sums.products.selfadjointView<Eigen::Lower>();
    moments.covariance = moments.covariance / n - moments.inputMean * moments.inputMean.transpose();
    moments.crossCovariance = sums.cross / n - moments.inputMean * moments.targetMean.transpose();
    return moments;
}

}  // namespace aslog::ptq
