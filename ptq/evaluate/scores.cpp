#include "ptq/evaluate/scores.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

namespace aslog::ptq {
namespace {

constexpr double kNormal95 = 1.959963984540054;  // quantile of the normal distribution, 97.5 %

void check(std::span<const double> distances, std::span<const data::Pair> pairs) {
    if (distances.size() != pairs.size()) {
        throw std::invalid_argument(
            fmt::format("{} distances for {} pairs", distances.size(), pairs.size()));
    }
    const auto same = std::count_if(pairs.begin(), pairs.end(),
                                    [](const data::Pair& pair) { return pair.isSame; });
    if (same == 0 || same == std::ssize(pairs)) {
        throw std::invalid_argument("pairs of both kinds are needed: same and not the same");
    }
}

std::size_t countRight(std::span<const double> distances, std::span<const data::Pair> pairs,
                       double threshold) {
    const std::vector<bool> right = rightAnswers(distances, pairs, threshold);
    return static_cast<std::size_t>(std::count(right.begin(), right.end(), true));
}

// The chance that a pair of the same is nearer than one that is not.
double areaUnderCurve(std::span<const double> distances, std::span<const data::Pair> pairs) {
    std::vector<double> same;
    std::vector<double> other;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        (pairs[i].isSame ? same : other).push_back(distances[i]);
    }
    std::sort(other.begin(), other.end());
    double wins = 0;
    for (const double distance : same) {
        const auto [first, last] = std::equal_range(other.begin(), other.end(), distance);
        wins += static_cast<double>(other.end() - last) + 0.5 * static_cast<double>(last - first);
    }
    return wins / (static_cast<double>(same.size()) * static_cast<double>(other.size()));
}

}  // namespace

Share shareOf(std::size_t right, std::size_t count) {
    if (count == 0 || right > count) {
        throw std::invalid_argument(fmt::format("{} of {} is no share", right, count));
    }
    const auto n = static_cast<double>(count);
    const double share = static_cast<double>(right) / n;
    const double square = kNormal95 * kNormal95;
    const double middle = (share + square / (2 * n)) / (1 + square / n);
    const double half =
        kNormal95 / (1 + square / n) * std::sqrt(share * (1 - share) / n + square / (4 * n * n));
    return {100 * share, 100 * std::max(0.0, middle - half), 100 * std::min(1.0, middle + half)};
}

void TopCounter::add(std::span<const float> scores, int label) {
    if (label < 0 || static_cast<std::size_t>(label) >= scores.size()) {
        throw std::invalid_argument(
            fmt::format("class {} of {} does not exist", label, scores.size()));
    }
    const auto own = static_cast<std::size_t>(label);
    std::size_t before = 0;  // classes that come first
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (std::isnan(scores[i])) {
            throw std::invalid_argument("a score is not a number");
        }
        before += scores[i] > scores[own] || (scores[i] == scores[own] && i < own) ? 1 : 0;
    }
    ++images_;
    first_ += before < 1 ? 1 : 0;
    amongFive_ += before < 5 ? 1 : 0;
}

Classification TopCounter::result() const {
    return {images_, shareOf(first_, images_), shareOf(amongFive_, images_)};
}

std::vector<double> distances(const std::vector<std::vector<float>>& descriptors,
                              std::span<const data::Pair> pairs) {
    std::vector<double> result;
    result.reserve(pairs.size());
    for (const data::Pair& pair : pairs) {
        const std::vector<float>& a = descriptors.at(pair.first);
        const std::vector<float>& b = descriptors.at(pair.second);
        if (a.size() != b.size()) {
            throw std::invalid_argument("descriptors of different sizes");
        }
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double difference = double{a[i]} - double{b[i]};
            sum += difference * difference;
        }
        result.push_back(std::sqrt(sum));
    }
    return result;
}

double bestThreshold(std::span<const double> distances, std::span<const data::Pair> pairs) {
    check(distances, pairs);
    std::vector<double> sorted(distances.begin(), distances.end());
    std::sort(sorted.begin(), sorted.end());
    double best = 0;
    std::size_t bestRight = countRight(distances, pairs, best);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const double next = i + 1 < sorted.size() ? sorted[i + 1] : sorted[i] + 1;
        const double threshold = 0.5 * (sorted[i] + next);
        const std::size_t right = countRight(distances, pairs, threshold);
        if (right > bestRight) {
            best = threshold;
            bestRight = right;
        }
    }
    return best;
}

std::vector<bool> rightAnswers(std::span<const double> distances, std::span<const data::Pair> pairs,
                               double threshold) {
    if (distances.size() != pairs.size()) {
        throw std::invalid_argument(
            fmt::format("{} distances for {} pairs", distances.size(), pairs.size()));
    }
    std::vector<bool> right(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        right[i] = (distances[i] < threshold) == pairs[i].isSame;
    }
    return right;
}

Verification verification(std::span<const double> distances, std::span<const data::Pair> pairs,
                          double threshold) {
    check(distances, pairs);
    return {pairs.size(), threshold, shareOf(countRight(distances, pairs, threshold), pairs.size()),
            areaUnderCurve(distances, pairs)};
}

double Discordance::probability() const {
    const std::size_t n = onlyFirst + onlySecond;
    // The logarithm of P(X = k), for 2^-n is 0 in double precision once n is above 1074.
    double logarithm = -static_cast<double>(n) * std::numbers::ln2;
    double tail = 0;
    for (std::size_t k = 0; k <= std::min(onlyFirst, onlySecond); ++k) {
        tail += std::exp(logarithm);
        logarithm += std::log(static_cast<double>(n - k) / static_cast<double>(k + 1));
    }
    return std::min(1.0, 2 * tail);
}

Discordance discordance(const std::vector<bool>& first, const std::vector<bool>& second) {
    if (first.empty() || first.size() != second.size()) {
        throw std::invalid_argument("discordance of networks that saw different images");
    }
    Discordance result;
    for (std::size_t i = 0; i < first.size(); ++i) {
        result.onlyFirst += first[i] && !second[i] ? 1 : 0;
        result.onlySecond += !first[i] && second[i] ? 1 : 0;
    }
    return result;
}

}  // namespace aslog::ptq
