#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/layer_cases.h"
#include "golden/layer/conv.h"
#include "golden/layer/does_not_fit.h"
#include "ptq/data/dataset.h"
#include "ptq/data/descriptor.h"
#include "ptq/evaluate/networks.h"
#include "ptq/graph/fold.h"
#include "ptq/onnx/reader.h"
#include "ptq/quantise/quantise.h"
#include "support/error.h"
#include "support/version.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/layer_traffic.h"
#include "tb/suites/suites.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using golden::Step;

// Ranges of activations need no more: the suite is about real data, not about accuracy.
constexpr std::size_t kCalibrationImages = 8;

fs::path examples() {
    return support::dataFolder() / "examples";
}

ptq::NumberFormat formatOf(const Device& device) {
    ptq::NumberFormat format;
    format.element = device.name;
    format.slog = device.design.format.spec();
    format.numerics = numericsSpecOf(device.design);
    return format;
}

/// Without the steps that need the moments of the layers' inputs: these take seconds, and the array
/// has to agree with the golden model whatever the codes are.
ptq::QuantiseOptions quickOptions() {
    ptq::QuantiseOptions options;
    options.steps.biasCorrection = false;
    options.steps.outputScaleSearch = false;
    options.steps.compensation = false;
    return options;
}

/// The last tile of a window may have rows without a tap, which the accumulators hold too. Throws
/// golden::DoesNotFit if they can not.
void checkFill(const golden::Network& network, const Device& device) {
    for (const Step* step : compiler::convolutionsOf(network)) {
        for (const golden::ConvLayer& layer : std::get<golden::ConvStep>(step->operation).groups) {
            const std::int64_t rest = layer.geometry.taps() % device.shape.rows;
            golden::checkLayer(layer, device.numerics, rest > 0 ? device.shape.rows - rest : 0);
        }
    }
}

/// Absent if the array is too narrow for the network, which is told as the reason to skip the
/// suite. Any other error is a fault, of the quantiser or of the files: the suite has failed.
std::optional<ptq::QuantisedNetwork> quantiseFor(const ptq::Quantiser& quantiser,
                                                 SuiteContext& context) {
    const auto skip = [&context](const std::exception& error) {
        context.recorder.result().skipped =
            fmt::format("the array can not hold the network: {}", error.what());
    };
    try {
        ptq::QuantisedNetwork network =
            quantiser.run(formatOf(context.device), quickOptions()).network;
        checkFill(network.network, context.device);
        return network;
    } catch (const support::DoesNotFit& error) {
        skip(error);
    } catch (const golden::DoesNotFit& error) {
        skip(error);
    } catch (const support::Interrupted&) {
        throw;
    } catch (const std::exception& error) {
        context.recorder.report({{"quantiser", "", ""}, 0, "the network in codes", error.what()});
    }
    return std::nullopt;
}

fs::path networkFile() {
    return examples() / "fashion_cnn" / "fashion_cnn.onnx";
}

fs::path descriptorFile() {
    return examples() / "data" / "fashion_mnist.json";
}

}  // namespace

std::vector<fs::path> fashionFiles() {
    return {networkFile(), descriptorFile(), data::readDescriptor(descriptorFile()).images};
}

void runFashionCnn(SuiteContext& context) {
    const Device& device = context.device;
    SuiteResult& result = context.recorder.result();
    const fs::path descriptor = descriptorFile();
    const fs::path file = data::readDescriptor(descriptor).images;
    if (!fs::exists(file)) {
        result.skipped = fmt::format("no data set in {}; install dataset-fashion-mnist",
                                     file.parent_path().string());
        return;
    }
    const data::Dataset set = data::readDataset(descriptor, "/", data::Answers::Hidden);
    ptq::Graph graph = ptq::readOnnx(networkFile());
    ptq::fold(graph);
    const ptq::Quantiser quantiser(graph,
                                   ptq::batchOf(set, 0, std::min(kCalibrationImages, set.size())));
    const auto quantised = quantiseFor(quantiser, context);
    if (!quantised) {
        return;
    }
    const golden::Network& network = quantised->network;
    const std::vector<const Step*> steps = compiler::convolutionsOf(network);

    Random random(context.seed, "fashion_cnn");
    Model model = context.makeModel();
    ArrayBench bench(device, model, context.recorder);
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget());
    do {
        const std::size_t index = random.below(set.size());
        const compiler::Tensors tensors =
            compiler::tensorsOf(network, steps, quantised->quantiseImage(set.image(index)));
        for (const Step* step : steps) {
            for (compiler::LayerCase& layer :
                 compiler::layerCases(network, *step, tensors, device.numerics)) {
                if (context.recorder.hasFailed()) {
                    break;
                }
                layer.name += fmt::format(", image {}", index);
                bench.run(trafficOf(device, layer, compiler::WindowOrder::staggered), noStalls(),
                          random);
            }
        }
        result.cycles = model.cycles();
    } while (model.cycles() < budget && !context.recorder.hasFailed());
}

}  // namespace aslog::tb
