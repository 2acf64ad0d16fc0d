// Inputs and targets of few windows against the moments of the same windows.
#include <cstddef>

#include "ptq/quantise/few_windows.h"
#include "ptq/quantise/moments.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/window_cases.h"

namespace {

using namespace aslog;

}  // namespace

TEST_CASE("Few windows have the moments of all of them") {
    test::Random random(1);
    golden::ConvGeometry geometry;
    geometry.inputChannels = 2;
    geometry.outputChannels = 3;
    geometry.kernelHeight = geometry.kernelWidth = 3;
    geometry.padTop = 1;
    const test::WindowCase made = test::makeWindowCase(random, geometry, 2, 4);
    REQUIRE(made.windows() <= ptq::kMostFewWindows);
    for (int group = 0; group < 2; ++group) {
        const ptq::WindowSource source = made.source(group, 1 << 20);
        const ptq::Moments wanted = ptq::momentsOf(source);
        const ptq::FewWindows few = ptq::fewWindowsOf(source);
        const auto n = static_cast<double>(made.windows());
        REQUIRE(few.inputs.cols() == static_cast<Eigen::Index>(made.windows()));
        CHECK((few.inputMean - wanted.inputMean).cwiseAbs().maxCoeff() < 1e-9);
        CHECK((few.targetMean - wanted.targetMean).cwiseAbs().maxCoeff() < 1e-6);
        CHECK((few.inputs * few.inputs.transpose() / n - wanted.covariance).cwiseAbs().maxCoeff() <
              1e-9 * 255 * 255);
        for (Eigen::Index c = 0; c < 3; ++c) {
            CHECK((few.crossCovariance(c) - wanted.crossCovariance.col(c)).cwiseAbs().maxCoeff() <
                  1e-6 * 255);
        }
    }
}

TEST_CASE("No more windows are kept than there is memory for") {
    test::Random random(2);
    const test::WindowCase made = test::makeWindowCase(random, {}, 1, 30);
    REQUIRE(made.windows() > ptq::kMostFewWindows);
    CHECK(static_cast<std::size_t>(ptq::fewWindowsOf(made.source(0, 1 << 20)).inputs.cols()) <=
          ptq::kMostFewWindows);
    CHECK(ptq::fewWindowsOf(made.source(0, 10)).inputs.cols() <= 10);
}

TEST_CASE("Windows are kept where there are many taps, and few of them or very many taps") {
    CHECK_FALSE(ptq::hasFewWindows(576, 100));
    CHECK_FALSE(ptq::hasFewWindows(1024, 10));
    CHECK(ptq::hasFewWindows(2048, 1000));
    CHECK_FALSE(ptq::hasFewWindows(2048, 1024));
    CHECK_FALSE(ptq::hasFewWindows(4608, 1 << 17));
    CHECK(ptq::hasFewWindows(4609, 1 << 17));
}
