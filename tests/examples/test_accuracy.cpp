// The committed weights on the 10,000 test images of Fashion-MNIST.
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "examples/fashion_cnn/model_file.h"
#include "ptq/data/dataset.h"
#include "ptq/evaluate/evaluate.h"
#include "ptq/onnx/reader.h"
#include "ptq/reference/run.h"
#include "tests/catch.h"

namespace aslog::examples {
namespace {

const std::string kModel = ASLOG_SOURCE_DIR "/examples/fashion_cnn/fashion_cnn.json";

// CTest reports the test as skipped when it sees this line.
bool dataIsMissing() {
    if (hasFashionMnist()) {
        return false;
    }
    WARN("skipped: dataset-fashion-mnist not found");
    SUCCEED("nothing to measure");
    return true;
}

}  // namespace

TEST_CASE("the float network classifies as many test images as its file says", "[every_image]") {
    if (dataIsMissing()) {
        return;
    }
    const StoredCnn stored = loadStoredCnn(kModel);
    const Dataset set = readTestSet();
    REQUIRE(set.size() == 10000);
    const std::size_t correct =
        countCorrect([&](auto pixels) { return stored.cnn.classify(pixels); }, set);
    CHECK(correct >= 9050);
    CHECK(set.size() == stored.provenance.testImages);
    CHECK(correct == stored.provenance.testCorrect);
}

TEST_CASE("the ONNX file on the data set of the examples is as accurate", "[every_image]") {
    if (dataIsMissing()) {
        return;
    }
    const Provenance provenance = loadStoredCnn(kModel).provenance;
    const data::Dataset set = data::readDataset(
        ASLOG_SOURCE_DIR "/examples/data/fashion_mnist.json", "/", data::Answers::Wanted);
    REQUIRE(set.size() == provenance.testImages);
    const ptq::Graph graph =
        ptq::readOnnx(ASLOG_SOURCE_DIR "/examples/fashion_cnn/fashion_cnn.onnx");
    const ptq::Evaluation evaluation = ptq::evaluate(
        [&](const ptq::FloatTensor& images) { return ptq::run(graph, {images}).front(); }, set, 100,
        std::nullopt, [](std::size_t, std::size_t) {});
    REQUIRE(evaluation.classification);
    const double correct =
        evaluation.classification->top1.percent / 100 * static_cast<double>(set.size());
    // OpenBLAS sums in another order: scores that are nearly equal may change places.
    CHECK(std::abs(correct - static_cast<double>(provenance.testCorrect)) < 3);
}

}  // namespace aslog::examples
