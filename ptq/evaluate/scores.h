// How good answers are: the share of images whose class is right, of pairs that are told apart.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ptq/data/dataset.h"

namespace aslog::ptq {

// A share of `count` tries, with the 95 % interval of Wilson (1927): what other sets of as many
// images would give. All in percent, 0 to 100.
struct Share {
    double percent = 0;
    double low = 0;
    double high = 0;
};

// `right` <= `count`, `count` > 0; otherwise throws std::invalid_argument.
Share shareOf(std::size_t right, std::size_t count);

struct Classification {
    std::size_t images = 0;
    Share top1;
    Share top5;
};

// The answers of a classifier, counted as they come.
class TopCounter {
  public:
    // `scores`: one a class; of equal ones the first class comes first, as in ONNX's ArgMax. Throws
    // std::invalid_argument if the class does not exist or a score is no number.
    void add(std::span<const float> scores, int label);

    // Throws std::invalid_argument if nothing was added.
    Classification result() const;

  private:
    std::size_t images_ = 0;
    std::size_t first_ = 0;
    std::size_t amongFive_ = 0;
};

struct Verification {
    std::size_t pairs = 0;
    double threshold = 0;  // pairs nearer than this are taken for the same
    Share accuracy;
    double auc = 0;  // area under the ROC curve, 0 to 1; ties count one half
};

// Euclidean distance of each pair of descriptors. All of one size; otherwise throws
// std::invalid_argument.
std::vector<double> distances(const std::vector<std::vector<float>>& descriptors,
                              std::span<const data::Pair> pairs);

// The threshold with the most right answers; of several, the middle of the lowest gap.
double bestThreshold(std::span<const double> distances, std::span<const data::Pair> pairs);

// One a pair: whether the two are told apart rightly, at a threshold as that of Verification.
// Throws std::invalid_argument unless there are as many distances as pairs.
std::vector<bool> rightAnswers(std::span<const double> distances, std::span<const data::Pair> pairs,
                               double threshold);

// Throws std::invalid_argument unless there are as many distances as pairs, and pairs of both
// kinds.
Verification verification(std::span<const double> distances, std::span<const data::Pair> pairs,
                          double threshold);

// Where two networks differ in what they get right, on the same images (or pairs).
struct Discordance {
    std::size_t onlyFirst = 0;   // the first network is right, the second wrong
    std::size_t onlySecond = 0;  // the other way round

    // The exact test of McNemar (1947): if both networks were equally good, each such image would
    // be the first's or the second's with the chance 1/2. The two-sided probability of a split at
    // least as uneven as this one, min(1, 2 * P(X <= the smaller)) with X binomial; 0 to 1, 1 if
    // there is no such image.
    double probability() const;
};

// `first`, `second`: for each image whether the network is right. Throws std::invalid_argument
// unless both have the same number, at least one.
Discordance discordance(const std::vector<bool>& first, const std::vector<bool>& second);

}  // namespace aslog::ptq
