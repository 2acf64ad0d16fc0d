#include "ptq/quantise/answers.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace aslog::ptq {

std::size_t winnerOf(std::span<const float> scores) {
    return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

std::vector<float> logSoftmax(std::span<const float> scores) {
    if (!std::ranges::all_of(scores, [](float score) { return std::isfinite(score); })) {
        throw std::invalid_argument("an answer is not a finite number");
    }
    const double largest = *std::ranges::max_element(scores);
    double sum = 0;
    for (const float score : scores) {
        sum += std::exp(score - largest);
    }
    std::vector<float> result;
    result.reserve(scores.size());
    for (const float score : scores) {
        result.push_back(static_cast<float>(score - largest - std::log(sum)));
    }
    return result;
}

double divergence(std::span<const float> logP, std::span<const float> logQ) {
    double sum = 0;
    for (std::size_t i = 0; i < logP.size(); ++i) {
        sum += std::exp(double{logP[i]}) * (double{logP[i]} - logQ[i]);
    }
    return sum;
}

void AnswerComparison::add(std::span<const float> reference, std::span<const float> other) {
    sameWinner += winnerOf(reference) == winnerOf(other) ? 1 : 0;
    divergence += (ptq::divergence(logSoftmax(reference), logSoftmax(other)) - divergence) /
                  static_cast<double>(++images);
}

AnswerComparison compareAnswers(const FloatImages& reference, std::size_t plane,
                                const std::function<std::vector<float>(std::size_t n)>& answer) {
    AnswerComparison result;
    ImageReader reader(reference);
    for (std::size_t n = 0; n < reference.images(); ++n) {
        std::vector<float> scores(reference.size() / plane);
        const float* numbers = reader.at(n);
        for (std::size_t i = 0; i < reference.size(); ++i) {
            scores[i / plane] += numbers[i] / static_cast<float>(plane);
        }
        result.add(scores, answer(n));
    }
    return result;
}

}  // namespace aslog::ptq
