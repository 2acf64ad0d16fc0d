#include "examples/networks/fashion_suite.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "compiler/layer_cases.h"
#include "examples/networks/example_network.h"
#include "golden/layer/conv.h"
#include "golden/layer/does_not_fit.h"
#include "ptq/evaluate/networks.h"
#include "ptq/quantise/quantise.h"
#include "support/error.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/layer_traffic.h"

namespace aslog::examples {
namespace {

using golden::Step;
using tb::Device;
using tb::SuiteContext;

ptq::NumberFormat formatOf(const Device& device) {
    ptq::NumberFormat format;
    format.element = device.name;
    format.slog = device.design.format.spec();
    format.numerics = tb::numericsSpecOf(device.design);
    return format;
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

void run(SuiteContext& context) {
    const Device& device = context.device;
    tb::SuiteResult& result = context.recorder.result();
    const std::optional<data::Dataset> set = exampleImages();
    if (!set) {
        result.skipped = fmt::format("no data set in {}; install dataset-fashion-mnist",
                                     exampleFiles().back().parent_path().string());
        return;
    }
    const ptq::Graph graph = exampleGraph();
    const ptq::Quantiser quantiser(
        graph, ptq::batchOf(*set, 0, std::min(kCalibrationImages, set->size())));
    const auto quantised = quantiseFor(quantiser, context);
    if (!quantised) {
        return;
    }
    const golden::Network& network = quantised->network;
    const std::vector<const Step*> steps = compiler::convolutionsOf(network);

    tb::Random random(context.seed, "fashion_cnn");
    tb::Model model = context.makeModel();
    tb::ArrayBench bench(device, model, context.recorder);
    const auto budget = static_cast<std::uint64_t>(context.cycleBudget());
    do {
        const std::size_t index = random.below(set->size());
        const compiler::Tensors tensors =
            compiler::tensorsOf(network, steps, quantised->quantiseImage(set->image(index)));
        for (const Step* step : steps) {
            for (compiler::LayerCase& layer :
                 compiler::layerCases(network, *step, tensors, device.numerics)) {
                if (context.recorder.hasFailed()) {
                    break;
                }
                layer.name += fmt::format(", image {}", index);
                bench.run(tb::trafficOf(device, layer, compiler::WindowOrder::staggered),
                          tb::noStalls(), random);
            }
        }
        result.cycles = model.cycles();
    } while (model.cycles() < budget && !context.recorder.hasFailed());
}

}  // namespace

tb::Suite fashionSuite() {
    return {.name = "fashion_cnn", .what = "real images through a trained CNN", .run = run};
}

}  // namespace aslog::examples
