#include "ptq/evaluate/networks.h"

#include <cstddef>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/parallel.h"

namespace aslog::ptq {
namespace {

void requireOneOutput(std::size_t count) {
    if (count != 1) {
        throw support::InputError(fmt::format(
            "the network has {} outputs; scores are of one, which has a number for each class; of "
            "more, --layers compares the noise",
            count));
    }
}

}  // namespace

Inference asInference(const Graph& graph) {
    requireOneOutput(graph.outputs.size());
    return [&graph](const FloatTensor& images) { return run(graph, {images}).front(); };
}

Inference asInference(const QuantisedNetwork& network) {
    requireOneOutput(network.network.spec().outputs.size());
    return [&network](const FloatTensor& images) {
        const auto count = static_cast<std::size_t>(images.shape.front());
        const std::size_t size = images.data.size() / count;
        std::vector<std::vector<float>> rows(count);
        support::inParallel(count, [&](std::size_t i) {
            rows[i] = network.run(std::span(images.data).subspan(i * size, size));
        });
        FloatTensor result;
        result.shape = {images.shape.front(), std::ssize(rows.front())};
        for (const std::vector<float>& row : rows) {
            result.data.insert(result.data.end(), row.begin(), row.end());
        }
        return result;
    };
}

FloatTensor batchOf(const data::Dataset& set, std::size_t first, std::size_t count) {
    const data::ImageShape& shape = set.shape();
    FloatTensor batch;
    batch.shape = {static_cast<std::int64_t>(count), static_cast<std::int64_t>(shape.channels),
                   static_cast<std::int64_t>(shape.height), static_cast<std::int64_t>(shape.width)};
    batch.data.reserve(count * shape.size());
    for (std::size_t i = 0; i < count; ++i) {
        const std::vector<float> image = set.image(first + i);
        batch.data.insert(batch.data.end(), image.begin(), image.end());
    }
    return batch;
}

FloatTensor withMirrored(const FloatTensor& images) {
    FloatTensor result = images;
    result.shape.front() *= 2;
    result.data.reserve(2 * images.data.size());
    for (auto row = images.data.begin(); row != images.data.end(); row += images.shape.back()) {
        result.data.insert(result.data.end(), std::make_reverse_iterator(row + images.shape.back()),
                           std::make_reverse_iterator(row));
    }
    return result;
}

}  // namespace aslog::ptq
