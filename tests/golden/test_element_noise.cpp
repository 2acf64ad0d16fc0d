// The noise of elements: formulas against draws from their own model.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "golden/noise/cut_error.h"
#include "golden/noise/element_noise.h"
#include "golden/noise/layer_model.h"
#include "tests/catch.h"

namespace {

using namespace aslog::golden;
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
    const int zero = modelZeroPoint(element);
    const double deviation = (256.0 - zero) / 4;
    const auto drawActivation = [&](double active) {
        if (draws.uniform() > active) {
            return zero;
        }
        for (;;) {
            const auto q =
                zero + static_cast<int>(std::lround(std::abs(draws.normal()) * deviation));
            if (q > zero && q < 256) {
                return q;
            }
        }
    };
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
                    q[row] = static_cast<std::uint32_t>(drawActivation(active));
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
        {std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8, levels, 3}), 3.2},
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
    CHECK(noise > 1e-4);
    CHECK(noise < 3e-4);
    CHECK(columnsOfEqualNoise("int4_booth", 8, noise) == 2);
    CHECK(columnsOfEqualNoise("int4_recoded", 8, noise) == 3);
    CHECK(columnsOfEqualNoise("int4_dadda", 8, noise) == 2);
    CHECK(columnsOfEqualNoise("int4_pair", 8, noise) == 2);
    CHECK(columnsOfEqualNoise("int8_booth", 8, noise) == 6);
    CHECK(columnsOfEqualNoise("int8_pair", 8, noise) == 5);
    // Two columns are quieter than one, for there the zero point is no longer 0.
    CHECK(columnsOfEqualNoise("int8_offset", 8, noise) == 6);
    CHECK(columnsOfEqualNoise("int4_booth", 8, 0) == 0);
    CHECK(columnsOfEqualNoise("int8_dadda", 8, 100) == 6);  // no more than that
    // More columns than an activation has bits, and none that holds anything.
    CHECK(cutNoise(SlogElement({5, 0, true, 8, {}, 20})) > 1e-4);
    CHECK(cutNoise(SlogElement({4, 4, true, 8, {0, 2, 4, 6, 8, 12, 16}, 1})) == 0);
    CHECK_THROWS_AS(columnsOfEqualNoise("int4_wallace", 8, noise), std::invalid_argument);
}

namespace {

/// The mean over the likely weights of f(losses of a weight by the low bits of q), over E[w^2].
template <typename Function>
double overWeights(const Element& element, const Function& function) {
    double sum = 0;
    double power = 0;
    for (const LikelyWeight& weight : likelyWeights(element)) {
        std::vector<double> losses;
        for (std::uint32_t q = 0; q < 256; ++q) {
            const Code code = element.encodeValue(weight.value);
            losses.push_back(static_cast<double>(element.loss({&code, 1}, {&q, 1})));
        }
        sum += weight.probability * function(losses);
        power += weight.probability * square(static_cast<double>(weight.value));
    }
    return sum / power;
}

double meanOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("Dropped columns as errors of the activations: over all q, one by one") {
    const SlogElement slog({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3});
    const CutError cut = cutErrorOf(slog);
    CHECK_THAT(cut.scatter, WithinRel(overWeights(slog,
                                                  [](const std::vector<double>& losses) {
                                                      double sum = 0;
                                                      for (const double loss : losses) {
                                                          sum +=
                                                              square(loss - meanOf(losses)) / 256;
                                                      }
                                                      return sum;
                                                  }),
                                      1e-9));
    CHECK_THAT(cut.scatter, WithinRel(0.43, 0.01));  // docs/quantisation.md names it
    REQUIRE(cut.ofDigits.size() == 8);
    for (std::size_t q = 0; q < 8; ++q) {
        INFO(q);
        // A weight and its negative lose in two directions, so nothing moves together.
        CHECK_THAT(cut.ofDigits[q],
                   WithinRel(overWeights(slog,
                                         [&](const std::vector<double>& losses) {
                                             return square(losses[q] - meanOf(losses));
                                         }),
                             1e-6));
    }
    // Words that all lose in one direction are far off together where q is 0.
    const CutError pair = cutErrorOf(*makeBaseline("int4_pair_d2", 8));
    CHECK(pair.ofDigits[0] > 10 * pair.ofDigits[1]);
    const CutError none = cutErrorOf(*makeBaseline("int4_pair", 8));
    CHECK(none.scatter == 0);
    CHECK(none.ofDigits == std::vector<double>{0});
}

TEST_CASE("The zero point lies where a cleared input loses as much as others do") {
    const SlogElement slog({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3});
    const CutError cut = cutErrorOf(slog);
    CHECK(bestZeroPoint(cut, 0.5, 255) == 2);
    CHECK(bestZeroPoint(cut, 0, 255) == 0);   // nothing is cleared
    CHECK(bestZeroPoint(cut, 1, 255) == 0);   // nothing else is there
    CHECK(bestZeroPoint(cut, 0.5, 3) == 0);   // no room for it
    CHECK(bestZeroPoint({}, 0.5, 255) == 0);  // whole products
    CHECK_THAT(activationError({}, 0.5, 0), WithinRel(1.0 / 12, 1e-12));
    // Exactly the least of all, by its definition.
    const auto error = [&](int z) { return activationError(cut, 0.3, z) / square(1 - z / 255.0); };
    for (int z = 0; z < 8; ++z) {
        CHECK(error(bestZeroPoint(cut, 0.3, 255)) <= error(z));
    }
}
