// Moments in which windows count by what a clamp lets through, against plain sums.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include "ptq/quantise/clamp_moments.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"
#include "tests/ptq/quantise/window_cases.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// E[(clamp(y + e) - clamp(y))²] / noise² by a sum over e.
double plainPassing(double y, double noise, const ClampInterval& clamp) {
    const int steps = 40000;
    const double width = 16.0 / steps;  // in deviations, from -8 to 8
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < steps; ++i) {
        const double e = -8 + (i + 0.5) * width;
        const double weight = std::exp(-0.5 * e * e);
        const double change =
            std::clamp(y + noise * e, clamp.low, clamp.high) - std::clamp(y, clamp.low, clamp.high);
        sum += weight * change * change;
        weights += weight;
    }
    return sum / weights / (noise * noise);
}

/// Of the definition: windows with the weight of their sums, in 16ths, and 32 a tap of all windows.
ChannelMoments plainMoments(const test::WindowCase& from, const FloatImages& sums, int group,
                            int channel, double noise, const ClampInterval& clamp,
                            const Moments& all) {
    const auto taps = static_cast<Index>(from.geometry.taps());
    MatrixXd products = MatrixXd::Zero(taps, taps);
    VectorXd cross = VectorXd::Zero(taps);
    VectorXd inputs = VectorXd::Zero(taps);
    double target = 0;
    double count = 0;
    for (std::size_t window = 0; window < from.windows(); ++window) {
        const double weight =
            std::round(16 *
                       passing(test::targetOf(from, sums, group, window, channel), noise, clamp)) /
            16;
        const std::vector<double> x = test::tapsOf(from, group, window);
        const VectorXd row = Eigen::Map<const VectorXd>(x.data(), taps);
        const double y = test::targetOf(from, from.targets, group, window, channel);
        products += weight * row * row.transpose();
        cross += weight * y * row;
        inputs += weight * row;
        target += weight * y;
        count += weight;
    }
    const double shared = 32.0 * static_cast<double>(taps);
    const double mean = all.targetMean[channel];
    products += shared * (all.covariance + all.inputMean * all.inputMean.transpose());
    cross += shared * (all.crossCovariance.col(channel) + all.inputMean * mean);
    inputs += shared * all.inputMean;
    target += shared * mean;
    count += shared;
    ChannelMoments result{products / count, cross / count, inputs / count, target / count, count};
    result.covariance -= result.inputMean * result.inputMean.transpose();
    result.crossCovariance -= result.inputMean * result.targetMean;
    return result;
}

}  // namespace

TEST_CASE("What passes a clamp is the power of the error that comes through") {
    for (const double y : {-5.0, -1.5, -0.3, 0.0, 0.2, 1.0, 4.0, 9.7, 10.0, 11.0}) {
        for (const double noise : {0.2, 0.9}) {
            INFO(y << ", noise " << noise);
            for (const ClampInterval clamp : {ClampInterval{0, kInfinity}, ClampInterval{0, 10}}) {
                CHECK(passing(y, noise, clamp) ==
                      Approx(plainPassing(y, noise, clamp)).margin(1e-5));
            }
        }
    }
    CHECK(passing(0, 1, {0, kInfinity}) == Approx(0.5));
    CHECK(passing(-1e300, 1e-300, {0, kInfinity}) == Approx(0).margin(1e-12));
    CHECK(passing(1e300, 1e-300, {0, kInfinity}) == Approx(1));
}

TEST_CASE("Moments behind a clamp are those of a plain sum: strides, padding, dilation, groups") {
    test::Random random(1);
    for (int round = 0; round < 8; ++round) {
        INFO("round " << round);
        golden::ConvGeometry geometry = test::randomGeometry(random);
        geometry.inputChannels = 2;
        geometry.outputChannels = 3;
        geometry.kernelHeight = std::min(geometry.kernelHeight, 3);
        const int groups = 1 + round % 2;
        const test::WindowCase made = test::makeWindowCase(random, geometry, groups, 40);
        std::mt19937 numbers(9);
        const FloatImages sums(test::randomTensor(numbers, made.targets.shape()));
        const ClampInterval clamp{0, round % 2 == 0 ? kInfinity : 0.7};
        for (int group = 0; group < groups; ++group) {
            const WindowSource source = made.source(group, 1 << 20);
            const Moments all = momentsOf(source);
            const ClampMoments moments(source, sums, clamp, all);
            for (int channel = 0; channel < 3; ++channel) {
                const ChannelMoments found = moments.of(channel, 0.1);
                const ChannelMoments wanted =
                    plainMoments(made, sums, group, channel, 0.1, clamp, all);
                CHECK(found.windows == Approx(wanted.windows).epsilon(1e-12));
                CHECK((found.covariance - wanted.covariance).cwiseAbs().maxCoeff() <
                      1e-9 * 255 * 255);
                CHECK((found.crossCovariance - wanted.crossCovariance).cwiseAbs().maxCoeff() <
                      1e-5 * 255);
                CHECK((found.inputMean - wanted.inputMean).cwiseAbs().maxCoeff() < 1e-12 * 255);
                CHECK(std::abs(found.targetMean - wanted.targetMean) < 1e-5);
                // The clamp matters: with all windows alike the mean would be another.
                CHECK((found.inputMean - all.inputMean).cwiseAbs().maxCoeff() > 1e-3 * 255);
            }
        }
    }
}

TEST_CASE("Where nothing is outside the clamp all windows count") {
    test::Random random(3);
    golden::ConvGeometry geometry;
    geometry.kernelHeight = geometry.kernelWidth = 2;
    const test::WindowCase made = test::makeWindowCase(random, geometry, 1, 10);
    const FloatImages sums(filled(made.targets.shape(), 5));
    const WindowSource source = made.source(0, 1 << 20);
    const Moments all = momentsOf(source);
    const ChannelMoments found = ClampMoments(source, sums, {0, 10}, all).of(0, 0.01);
    CHECK(found.windows == Approx(static_cast<double>(made.windows()) + 32 * 4));
    CHECK((found.covariance - all.covariance).cwiseAbs().maxCoeff() < 1e-9 * 255 * 255);
    CHECK(std::abs(found.targetMean - all.targetMean[0]) < 1e-6);
}
