#include "ptq/quantise/moments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "ptq/linear/gram.h"
#include "ptq/linear/product.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Sums that are made apart, whatever the number of cores: fewer if they take much memory.
std::size_t partsFor(Index taps) {
    constexpr std::size_t kNumbers = std::size_t{1} << 25;
    const auto size = static_cast<std::size_t>(taps * taps);
    return std::clamp<std::size_t>(kNumbers / size, 1, 4);
}

// What is subtracted from inputs and targets before their products are summed in float: those of
// the first window. So sums are of small numbers, and what never changes is exactly 0.
struct Origin {
    std::vector<std::uint8_t> inputs;
    Eigen::RowVectorXf targets;
};

Origin originOf(const Windows& windows, Index taps, Index outputs) {
    Origin origin{std::vector<std::uint8_t>(static_cast<std::size_t>(taps)),
                  Eigen::RowVectorXf::Zero(outputs)};
    if (windows.count() > 0) {
        windows.readInputs(0, 1, origin.inputs.data(), 1);
        TargetReader(windows, windows.source().targets).read(0, origin.targets.data());
    }
    return origin;
}

// Sums over windows, not yet centred. Those of activations alone are whole numbers, and exact.
struct Sums {
    Eigen::MatrixXd products;  // taps x taps, lower triangle, of activations
    Eigen::VectorXd inputs;    // activations
    Eigen::MatrixXd cross;     // taps x outputs, from the origin
    Eigen::VectorXd targets;   // from the origin

    Sums(Index taps, Index outputs)
        : products(Eigen::MatrixXd::Zero(taps, taps)),
          inputs(Eigen::VectorXd::Zero(taps)),
          cross(Eigen::MatrixXd::Zero(taps, outputs)),
          targets(Eigen::VectorXd::Zero(outputs)) {}

    void add(const Sums& more) {
        products += more.products;
        inputs += more.inputs;
        cross += more.cross;
        targets += more.targets;
    }
};

// Adds windows, block by block.
class Summation {
  public:
    Summation(const Windows& windows, const Origin& origin, Sums& sums)
        : windows_(windows),
          origin_(origin),
          sums_(sums),
          targetReader_(windows, windows.source().targets),
          inputs_(sums.inputs.size(), static_cast<Index>(kWindowBlock)),
          targets_(static_cast<Index>(kWindowBlock), sums.targets.size()),
          cross_(sums.inputs.size(), sums.targets.size()) {}

    // [first, end)
    void add(std::size_t first, std::size_t end) {
        for (std::size_t start = first; start < end; start += kWindowBlock) {
            addBlock(start, std::min(kWindowBlock, end - start));
        }
    }

  private:
    void addBlock(std::size_t start, std::size_t count) {
        ByteLines lines(static_cast<std::size_t>(inputs_.rows()), count);
        windows_.readInputs(start, count, lines.line(0), lines.step());
        lines.addGram(1, sums_.products, sums_.inputs);
        for (Index tap = 0; tap < inputs_.rows(); ++tap) {
            const std::uint8_t* line = lines.line(static_cast<std::size_t>(tap));
            const int origin = origin_.inputs[static_cast<std::size_t>(tap)];
            std::transform(line, line + count, inputs_.row(tap).data(),
                           [origin](std::uint8_t q) { return static_cast<float>(q - origin); });
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto row = static_cast<Index>(i);
            targetReader_.read(start + i, targets_.row(row).data());
            targets_.row(row) -= origin_.targets;
            sums_.targets += targets_.row(row).cast<double>().transpose();
        }
        cross_.setZero();
        addProduct<float>({cross_.rows(), cross_.cols(), static_cast<Index>(count)},
                          {inputs_.data(), inputs_.cols(), 1},
                          {targets_.data(), targets_.cols(), 1}, 1, cross_.data(), cross_.cols());
        sums_.cross += cross_.cast<double>();
    }

    const Windows& windows_;
    const Origin& origin_;
    Sums& sums_;
    TargetReader targetReader_;
    RowMajor inputs_;   // taps x windows
    RowMajor targets_;  // windows x outputs
    RowMajor cross_;
};

// (n sum of products - product of sums) / n², exact up to the division.
void centre(const Sums& sums, double n, Eigen::MatrixXd& covariance) {
    covariance = sums.products.selfadjointView<Eigen::Lower>();
    for (Index j = 0; j < covariance.cols(); ++j) {
        covariance.col(j) = (n * covariance.col(j) - sums.inputs[j] * sums.inputs) / (n * n);
    }
}

}  // namespace

Moments momentsOf(const WindowSource& source) {
    const Windows windows(source);
    const auto taps = static_cast<Index>(source.geometry.taps());
    const auto outputs = static_cast<Index>(source.geometry.outputChannels);
    const Origin origin = originOf(windows, taps, outputs);
    std::vector<Sums> parts(partsFor(taps), Sums(taps, outputs));
    support::inParallel(parts.size(), [&](std::size_t part) {
        const auto border = [&](std::size_t i) { return windows.count() * i / parts.size(); };
        Summation(windows, origin, parts[part]).add(border(part), border(part + 1));
    });
    Sums sums = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        sums.add(parts[i]);
    }
    const double n = static_cast<double>(windows.count());
    Moments moments;
    moments.windows = windows.count();
    centre(sums, n, moments.covariance);
    moments.inputMean = sums.inputs / n;
    moments.targetMean = sums.targets / n;
    Eigen::VectorXd fromOrigin = moments.inputMean;
    for (Index tap = 0; tap < taps; ++tap) {
        fromOrigin[tap] -= origin.inputs[static_cast<std::size_t>(tap)];
    }
    moments.crossCovariance = sums.cross / n - fromOrigin * moments.targetMean.transpose();
    moments.inputMean.array() -= source.zeroPoint;
    moments.targetMean += origin.targets.transpose().cast<double>();
    return moments;
}

}  // namespace aslog::ptq
