#include <algorithm>

#include <fmt/format.h>

#include "examples/fashion_cnn/fashion_mnist.h"
#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/quantise.h"
#include "golden/conv.h"
#include "support/version.h"
#include "tb/array_bench.h"
#include "tb/layer_case.h"
#include "tb/random_layer.h"
#include "tb/suites.h"

namespace aslog::tb {

void runLayers(SuiteContext& context) {
    const Device& device = context.device;
    Random random(context.seed, "layers");
    Model model = context.makeModel();
    ArrayBench bench(device, model, context.recorder);
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget());
    const std::vector<LayerShape> shapes = oddShapes(device);
    for (std::size_t i = 0; !context.recorder.hasFailed(); ++i) {
        const bool isBudgetSpent = model.cycles() >= budget;
        if (isBudgetSpent && (i >= shapes.size() || device.isBaseline())) {
            break;
        }
        const LayerShape shape = i < shapes.size() ? shapes[i] : drawShape(device, random);
        const RandomLayer drawn = drawLayer(device, shape, random);
        const LayerCase layer{shape.name, drawn.layer, drawn.input,
                              golden::convolve(drawn.layer, device.numerics, drawn.input)};
        const auto order =
            random.oneIn(2) ? golden::WindowOrder::grouped : golden::WindowOrder::staggered;
        bench.run(trafficOf(device, layer, order),
                  random.oneIn(2) ? noStalls() : randomStalls(random), random);
        context.recorder.result().cycles = model.cycles();
    }
}

void runFashionCnn(SuiteContext& context) {
    namespace examples = aslog::examples;
    const Device& device = context.device;
    SuiteResult& result = context.recorder.result();
    if (!examples::hasFashionMnist()) {
        result.skipped = fmt::format("no data set in {}; install dataset-fashion-mnist",
                                     examples::kFashionMnistFolder);
        return;
    }
    const examples::FashionCnn cnn = examples::loadFashionCnn(support::dataFolder() / "examples" /
                                                              "fashion_cnn" / "fashion_cnn.json");
    for (const examples::ConvShape& layer : cnn.layers()) {
        if (static_cast<std::int64_t>(layer.taps()) > device.design.maxTaps) {
            result.skipped = fmt::format("layer {} has {} taps, the accumulators hold {}",
                                         layer.name, layer.taps(), device.design.maxTaps);
            return;
        }
    }
    const examples::Dataset test = examples::readTestSet();
    examples::IdxImages calibration = test.images;
    calibration.count = std::min<std::size_t>(calibration.count, 32);
    calibration.pixels.resize(calibration.count * calibration.imageSize());
    const examples::QuantisedCnn quantised = examples::quantise(cnn, device.numerics, calibration);

    Random random(context.seed, "fashion_cnn");
    Model model = context.makeModel();
    ArrayBench bench(device, model, context.recorder);
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget());
    do {
        const std::size_t index = random.below(test.size());
        golden::Tensor input = quantised.quantiseInput(test.images.image(index));
        const std::vector<golden::Tensor> outputs = quantised.forwardAll(test.images.image(index));
        for (std::size_t i = 0; i < outputs.size() && !context.recorder.hasFailed(); ++i) {
            const std::string name = fmt::format("{}, image {}", cnn.layers()[i].name, index);
            const LayerCase layer{name, quantised.layers()[i], input, outputs[i]};
            bench.run(trafficOf(device, layer, golden::WindowOrder::staggered), noStalls(), random);
            input = outputs[i];
        }
        result.cycles = model.cycles();
    } while (model.cycles() < budget && !context.recorder.hasFailed());
}

}  // namespace aslog::tb
