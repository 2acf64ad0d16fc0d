#include "examples/fashion_cnn/fashion_mnist.h"

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::examples {
namespace {

constexpr std::uint8_t kClasses = 10;

Dataset readSet(const std::filesystem::path& folder, const char* stem) {
    const auto imagesPath = folder / fmt::format("{}-images-idx3-ubyte.gz", stem);
    const auto labelsPath = folder / fmt::format("{}-labels-idx1-ubyte.gz", stem);
    for (const auto& path : {imagesPath, labelsPath}) {
        if (std::filesystem::exists(path)) {
            continue;
        }
        throw support::FileError(fmt::format(
            "{}: does not exist; the data is in the Debian package dataset-fashion-mnist",
            path.string()));
    }
    Dataset set{readIdxImages(imagesPath), readIdxLabels(labelsPath)};
    if (set.images.count != set.labels.size()) {
        throw support::InputError(fmt::format("{}: {} images, but {} labels in {}",
                                              imagesPath.string(), set.images.count,
                                              set.labels.size(), labelsPath.string()));
    }
    for (const std::uint8_t label : set.labels) {
        if (label < kClasses) {
            continue;
        }
        throw support::InputError(
            fmt::format("{}: label {} found, 0 to 9 allowed", labelsPath.string(), label));
    }
    return set;
}

}  // namespace

Dataset readTrainingSet(const std::filesystem::path& folder) {
    return readSet(folder, "train");
}

Dataset readTestSet(const std::filesystem::path& folder) {
    return readSet(folder, "t10k");
}

bool hasFashionMnist(const std::filesystem::path& folder) {
    for (const char* stem : {"train", "t10k"}) {
        const bool found =
            std::filesystem::exists(folder / fmt::format("{}-images-idx3-ubyte.gz", stem)) &&
            std::filesystem::exists(folder / fmt::format("{}-labels-idx1-ubyte.gz", stem));
        if (!found) {
            return false;
        }
    }
    return true;
}

}  // namespace aslog::examples
