// Trains the CNN of this folder on Fashion-MNIST. Deterministic: the same seed, OpenBLAS and kind
// of CPU give the same weights, bit by bit. The test images are looked at once, after training.
// With --export it trains nothing, but writes the ONNX file of a trained network.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <numbers>
#include <numeric>

#include <cblas.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/onnx_file.h"
#include "examples/fashion_cnn/train_network.h"
#include "support/parallel.h"

namespace aslog::examples {
namespace {

constexpr std::size_t kThreads = 2;  // fixed: the order of the sums depends on it
constexpr std::size_t kBatch = 128;
constexpr std::size_t kChunk = 16;  // images; the patches of one chunk fit a second level cache
constexpr float kLabelSmoothing = 0.05F;
constexpr double kPeakRate = 4e-3;
constexpr double kWeightDecay = 0.02;
constexpr double kWarmup = 0.05;      // part of all steps
constexpr std::size_t kMaxShift = 2;  // pixels

struct Options {
    std::string data = kFashionMnistFolder;
    std::string out = ".";
    std::string exported;  // a trained network, fashion_cnn.json; empty: train one
    std::uint64_t seed = 1;
    std::size_t epochs = 36;
};

// SplitMix64 (Steele, Lea, Flood, 2014). The distributions of <random> differ between libraries.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

    // 0 … bound-1; the bias of the remainder is below bound / 2^64.
    std::size_t below(std::size_t bound) { return next() % bound; }

    // Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

  private:
    std::uint64_t state_;
};

// Mean 73 and spread 90 are those of the training pixels, as integers.
FashionCnn initialNetwork(Random& random) {
    const InputShape input{1, 28, 28, 73, 90};
    std::vector<ConvShape> layers{
        {"conv1", 3, 1, 1, 1, 16, true},    {"conv2", 3, 2, 1, 16, 32, true},
        {"conv3", 3, 1, 1, 32, 32, true},   {"conv4", 3, 2, 1, 32, 36, true},
        {"conv5", 1, 1, 0, 36, 27, true},   {"conv6", 3, 2, 0, 27, 29, true},
        {"scores", 3, 1, 0, 29, 10, false},
    };
    std::vector<float> parameters;
    for (const ConvShape& layer : layers) {
        const double spread = std::sqrt(2.0 / static_cast<double>(layer.taps()));  // He
        for (std::size_t i = 0; i < layer.weightCount(); ++i) {
            parameters.push_back(static_cast<float>(spread * random.normal()));
        }
        parameters.resize(parameters.size() + layer.outChannels, 0.0F);
    }
    return {input, std::move(layers), std::move(parameters)};
}

// A random mirror image, shifted by up to kMaxShift pixels; what moves in is background.
void augment(const IdxImages& images, std::size_t index, const InputShape& input, Random& random,
             float* out) {
    const auto image = images.image(index);
    const bool mirror = random.below(2) == 1;
    const std::size_t shiftY = random.below(2 * kMaxShift + 1);
    const std::size_t shiftX = random.below(2 * kMaxShift + 1);
    for (std::size_t y = 0; y < images.height; ++y) {
        for (std::size_t x = 0; x < images.width; ++x) {
            const std::size_t fromY = y + shiftY - kMaxShift;  // wraps to a huge value if negative
            const std::size_t fromX = (mirror ? images.width - 1 - x : x) + shiftX - kMaxShift;
            const bool inside = fromY < images.height && fromX < images.width;
            const int pixel = inside ? image[fromY * images.width + fromX] : 0;
            *out++ = static_cast<float>(pixel - input.offset) / static_cast<float>(input.divisor);
        }
    }
}

// AdamW (Loshchilov, Hutter, 2019) with bias-corrected moments.
class AdamW {
  public:
    explicit AdamW(std::size_t count) : mean_(count), square_(count) {}

    void step(std::span<float> parameters, std::span<const float> gradient, double rate) {
        ++steps_;
        const double correct1 = 1.0 - std::pow(kBeta1, steps_);
        const double correct2 = 1.0 - std::pow(kBeta2, steps_);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const double g = gradient[i];
            mean_[i] = kBeta1 * mean_[i] + (1.0 - kBeta1) * g;
            square_[i] = kBeta2 * square_[i] + (1.0 - kBeta2) * g * g;
            const double move = mean_[i] / correct1 / (std::sqrt(square_[i] / correct2) + 1e-8);
            const double p = parameters[i];
            parameters[i] = static_cast<float>(p - rate * (move + kWeightDecay * p));
        }
    }

  private:
    static constexpr double kBeta1 = 0.9;
    static constexpr double kBeta2 = 0.999;
    int steps_ = 0;
    std::vector<double> mean_;
    std::vector<double> square_;
};

// Linear warm-up, then half a cosine down to zero; `progress` is 0 … 1.
double learningRate(double progress) {
    if (progress < kWarmup) {
        return kPeakRate * progress / kWarmup;
    }
    const double rest = (progress - kWarmup) / (1.0 - kWarmup);
    return kPeakRate * 0.5 * (1.0 + std::cos(std::numbers::pi * rest));
}

class Trainer {
  public:
    Trainer(FashionCnn& initial, const Dataset& set, Random& random)
        : input_(initial.input()),
          set_(set),
          random_(random),
          parameters_(initial.parameters().begin(), initial.parameters().end()),
          optimiser_(parameters_.size()),
          gradients_(kThreads, std::vector<float>(parameters_.size())),
          threads_(kThreads, Backpropagation(initial, kChunk, kLabelSmoothing)),
          order_(set.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    }

    // One pass over the set in random order; `first` and `last` are the training's progress.
    ChunkLoss epoch(double first, double last) {
        for (std::size_t i = order_.size(); i > 1; --i) {
            std::swap(order_[i - 1], order_[random_.below(i)]);
        }
        ChunkLoss sum;
        const std::size_t batches = set_.size() / kBatch;
        for (std::size_t b = 0; b < batches; ++b) {
            const double part = static_cast<double>(b) / static_cast<double>(batches);
            const ChunkLoss loss = batch(b * kBatch);
            optimiser_.step(parameters_, gradients_[0],
                            learningRate(first + part * (last - first)));
            sum.loss += loss.loss / static_cast<double>(batches * kBatch);
            sum.correct += loss.correct;
        }
        return sum;
    }

    std::vector<float> parameters() const { return parameters_; }

  private:
    // Leaves the mean gradient of the batch in gradients_[0].
    ChunkLoss batch(std::size_t begin) {
        const std::size_t size = input_.size();
        std::vector<float> pixels(kBatch * size);
        std::vector<std::uint8_t> labels(kBatch);
        for (std::size_t i = 0; i < kBatch; ++i) {
            const std::size_t index = order_[begin + i];
            augment(set_.images, index, input_, random_, pixels.data() + i * size);
            labels[i] = set_.labels[index];
        }
        std::vector<ChunkLoss> losses(kThreads);
        support::inParallel(kThreads, [&](std::size_t t) {
            std::ranges::fill(gradients_[t], 0.0F);
            for (std::size_t i = t * kChunk; i < kBatch; i += kThreads * kChunk) {
                const ChunkLoss loss =
                    threads_[t].run(parameters_, std::span(pixels).subspan(i * size, kChunk * size),
                                    std::span(labels).subspan(i, kChunk), gradients_[t]);
                losses[t].loss += loss.loss;
                losses[t].correct += loss.correct;
            }
        });
        for (std::size_t t = 1; t < kThreads; ++t) {
            losses[0].loss += losses[t].loss;
            losses[0].correct += losses[t].correct;
            for (std::size_t i = 0; i < parameters_.size(); ++i) {
                gradients_[0][i] += gradients_[t][i];
            }
        }
        for (float& g : gradients_[0]) {
            g /= static_cast<float>(kBatch);
        }
        return losses[0];
    }

    InputShape input_;
    const Dataset& set_;
    Random& random_;
    std::vector<float> parameters_;
    AdamW optimiser_;
    std::vector<std::vector<float>> gradients_;  // one per thread
    std::vector<Backpropagation> threads_;
    std::vector<std::size_t> order_;
};

std::filesystem::path onnxPath(const Options& options) {
    return std::filesystem::path(options.out) / "fashion_cnn.onnx";
}

void train(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    const Dataset trainingSet = readTrainingSet(options.data);
    Random random(options.seed);
    FashionCnn initial = initialNetwork(random);
    fmt::print("{} parameters, seed {}\n", initial.parameters().size(), options.seed);
    Trainer trainer(initial, trainingSet, random);
    for (std::size_t e = 0; e < options.epochs; ++e) {
        const auto all = static_cast<double>(options.epochs);
        const ChunkLoss loss =
            trainer.epoch(static_cast<double>(e) / all, static_cast<double>(e + 1) / all);
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        fmt::print("epoch {:2}: loss {:.4f}, training images correct {}, {:.0f} s\n", e + 1,
                   loss.loss, loss.correct, time.count());
        std::fflush(stdout);
    }
    FashionCnn cnn(initial.input(), initial.layers(), trainer.parameters());
    const Dataset testSet = readTestSet(options.data);
    const std::size_t correct =
        countCorrect([&](auto image) { return cnn.classify(image); }, testSet);
    fmt::print("test images correct: {} of {}\n", correct, testSet.size());
    const Provenance provenance{
        "Fashion-MNIST (Debian package dataset-fashion-mnist)",
        fmt::format("fashion_cnn_train --seed {} --epochs {}", options.seed, options.epochs),
        options.seed,
        options.epochs,
        testSet.size(),
        correct};
    saveOnnx(cnn, onnxPath(options));
    saveStoredCnn({std::move(cnn), provenance}, options.out, "fashion_cnn");
}

}  // namespace
}  // namespace aslog::examples

int main(int argc, char** argv) {
    try {
        aslog::examples::Options options;
        CLI::App app(
            "Trains the Fashion-MNIST CNN; writes fashion_cnn.json, fashion_cnn.f32 and "
            "fashion_cnn.onnx");
        app.add_option("--data", options.data, "Folder of the data set")->capture_default_str();
        app.add_option("--out", options.out, "Folder to write to")
            ->check(CLI::ExistingDirectory)
            ->capture_default_str();
        app.add_option("--seed", options.seed, "Seed of the random numbers")->capture_default_str();
        app.add_option("--epochs", options.epochs, "Passes over the training set")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        app.add_option("--export", options.exported,
                       "Train nothing, write fashion_cnn.onnx of this fashion_cnn.json");
        CLI11_PARSE(app, argc, argv);
        if (!options.exported.empty()) {
            const aslog::examples::FashionCnn cnn =
                aslog::examples::loadFashionCnn(options.exported);
            aslog::examples::saveOnnx(cnn, aslog::examples::onnxPath(options));
            return 0;
        }
        openblas_set_num_threads(1);  // the program's own threads share the work
        aslog::examples::train(options);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
