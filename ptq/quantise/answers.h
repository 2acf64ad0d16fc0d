// How near the answers of two networks are, where an answer is one score for each class.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "ptq/quantise/float_images.h"

namespace aslog::ptq {

// The class that comes first; of equal scores the first one, as in ONNX's ArgMax. `scores`: not
// empty.
std::size_t winnerOf(std::span<const float> scores);

// Logarithms of the softmax of the scores. Throws std::invalid_argument if one is not finite.
std::vector<float> logSoftmax(std::span<const float> scores);

// The divergence of Kullback and Leibler (1951), in nats: what the probabilities q tell less than
// p. `logP`, `logQ`: logarithms, one a class; of one size.
double divergence(std::span<const float> logP, std::span<const float> logQ);

// Of a quantised network and the float one, on the same images.
struct AnswerComparison {
    std::size_t images = 0;
    std::size_t sameWinner = 0;  // images for which both put the same class first
    double divergence = 0;       // mean over the images

    // `reference`, `other`: scores of one image, of the same classes.
    void add(std::span<const float> reference, std::span<const float> other);
};

// `reference`: [N, ...], the mean of each `plane` numbers being a score, as when the host divides
// the sums over planes. `answer`: scores of the other network for image n < N.
AnswerComparison compareAnswers(const FloatImages& reference, std::size_t plane,
                                const std::function<std::vector<float>(std::size_t n)>& answer);

}  // namespace aslog::ptq
