// Evaluation: every image once, in order, whatever the size of the batches.

#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "ptq/evaluate/evaluate.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using ptq::FloatTensor;
using support::InputError;
using tests::TemporaryFolder;

constexpr int kImages = 11;

// CIFAR records whose first pixel is the number of the image; the labels are number mod 10.
data::Dataset numbered(const TemporaryFolder& folder, data::Answers answers) {
    std::string bytes;
    for (int i = 0; i < kImages; ++i) {
        bytes += static_cast<char>(i % 10);
        bytes += static_cast<char>(i);
        bytes += std::string(3071, '\0');
    }
    support::writeFile(folder / "images.bin", bytes);
    support::writeJson(folder / "set.json",
                       {{"name", "numbered"}, {"kind", "cifar"}, {"images", "images.bin"}});
    return data::readDataset(folder / "set.json", folder.path(), answers);
}

// Knows the answer from the first pixel, except for the images 4 and 10.
FloatTensor answers(const FloatTensor& images) {
    const auto count = static_cast<std::size_t>(images.shape.front());
    FloatTensor scores = ptq::filled({images.shape.front(), 10}, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = static_cast<std::size_t>(images.data[i * 3072]);
        const bool isWrong = number == 4 || number == 10;
        scores.data[i * 10 + (number + (isWrong ? 1 : 0)) % 10] = 1;
    }
    return scores;
}

const auto kQuiet = [](std::size_t, std::size_t) {};

}  // namespace

TEST_CASE("The result does not depend on the batch") {
    const TemporaryFolder folder;
    const data::Dataset set = numbered(folder, data::Answers::Wanted);
    for (const std::size_t batch : {1U, 4U, 11U, 100U}) {
        std::size_t last = 0;
        const auto result = ptq::evaluate(answers, set, batch, std::nullopt,
                                          [&last](std::size_t done, std::size_t all) {
                                              CHECK(done > last);
                                              CHECK(all == kImages);
                                              last = done;
                                          });
        CHECK(last == kImages);
        REQUIRE(result.classification.has_value());
        CHECK(result.classification->images == kImages);
        CHECK(result.classification->top1.percent == ptq::shareOf(9, kImages).percent);
        CHECK_FALSE(result.verification.has_value());
        REQUIRE(result.right.size() == kImages);
        for (std::size_t i = 0; i < kImages; ++i) {
            CHECK(result.right[i] == (i != 4 && i != 10));
        }
    }
}

TEST_CASE("The divergence is that of the softmax of two networks' answers") {
    const TemporaryFolder folder;
    const data::Dataset set = numbered(folder, data::Answers::Wanted);
    const auto evaluated = [&set](float height, float constant) {
        const auto network = [=](const FloatTensor& images) {
            FloatTensor scores = answers(images);
            for (float& score : scores.data) {
                score = height * score + constant;
            }
            return scores;
        };
        return ptq::evaluate(network, set, 4, std::nullopt, kQuiet);
    };
    // One class with e^h, nine with 1.
    const auto probability = [](double h) { return std::exp(h) / (std::exp(h) + 9); };
    const double p = probability(2);
    const double q = probability(3);
    const double expected = p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
    const ptq::Evaluation reference = evaluated(2, 0);
    CHECK(ptq::divergence(reference, evaluated(3, 0)) == Approx(expected).epsilon(1e-5));
    CHECK(ptq::divergence(reference, evaluated(2, -40)) == Approx(0).margin(1e-5));
    CHECK(ptq::divergence(reference, evaluated(200, 0)) > 10);  // sure, and no infinity
    CHECK_THROWS_AS(ptq::divergence(reference, ptq::Evaluation{}), std::invalid_argument);
    CHECK_THROWS_AS(ptq::divergence({}, {}), std::invalid_argument);
}

TEST_CASE("Without labels there are answers to compare, and no scores") {
    const TemporaryFolder folder;
    const data::Dataset hidden = numbered(folder, data::Answers::Hidden);
    const data::Dataset labelled = numbered(folder, data::Answers::Wanted);
    const ptq::Evaluation found = ptq::evaluate(answers, hidden, 4, std::nullopt, kQuiet);
    const ptq::Evaluation wanted = ptq::evaluate(answers, labelled, 4, std::nullopt, kQuiet);
    CHECK_FALSE(found.classification);
    CHECK_FALSE(found.verification);
    CHECK(found.right.empty());
    CHECK(found.winners == wanted.winners);
    CHECK(found.logProbabilities == wanted.logProbabilities);
    CHECK(ptq::agreement(found, wanted).percent == 100);
}

TEST_CASE("With answers that do not fit there is no result") {
    const TemporaryFolder folder;
    const data::Dataset set = numbered(folder, data::Answers::Wanted);
    const auto tooFewClasses = [](const FloatTensor& images) {
        return ptq::filled({images.shape.front(), 3}, 0);
    };
    CHECK_THROWS_AS(ptq::evaluate(tooFewClasses, set, 4, std::nullopt, kQuiet), InputError);
    const auto oneRow = [](const FloatTensor&) { return ptq::filled({1, 10}, 0); };
    CHECK_THROWS_AS(ptq::evaluate(oneRow, set, 4, std::nullopt, kQuiet), InputError);
}
