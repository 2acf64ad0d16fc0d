#include "ptq/evaluate/evaluate.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "ptq/evaluate/networks.h"
#include "ptq/quantise/answers.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using Clock = std::chrono::steady_clock;

// One row for each image of a batch.
std::vector<std::vector<float>> rowsOf(const FloatTensor& answers, std::size_t count) {
    if (answers.shape.empty() || answers.shape.front() != static_cast<std::int64_t>(count) ||
        answers.data.empty()) {
        throw support::InputError(
            fmt::format("the network gives {} for {} images; one row for each is needed",
                        shapeText(answers.shape), count));
    }
    const std::size_t size = answers.data.size() / count;
    std::vector<std::vector<float>> rows(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto start = answers.data.begin() + static_cast<std::ptrdiff_t>(i * size);
        rows[i].assign(start, start + static_cast<std::ptrdiff_t>(size));
    }
    return rows;
}

}  // namespace

Evaluation evaluate(const Inference& network, const data::Dataset& set, std::size_t batch,
                    std::optional<double> threshold, const EvaluationProgress& progress,
                    const AnswerObserver& observe) {
    Evaluation result;
    TopCounter counter;
    std::vector<std::vector<float>> descriptors;
    try {
        for (std::size_t first = 0; first < set.size(); first += batch) {
            const std::size_t count = std::min(batch, set.size() - first);
            const FloatTensor images = batchOf(set, first, count);
            const auto start = Clock::now();
            std::vector<std::vector<float>> rows = rowsOf(network(images), count);
            result.seconds += std::chrono::duration<double>(Clock::now() - start).count();
            for (std::size_t i = 0; i < count; ++i) {
                if (observe) {
                    observe(first + i, rows[i]);
                }
                result.winners.push_back(winnerOf(rows[i]));
                if (!set.labels().empty()) {
                    const int label = set.labels()[first + i];
                    counter.add(rows[i], label);
                    result.right.push_back(result.winners.back() ==
                                           static_cast<std::size_t>(label));
                }
                if (!set.labels().empty() || set.pairs().empty()) {
                    const std::vector<float> answer = logSoftmax(rows[i]);
                    result.logProbabilities.insert(result.logProbabilities.end(), answer.begin(),
                                                   answer.end());
                }
                if (!set.pairs().empty()) {
                    descriptors.push_back(std::move(rows[i]));
                }
            }
            progress(first + count, set.size());
        }
        if (!set.labels().empty()) {
            result.classification = counter.result();
        }
        if (!set.pairs().empty()) {
            const std::vector<double> all = distances(descriptors, set.pairs());
            result.verification = verification(
                all, set.pairs(), threshold ? *threshold : bestThreshold(all, set.pairs()));
            if (set.labels().empty()) {
                result.right = rightAnswers(all, set.pairs(), result.verification->threshold);
            }
        }
        return result;
    } catch (const std::invalid_argument& error) {
        throw support::InputError(
            fmt::format("the network does not fit the data set {}: {}", set.name(), error.what()));
    }
}

Share agreement(const Evaluation& a, const Evaluation& b) {
    if (a.winners.size() != b.winners.size()) {
        throw std::invalid_argument("agreement of networks that saw different images");
    }
    std::size_t same = 0;
    for (std::size_t i = 0; i < a.winners.size(); ++i) {
        same += a.winners[i] == b.winners[i] ? 1 : 0;
    }
    return shareOf(same, a.winners.size());
}

double divergence(const Evaluation& reference, const Evaluation& other) {
    const std::vector<float>& p = reference.logProbabilities;
    const std::vector<float>& q = other.logProbabilities;
    if (p.empty() || p.size() != q.size() || reference.winners.size() != other.winners.size()) {
        throw std::invalid_argument("divergence of networks that saw different images or classes");
    }
    return divergence(std::span(p), std::span(q)) / static_cast<double>(reference.winners.size());
}

}  // namespace aslog::ptq
