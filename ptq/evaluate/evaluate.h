// A network's answers on a data set.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/evaluate/scores.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

// A batch of images [N, C, H, W] in, one row of scores or a descriptor for each out: [N, ...].
using Inference = std::function<FloatTensor(const FloatTensor& images)>;

// Told after each batch how many of the images are done.
using EvaluationProgress = std::function<void(std::size_t done, std::size_t all)>;

// Told of each image, in order, what the network gives for it.
using AnswerObserver = std::function<void(std::size_t image, const std::vector<float>& answers)>;

// Of a data set with labels the classification, of one with pairs the verification; of one without
// both neither, but answers that can be compared with those of another network.
struct Evaluation {
    std::optional<Classification> classification;
    std::optional<Verification> verification;
    // Whether the network is right: one an image of a data set with labels (the label comes first),
    // or one a pair of a data set with pairs alone.
    std::vector<bool> right;
    std::vector<std::size_t> winners;  // of each image the class that comes first; labels or not
    // Logarithms of the softmax of the scores, [image][class], but of a data set with pairs alone.
    std::vector<float> logProbabilities;
    double seconds = 0;  // in the network
};

// The share of images for which two networks put the same class first. Throws std::invalid_argument
// unless both saw the same number of images, at least one.
Share agreement(const Evaluation& a, const Evaluation& b);

// The mean over the images of the divergence of Kullback and Leibler (1951), in nats: what the
// answers of `other` tell less of those of `reference`. Throws std::invalid_argument unless both
// are of the same images, at least one, and classes.
double divergence(const Evaluation& reference, const Evaluation& other);

// All images, in batches of `batch` (at least 1). `threshold`: for pairs; otherwise the one that is
// best for this network. Throws support::InputError if the network's answers do not fit the data
// set; what the network throws goes through.
Evaluation evaluate(const Inference& network, const data::Dataset& set, std::size_t batch,
                    std::optional<double> threshold, const EvaluationProgress& progress,
                    const AnswerObserver& observe = {});

}  // namespace aslog::ptq
