// How near two answers are.
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "ptq/quantise/answers.h"
#include "tests/catch.h"

namespace {

using namespace aslog::ptq;

}  // namespace

TEST_CASE("Answers are compared by the class that comes first and by what they tell less") {
    // Of equal scores the first class.
    CHECK(winnerOf(std::vector<float>{1, 3, 3, 2}) == 1);
    AnswerComparison comparison;
    const std::vector<float> scores{0, std::log(3.0F)};  // probabilities 1/4 and 3/4
    comparison.add(scores, scores);
    CHECK(comparison.divergence == Approx(0).margin(1e-7));
    // The same probabilities with other scores, and the reverse of them.
    comparison.add(scores, std::vector<float>{5, 5 + std::log(3.0F)});
    comparison.add(scores, std::vector<float>{std::log(3.0F), 0});
    CHECK(comparison.images == 3);
    CHECK(comparison.sameWinner == 2);
    // 1/4 ln(1/3) + 3/4 ln 3, of one image in three.
    CHECK(comparison.divergence == Approx(std::log(3.0) / 2 / 3).epsilon(1e-5));
}

TEST_CASE("Answers that are no numbers are an error, not a distance") {
    AnswerComparison comparison;
    const std::vector<float> scores{0, 1};
    for (const float wrong : {NAN, INFINITY}) {
        const std::vector<float> broken{0, wrong};
        CHECK_THROWS_AS(comparison.add(scores, broken), std::invalid_argument);
        CHECK_THROWS_AS(comparison.add(broken, scores), std::invalid_argument);
    }
}

TEST_CASE("Scores of a map are the means of its planes") {
    // Two images of two planes of 1 x 2: means 2 and 1, then 0 and 3.
    const FloatImages maps(FloatTensor{{2, 2, 1, 2}, {1, 3, 0, 2, 0, 0, 3, 3}});
    const std::vector<std::vector<float>> same{{2, 1}, {0, 3}};
    const AnswerComparison none = compareAnswers(maps, 2, [&](std::size_t n) { return same[n]; });
    CHECK(none.images == 2);
    CHECK(none.sameWinner == 2);
    CHECK(none.divergence == Approx(0).margin(1e-6));
    const AnswerComparison swapped =
        compareAnswers(maps, 2, [&](std::size_t n) { return same[1 - n]; });
    CHECK(swapped.sameWinner == 0);
}
