#include <algorithm>

#include <fmt/format.h>

#include "examples/fashion_cnn/fashion_mnist.h"
#include "examples/fashion_cnn/model_file.h"
#include "examples/fashion_cnn/quantise.h"
#include "golden/conv.h"
#include "golden/schedule.h"
#include "support/version.h"
#include "tb/array_bench.h"
#include "tb/random_layer.h"
#include "tb/suites.h"

namespace aslog::tb {
namespace {

/// The schedule of a layer as traffic; the expected outputs are those of the golden convolution.
Traffic layerTraffic(const Device& device, const std::string& name, const golden::ConvLayer& layer,
                     const golden::Tensor& input, const golden::Tensor& expected,
                     golden::WindowOrder order) {
    golden::Schedule schedule =
        golden::scheduleConv(layer, input, device.shape, device.numerics, order);
    TrafficPacker packer(device);
    for (const golden::WeightBeat& beat : schedule.weights) {
        packer.add(beat);
    }
    for (const golden::ActivationBeat& beat : schedule.activations) {
        packer.add(beat);
    }
    for (const golden::ParameterBeat& beat : schedule.parameters) {
        packer.add(beat);
    }
    for (const auto& places : schedule.places) {
        ExpectedBeat beat;
        for (const auto& place : places) {
            beat.counts.push_back(place.has_value());
            beat.values.push_back(place ? expected.at(place->channel, place->y, place->x) : 0);
        }
        packer.add(beat);
    }
    Traffic traffic = packer.take();
    traffic.clamp = schedule.clamp;
    traffic.place = [name, places = std::move(schedule.places)](std::size_t beat, int lane) {
        const auto& place = places[beat][static_cast<std::size_t>(lane)];
        return place ? Place{name, std::to_string(place->channel),
                             fmt::format("{},{}", place->y, place->x)}
                     : Place{name, "", ""};
    };
    return traffic;
}

}  // namespace

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
        const golden::Tensor expected = golden::convolve(drawn.layer, device.numerics, drawn.input);
        const auto order =
            random.oneIn(2) ? golden::WindowOrder::grouped : golden::WindowOrder::staggered;
        bench.run(layerTraffic(device, shape.name, drawn.layer, drawn.input, expected, order),
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
            bench.run(layerTraffic(device, name, quantised.layers()[i], input, outputs[i],
                                   golden::WindowOrder::staggered),
                      noStalls(), random);
            input = outputs[i];
        }
        result.cycles = model.cycles();
    } while (model.cycles() < budget && !context.recorder.hasFailed());
}

}  // namespace aslog::tb
