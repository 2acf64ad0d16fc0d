#include "ptq/quantise/moments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <cblas.h>

#include "support/parallel.h"

namespace aslog::ptq {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kParts = 4;  // sums that are made apart, whatever the number of cores

// What is subtracted from all windows before they are summed: those of the first one. So sums in
// single precision are of small numbers, and what never changes is exactly 0.
struct Origin {
    Eigen::RowVectorXf inputs;
    Eigen::RowVectorXf targets;
};

Origin originOf(const Windows& windows, Index taps, Index outputs) {
    Origin origin{Eigen::RowVectorXf::Zero(taps), Eigen::RowVectorXf::Zero(outputs)};
    if (windows.count() > 0) {
        windows.readInputs(0, origin.inputs.data());
        windows.readTargets(0, windows.source().targets, origin.targets.data());
    }
    return origin;
}

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

// Adds windows [first, end).
void addWindows(const Windows& windows, const Origin& origin, std::size_t first, std::size_t end,
                Sums& sums) {
    const Index taps = sums.inputs.size();
    const Index outputs = sums.targets.size();
    RowMajor inputs(kWindowBlock, taps);
    RowMajor targets(kWindowBlock, outputs);
    Eigen::MatrixXf products(taps, taps);
    Eigen::MatrixXf cross(taps, outputs);
    for (std::size_t start = first; start < end; start += std::size_t{kWindowBlock}) {
        const auto rows = static_cast<Index>(std::min(std::size_t{kWindowBlock}, end - start));
        for (Index i = 0; i < rows; ++i) {
            const std::size_t number = start + static_cast<std::size_t>(i);
            windows.readInputs(number, inputs.row(i).data());
            windows.readTargets(number, windows.source().targets, targets.row(i).data());
            inputs.row(i) -= origin.inputs;
            targets.row(i) -= origin.targets;
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

Moments momentsOf(const WindowSource& source) {
    const Windows windows(source);
    const auto taps = static_cast<Index>(source.geometry.taps());
    const auto outputs = static_cast<Index>(source.geometry.outputChannels);
    const Origin origin = originOf(windows, taps, outputs);
    std::vector<Sums> parts(kParts, Sums(taps, outputs));
    openblas_set_num_threads(1);
    support::inParallel(kParts, [&](std::size_t part) {
        const auto border = [&](std::size_t i) { return windows.count() * i / kParts; };
        addWindows(windows, origin, border(part), border(part + 1), parts[part]);
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
    moments.inputMean += origin.inputs.transpose().cast<double>();
    moments.targetMean += origin.targets.transpose().cast<double>();
    return moments;
}

}  // namespace aslog::ptq
