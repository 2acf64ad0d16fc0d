// Accuracies and their intervals against numbers worked out by hand.

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ptq/evaluate/scores.h"
#include "tests/catch.h"

namespace {

using namespace aslog::ptq;
using aslog::data::Pair;

bool isNear(double a, double b) {
    return std::abs(a - b) < 0.005;
}

}  // namespace

TEST_CASE("Wilson's interval has the values of the literature") {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    const Share most = shareOf(81, 263);
    CHECK(isNear(most.percent, 30.80));
    CHECK(isNear(most.low, 25.53));
    CHECK(isNear(most.high, 36.62));
    CHECK(isNear(shareOf(0, 20).high, 16.11));
    CHECK(shareOf(0, 20).low == 0);
    CHECK(isNear(shareOf(1, 29).low, 0.61));
    CHECK(isNear(shareOf(29, 29).low, 88.30));
    CHECK(shareOf(29, 29).high <= 100);
    CHECK_THROWS_AS(shareOf(0, 0), std::invalid_argument);
    CHECK_THROWS_AS(shareOf(2, 1), std::invalid_argument);
}

TEST_CASE("Of equal scores the first class comes first") {
    TopCounter counter;
    const std::vector<float> scores = {3, 9, 1, 9, 5, 4, 2};
    counter.add(scores, 1);  // shares the first place, and comes first
    counter.add(scores, 3);  // shares it too
    counter.add(scores, 0);  // fifth
    counter.add(scores, 6);  // sixth
    const std::vector<float> clear = {0, 1, 0};
    counter.add(clear, 1);
    const Classification result = counter.result();
    CHECK(result.images == 5);
    CHECK(isNear(result.top1.percent, 40));
    CHECK(isNear(result.top5.percent, 80));
    CHECK_THROWS_AS(counter.add(scores, 7), std::invalid_argument);
    const std::vector<float> broken = {0, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_AS(counter.add(broken, 0), std::invalid_argument);
    CHECK_THROWS_AS(TopCounter().result(), std::invalid_argument);
}

TEST_CASE("Pairs are told apart by distance") {
    const std::vector<std::vector<float>> descriptors = {{0, 0}, {3, 4}, {0, 1}, {6, 8}};
    const std::vector<Pair> pairs = {{0, 2, true}, {1, 3, true}, {0, 1, false}, {0, 3, false}};
    const std::vector<double> found = distances(descriptors, pairs);
    CHECK(found == std::vector<double>{1, 5, 5, 10});
    const double threshold = bestThreshold(found, pairs);
    CHECK(threshold == 3);  // 3 of 4 right; so would 7.5 be, but it lies higher
    const Verification result = verification(found, pairs, threshold);
    CHECK(isNear(result.accuracy.percent, 75));
    CHECK(result.auc == 0.875);  // of four comparisons three won and one tied
    CHECK_THROWS_AS(verification(found, std::vector<Pair>(4), 1), std::invalid_argument);
    CHECK_THROWS_AS(bestThreshold(std::vector<double>{1}, pairs), std::invalid_argument);
}

TEST_CASE("McNemar's test is the binomial one of the images that one network alone has right") {
    using Counts = std::vector<bool>;
    const Discordance found = discordance(Counts{true, true, false, true, false, true},
                                          Counts{true, false, true, false, false, false});
    CHECK(found.onlyFirst == 3);
    CHECK(found.onlySecond == 1);
    // 2 (C(4,0) + C(4,1)) / 2^4
    CHECK(found.probability() == Approx(0.625));
    // 2 (C(10,0) + C(10,1)) / 2^10 = 22 / 1024, whichever is better
    CHECK(Discordance{9, 1}.probability() == Approx(22.0 / 1024));
    CHECK(Discordance{1, 9}.probability() == Approx(22.0 / 1024));
    CHECK(Discordance{0, 6}.probability() == Approx(2.0 / 64));
    // 2 P(X <= 121) of 339 tries, summed up in exact integers.
    CHECK(Discordance{121, 218}.probability() == Approx(1.5327530283527739e-07).epsilon(1e-9));
    // As even as can be: twice the half with the middle in it is more than 1.
    CHECK(Discordance{5, 5}.probability() == 1);
    CHECK(Discordance{0, 0}.probability() == 1);
    CHECK(Discordance{1, 0}.probability() == 1);
    // No underflow: 2^-3000 is no double. 2 P(X <= 1450).
    CHECK(Discordance{1450, 1550}.probability() == Approx(0.07066904481175774).epsilon(1e-9));
    CHECK_THROWS_AS(discordance({}, {}), std::invalid_argument);
    CHECK_THROWS_AS(discordance({true}, {true, false}), std::invalid_argument);
}

TEST_CASE("A pair is right if it is nearer than the threshold and the same, or neither") {
    const std::vector<Pair> pairs = {{0, 1, true}, {0, 2, true}, {0, 3, false}, {0, 4, false}};
    const std::vector<double> found = {1, 3, 3, 2};
    CHECK(rightAnswers(found, pairs, 3) == std::vector<bool>{true, false, true, false});
    CHECK_THROWS_AS(rightAnswers(found, std::vector<Pair>(2), 3), std::invalid_argument);
}
