// Moments of the inputs and targets of a layer against plain sums.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <set>
#include <vector>

#include "ptq/quantise/moments.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"
#include "tests/ptq/model_builder.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;
using Eigen::Index;

struct Case {
    golden::ConvGeometry geometry;
    int groups = 1;
    int zeroPoint = 0;
    std::vector<golden::Tensor> images;
    Tensor targets;

    std::size_t pixels() const {
        return static_cast<std::size_t>(targets.shape[2] * targets.shape[3]);
    }
    std::size_t windows() const { return images.size() * pixels(); }

    MomentsInput input(int group, std::size_t largest) const {
        return {geometry, group * geometry.inputChannels,  zeroPoint, images,
                targets,  group * geometry.outputChannels, largest};
    }
};

Case makeCase(test::Random& random, const golden::ConvGeometry& geometry, int groups, int count) {
    Case result{geometry, groups, static_cast<int>(test::draw(random, 0, 255)), {}, {}};
    const int channels = groups * geometry.inputChannels;
    for (int n = 0; n < count; ++n) {
        golden::Tensor image{channels, 9, 8, {}};
        for (std::size_t i = 0; i < image.size(); ++i) {
            image.data.push_back(static_cast<std::uint8_t>(random()));
        }
        result.images.push_back(std::move(image));
    }
    std::mt19937 numbers(7);
    result.targets =
        test::randomTensor(numbers, {count, groups * geometry.outputChannels,
                                     geometry.outputHeight(9), geometry.outputWidth(8)});
    return result;
}

/// What one window puts in: its taps in the order of the weights, 0 for the padding.
std::vector<double> tapsOf(const Case& test, int group, std::size_t window) {
    const golden::ConvGeometry& g = test.geometry;
    const golden::Tensor& image = test.images[window / test.pixels()];
    const auto pixel = static_cast<int>(window % test.pixels());
    const int width = static_cast<int>(test.targets.shape[3]);
    std::vector<double> taps;
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            for (int kx = 0; kx < g.kernelWidth; ++kx) {
                const int y = pixel / width * g.strideY - g.padTop + ky * g.dilationY;
                const int x = pixel % width * g.strideX - g.padLeft + kx * g.dilationX;
                const bool isInside = y >= 0 && y < image.height && x >= 0 && x < image.width;
                const int channel = group * g.inputChannels + c;
                taps.push_back(isInside ? image.at(channel, y, x) - test.zeroPoint : 0);
            }
        }
    }
    return taps;
}

double targetOf(const Case& test, int group, std::size_t window, int channel) {
    const std::size_t channels = static_cast<std::size_t>(test.targets.shape[1]);
    const auto c = static_cast<std::size_t>(group * test.geometry.outputChannels + channel);
    const std::size_t image = window / test.pixels();
    return test.targets.data[(image * channels + c) * test.pixels() + window % test.pixels()];
}

/// Moments of these windows by sums of products.
Moments plainMoments(const Case& test, int group, const std::vector<std::size_t>& windows) {
    const auto taps = static_cast<Index>(test.geometry.taps());
    const Index outputs = test.geometry.outputChannels;
    Moments sums{Eigen::MatrixXd::Zero(taps, taps), Eigen::MatrixXd::Zero(taps, outputs),
                 Eigen::VectorXd::Zero(taps), Eigen::VectorXd::Zero(outputs), windows.size()};
    for (const std::size_t window : windows) {
        const std::vector<double> x = tapsOf(test, group, window);
        for (Index i = 0; i < taps; ++i) {
            const double xi = x[static_cast<std::size_t>(i)];
            sums.inputMean[i] += xi;
            for (Index j = 0; j < taps; ++j) {
                sums.covariance(i, j) += xi * x[static_cast<std::size_t>(j)];
            }
            for (Index c = 0; c < outputs; ++c) {
                sums.crossCovariance(i, c) +=
                    xi * targetOf(test, group, window, static_cast<int>(c));
            }
        }
        for (Index c = 0; c < outputs; ++c) {
            sums.targetMean[c] += targetOf(test, group, window, static_cast<int>(c));
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
    CHECK((found.covariance - wanted.covariance).cwiseAbs().maxCoeff() < 1e-6 * 255 * 255);
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
        const Case test = makeCase(random, geometry, groups, 30);
        for (int group = 0; group < groups; ++group) {
            checkEqual(momentsOf(test.input(group, 1 << 20)),
                       plainMoments(test, group, firstWindows(test.windows())));
        }
    }
}

TEST_CASE("Of many windows one is taken of each stretch of the same length") {
    test::Random random(2);
    golden::ConvGeometry geometry;
    geometry.kernelHeight = geometry.kernelWidth = 2;
    geometry.outputChannels = 1;
    Case test = makeCase(random, geometry, 1, 3);
    const std::size_t all = test.windows();
    const std::size_t largest = GENERATE(1, 10, 40, 83, 84, 100, 167, 168, 169);
    const std::size_t stretch = (all + largest - 1) / largest;
    // Which windows were taken: with 1 as the target of one window only, its part of the mean.
    std::vector<std::size_t> taken;
    Tensor targets = test.targets;
    for (std::size_t window = 0; window < all; ++window) {
        test.targets = filled(targets.shape, 0);
        test.targets.data[window] = 1;
        if (momentsOf(test.input(0, largest)).targetMean[0] > 0) {
            taken.push_back(window);
        }
    }
    test.targets = std::move(targets);
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
    const Moments found = momentsOf(test.input(0, largest));
    const Moments wanted = plainMoments(test, 0, taken);
    CHECK((found.covariance - wanted.covariance).cwiseAbs().maxCoeff() < 1e-6 * 255 * 255);
    CHECK((found.crossCovariance - wanted.crossCovariance).cwiseAbs().maxCoeff() < 1e-6 * 255);
}
