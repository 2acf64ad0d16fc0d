// How near two answers are.
#include <cmath>
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
