// Prints the table of examples/fashion_cnn/README.md: how many of the 10,000 test images the float
// network and its integer versions classify correctly.
// Usage: fashion_cnn_accuracy fashion_cnn.json
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/quantise.h"

namespace aslog::examples {
namespace {

using golden::FormatSpec;
using golden::MuSpec;

constexpr std::size_t kCalibrationImages = 64;

// µ counts in units of the level table: one for a table with a high top has to reach further.
constexpr MuSpec kWideMu{5, 0, 4};

struct Row {
    std::string weights;
    std::shared_ptr<const golden::Element> element;
    std::optional<MuSpec> mu;
    int scaleBits;
};

Row slogRow(const FormatSpec& format, std::optional<MuSpec> mu, int scaleBits) {
    return {fmt::format("SLogII {} bits, {} steps{}", format.weightBits, format.sqrt2Steps,
                        format.zero ? "" : ", no zero"),
            std::make_shared<golden::SlogElement>(format), mu, scaleBits};
}

Row baselineRow(const char* element, const char* name) {
    return {name, golden::makeBaseline(element, 8), std::nullopt, 8};
}

std::vector<Row> rows() {
    return {baselineRow("int8_plain", "int8"),      baselineRow("int4_dadda", "int4"),
            slogRow({6, 30, true, 8}, kWideMu, 8),  slogRow({5, 12, true, 8}, kWideMu, 8),
            slogRow({4, 4, true, 8}, MuSpec{}, 8),  slogRow({4, 4, true, 8}, std::nullopt, 8),
            slogRow({4, 4, true, 8}, MuSpec{}, 3),  slogRow({4, 6, true, 8}, MuSpec{}, 8),
            slogRow({4, 6, false, 8}, MuSpec{}, 8), slogRow({4, 0, true, 8}, kWideMu, 8),
            slogRow({4, 4, true, 6}, MuSpec{}, 8),  slogRow({4, 4, true, 4}, MuSpec{}, 8),
            slogRow({3, 2, true, 8}, MuSpec{}, 8)};
}

std::size_t measure(const FashionCnn& cnn, const Row& row, const IdxImages& calibration,
                    const Dataset& testSet) {
    golden::NumericsSpec spec;
    for (const ConvShape& layer : cnn.layers()) {
        spec.maxTaps = std::max(spec.maxTaps, static_cast<std::int64_t>(layer.taps()));
    }
    spec.mu = row.mu;
    spec.outputBits = row.element->activationBits();
    spec.scaleBits = row.scaleBits;
    const auto quantised = quantise(cnn, golden::deriveNumerics(row.element, spec), calibration);
    return countCorrect([&](auto pixels) { return quantised.classify(pixels); }, testSet);
}

void run(const char* path) {
    const FashionCnn cnn = loadFashionCnn(path);
    const IdxImages calibration = firstImages(readTrainingSet().images, kCalibrationImages);
    const Dataset testSet = readTestSet();
    fmt::print("| weights | activation bits | µ bits | scale bits | correct |\n");
    fmt::print("|---|---|---|---|---|\n");
    fmt::print("| float | float | | | {} |\n",
               countCorrect([&](auto pixels) { return cnn.classify(pixels); }, testSet));
    for (const Row& row : rows()) {
        fmt::print("| {} | {} | {} | {} | {} |\n", row.weights, row.element->activationBits(),
                   row.mu ? fmt::format("{}", row.mu->bits) : "none", row.scaleBits,
                   measure(cnn, row, calibration, testSet));
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace aslog::examples

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: fashion_cnn_accuracy fashion_cnn.json\n", stderr);
        return 2;
    }
    try {
        aslog::examples::run(argv[1]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
