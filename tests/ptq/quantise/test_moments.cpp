// Moments of the inputs and targets of a layer against plain sums.
#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "ptq/quantise/moments.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/window_cases.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;
using Eigen::Index;
using test::WindowCase;

/// Moments of these windows by sums of products.
Moments plainMoments(const WindowCase& of, int group, const std::vector<std::size_t>& windows) {
    const auto taps = static_cast<Index>(of.geometry.taps());
    const Index outputs = of.geometry.outputChannels;
    Moments sums{Eigen::MatrixXd::Zero(taps, taps), Eigen::MatrixXd::Zero(taps, outputs),
                 Eigen::VectorXd::Zero(taps), Eigen::VectorXd::Zero(outputs), windows.size()};
    for (const std::size_t window : windows) {
        const std::vector<double> x = test::tapsOf(of, group, window);
        for (Index i = 0; i < taps; ++i) {
            const double xi = x[static_cast<std::size_t>(i)];
            sums.inputMean[i] += xi;
            for (Index j = 0; j < taps; ++j) {
                sums.covariance(i, j) += xi * x[static_cast<std::size_t>(j)];
            }
            for (Index c = 0; c < outputs; ++c) {
                sums.crossCovariance(i, c) +=
                    xi * test::targetOf(of, of.targets, group, window, static_cast<int>(c));
            }
        }
        for (Index c = 0; c < outputs; ++c) {
            sums.targetMean[c] +=
                test::targetOf(of, of.targets, group, window, static_cast<int>(c));
        }
    }
    const auto n = static_cast<double>(windows.size());
    sums.inputMean /= n;
    sums.targetMean /= n;
    sums.covariance = sums.covariance / n - sums.inputMean * sums.inputMean.transpose();
    sums.crossCovariance = sums.crossCovariance / n - sums.inputMean * sums.targetMean.transpose();
    return sums;
}

/// Differences are compared with what was summed: about 255 a tap, about 1 a target.
void checkEqual(const Moments& found, const Moments& wanted) {
    REQUIRE(found.windows == wanted.windows);
    REQUIRE(found.covariance.rows() == wanted.covariance.rows());
    REQUIRE(found.crossCovariance.cols() == wanted.crossCovariance.cols());
    CHECK((found.covariance - wanted.covariance).cwiseAbs().maxCoeff() < 1e-12 * 255 * 255);
    CHECK((found.crossCovariance - wanted.crossCovariance).cwiseAbs().maxCoeff() < 1e-6 * 255);
    CHECK((found.inputMean - wanted.inputMean).cwiseAbs().maxCoeff() < 1e-6 * 255);
    CHECK((found.targetMean - wanted.targetMean).cwiseAbs().maxCoeff() < 1e-6);
    CHECK(wanted.covariance.diagonal().minCoeff() > 100);
}

std::vector<std::size_t> firstWindows(std::size_t count) {
    std::vector<std::size_t> windows(count);
    for (std::size_t i = 0; i < count; ++i) {
        windows[i] = i;
    }
    return windows;
}

}  // namespace

TEST_CASE("Moments are those of a plain sum: strides, padding, dilation, groups") {
    test::Random random(1);
    for (int round = 0; round < 12; ++round) {
        INFO("round " << round);
        golden::ConvGeometry geometry = test::randomGeometry(random);
        geometry.inputChannels = 2;
        geometry.outputChannels = 3;
        geometry.kernelHeight = std::min(geometry.kernelHeight, 3);
        const int groups = 1 + round % 3;
        const WindowCase made = test::makeWindowCase(random, geometry, groups, 30);
        for (int group = 0; group < groups; ++group) {
            checkEqual(momentsOf(made.source(group, 1 << 20)),
                       plainMoments(made, group, firstWindows(made.windows())));
        }
    }
}

TEST_CASE("Of many windows one is taken of each stretch of the same length") {
    test::Random random(2);
    golden::ConvGeometry geometry;
    geometry.kernelHeight = geometry.kernelWidth = 2;
    geometry.outputChannels = 1;
    WindowCase made = test::makeWindowCase(random, geometry, 1, 3);
    const std::size_t all = made.windows();
    const std::size_t largest = GENERATE(1, 10, 40, 83, 84, 100, 167, 168, 169);
    const std::size_t stretch = (all + largest - 1) / largest;
    // Which windows were taken: with 1 as the target of one window only, its part of the mean.
    std::vector<std::size_t> taken;
    const FloatImages targets = made.targets;
    for (std::size_t window = 0; window < all; ++window) {
        FloatTensor one = filled(targets.shape(), 0);
        one.data[window] = 1;
        made.targets = FloatImages(std::move(one));
        if (momentsOf(made.source(0, largest)).targetMean[0] > 0) {
            taken.push_back(window);
        }
    }
    made.targets = targets;
    INFO(largest << " of " << all);
    std::set<std::size_t> places;
    REQUIRE(taken.size() == all / stretch);
    CHECK(taken.size() <= largest);
    for (std::size_t i = 0; i < taken.size(); ++i) {
        CHECK(taken[i] / stretch == i);
        places.insert(taken[i] % stretch);
    }
    // Not always at the same place: it might be a column of the picture.
    CHECK((places.size() > 1 || stretch == 1 || taken.size() < 10));
    const Moments found = momentsOf(made.source(0, largest));
    const Moments wanted = plainMoments(made, 0, taken);
    CHECK((found.covariance - wanted.covariance).cwiseAbs().maxCoeff() < 1e-12 * 255 * 255);
    CHECK((found.crossCovariance - wanted.crossCovariance).cwiseAbs().maxCoeff() < 1e-6 * 255);
}
