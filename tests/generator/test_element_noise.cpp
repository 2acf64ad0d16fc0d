// The noise of elements: formulas against draws from their own model.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include "generator/elab/element_noise.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "tests/catch.h"

namespace {

using aslog::columnsOfEqualNoise;
using aslog::cutNoise;
using aslog::roundingNoise;
using aslog::golden::Code;
using aslog::golden::Element;
using aslog::golden::makeBaseline;
using aslog::golden::SlogElement;
using Catch::Matchers::WithinRel;

constexpr std::size_t kTaps = 256;

/// Draws of one window with random signs and sizes; own, so that they are the same everywhere.
class Draws {
  public:
    double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53; }
    double normal() {
        return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
    }

  private:
    std::mt19937_64 random_{7};
};

/// Noise over signal in channels of weights of deviation `sigma`, in steps of the element's values.
double drawnNoise(const Element& element, double sigma) {
    Draws draws;
    double noise = 0;
    double signal = 0;
    const auto rows = static_cast<std::size_t>(element.rows());
    for (int channel = 0; channel < 40; ++channel) {
        std::vector<Code> codes;
        while (codes.size() < kTaps) {
            const double weight = draws.normal() * sigma;
            Code best = element.codes().front();
            for (const Code code : element.codes()) {
                const auto error = [&](Code c) {
                    return std::abs(static_cast<double>(element.value(c)) - weight);
                };
                best = error(code) < error(best) ? code : best;
            }
            codes.push_back(best);
        }
        constexpr int kWindows = 2000;
        double lossSum = 0;
        double lossPower = 0;
        double sum = 0;
        double power = 0;
        for (int window = 0; window < kWindows; ++window) {
            const double active = window % 2 == 0 ? 0.3 : 0.7;
            double exact = 0;
            double cut = 0;
            std::vector<std::uint32_t> q(rows);
            for (std::size_t tap = 0; tap < kTaps; tap += rows) {
                for (std::size_t row = 0; row < rows; ++row) {
                    q[row] = 0;
                    while (draws.uniform() < active && q[row] == 0) {
                        const double x = std::abs(draws.normal()) * 64;
                        q[row] = x < 255.5 ? static_cast<std::uint32_t>(std::lround(x)) : 0;
                    }
                    exact += static_cast<double>(element.value(codes[tap + row]) * q[row]);
                }
                cut += static_cast<double>(element.product(std::span(codes).subspan(tap, rows), q));
            }
            const double loss = exact - std::ldexp(cut, element.dropped());
            lossSum += loss;
            lossPower += loss * loss;
            sum += exact;
            power += exact * exact;
        }
        noise += lossPower / kWindows - std::pow(lossSum / kWindows, 2);
        signal += power / kWindows - std::pow(sum / kWindows, 2);
    }
    return noise / signal;
}

}  // namespace

TEST_CASE("The noise of dropped columns is that of draws from its model") {
    struct Case {
        std::shared_ptr<const Element> element;
        double sigma;  // of least square error, about
    };
    const std::vector<std::int64_t> levels = {0, 1, 2, 3, 4, 6, 8};
    const std::vector<Case> cases = {
        {std::make_shared<SlogElement>(aslog::golden::FormatSpec{4, 4, true, 8, levels, 3}), 3.2},
        {makeBaseline("int4_booth_d3", 8), 2.7},
        {makeBaseline("int4_pair_d2", 8), 2.7},
    };
    for (const Case& each : cases) {
        INFO(each.element->name());
        const double ratio = cutNoise(*each.element) / drawnNoise(*each.element, each.sigma);
        CHECK(ratio > 0.7);
        CHECK(ratio < 1.4);
    }
}

TEST_CASE("The noise of rounded weights is that of draws from its model") {
    const SlogElement element({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 0});
    double least = 1;
    for (double sigma = 2.4; sigma < 4.5; sigma += 0.2) {
        Draws draws;
        double noise = 0;
        double signal = 0;
        for (int i = 0; i < 200000; ++i) {
            const double weight = draws.normal() * sigma;
            double error = std::abs(weight);
            for (const Code code : element.codes()) {
                error =
                    std::min(error, std::abs(static_cast<double>(element.value(code)) - weight));
            }
            noise += error * error;
            signal += weight * weight;
        }
        least = std::min(least, noise / signal);
    }
    CHECK_THAT(roundingNoise(element), WithinRel(least, 0.02));
    // More levels, less noise; columns that are dropped are not rounding.
    const std::vector<std::int64_t> more = {0, 1, 2, 3, 4, 6, 8, 12, 16};
    CHECK(roundingNoise(SlogElement({5, 0, true, 8, more, 0})) < roundingNoise(element));
    CHECK(roundingNoise(SlogElement({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3})) ==
          roundingNoise(element));
}

TEST_CASE("Equal noise: how many columns each baseline drops") {
    CHECK(cutNoise(*makeBaseline("int4_pair", 8)) == 0);
    const double noise = cutNoise(SlogElement({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3}));
    CHECK(noise > 2e-4);  // 4.3e-4 in two layers of ResNet-20
    CHECK(noise < 6e-4);
    CHECK(columnsOfEqualNoise("int4_booth", 8, noise) == 3);
    CHECK(columnsOfEqualNoise("int4_recoded", 8, noise) == 3);
    CHECK(columnsOfEqualNoise("int4_dadda", 8, noise) == 1);
    CHECK(columnsOfEqualNoise("int4_pair", 8, noise) == 2);
    CHECK(columnsOfEqualNoise("int8_booth", 8, noise) == 5);
    CHECK(columnsOfEqualNoise("int8_pair", 8, noise) == 4);
    CHECK(columnsOfEqualNoise("int4_booth", 8, 0) == 0);
    CHECK(columnsOfEqualNoise("int8_dadda", 8, 100) == 6);  // no more than that
    // More columns than an activation has bits, and none that holds anything.
    CHECK(cutNoise(SlogElement({5, 0, true, 8, {}, 20})) > 1e-4);
    CHECK(cutNoise(SlogElement({4, 4, true, 8, {0, 2, 4, 6, 8, 12, 16}, 1})) == 0);
    CHECK_THROWS_AS(columnsOfEqualNoise("int4_wallace", 8, noise), std::invalid_argument);
}
