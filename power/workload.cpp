#include "power/workload.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/layer_cases.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/integers.h"
#include "golden/network/network.h"
#include "support/error.h"
#include "tb/streams/layer_traffic.h"

namespace aslog::power {
namespace {

using golden::ConvLayer;
using golden::ConvStep;
using golden::Step;

const ConvLayer& layerOf(const Step& step) {
    return std::get<ConvStep>(step.operation).groups.front();
}

const ptq::QuantisedNetwork& networkOf(const Workload& workload, const std::string& family) {
    const auto found = workload.networks.find(family);
    if (found == workload.networks.end()) {
        throw support::InputError(
            fmt::format("the network has no {} variant; quantise it with all of them", family));
    }
    return found->second;
}

// A layer that counted whole products, for an array that drops columns: the same scales, bias and µ
// in its units, as near as they go; the bias comes without the zero point's term. What the products
// lose on average is not made up for, and a scale beyond the PCF's is cut: outputs may be a little
// off, which this layer's PCF units see alone.
void countDropped(ConvLayer& layer, const golden::Numerics& from, const golden::Numerics& to) {
    const int dropped = to.element->dropped() - from.element->dropped();
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        golden::ChannelParameters& channel = layer.channels[c];
        if (to.muFormat) {
            const auto mu = static_cast<double>(to.muFormat->decode(channel.mu));
            channel.mu = to.muFormat->quantise(std::ldexp(mu, -dropped));
        }
        channel.bias = std::llround(std::ldexp(static_cast<double>(channel.bias), -dropped)) +
                       golden::zeroPointTerm(layer, to, static_cast<int>(c));
        channel.shift = std::max(channel.shift - dropped, to.shiftMin);
    }
}

// The same network with other codes for the same weights: what it computes does not change, but for
// an array that drops columns.
golden::Network recoded(const ptq::QuantisedNetwork& network, const tb::Device& device) {
    if (device.numerics.element->name() == network.network.numerics().element->name()) {
        return network.network;
    }
    ptq::NumberFormat format = network.format;
    format.element = device.numerics.element->name();
    // The shifts that the array has, but for the places that its sums and scales have more.
    const golden::Numerics& networks = network.network.numerics();
    const int places = device.numerics.fractionBits - networks.fractionBits +
                       device.numerics.scaleBits - networks.scaleBits;
    format.numerics.shiftMin = std::max(1, device.numerics.shiftMin - places);
    format.numerics.shiftMax =
        std::max(format.numerics.shiftMin, device.numerics.shiftMax - places);
    const golden::Numerics numerics = ptq::numericsOf(format);
    const golden::Element& from = *network.network.numerics().element;
    golden::NetworkSpec spec = network.network.spec();
    for (Step& step : spec.steps) {
        if (auto* conv = std::get_if<ConvStep>(&step.operation)) {
            for (ConvLayer& layer : conv->groups) {
                const golden::Numerics& own = network.network.numerics();
                const bool drops = numerics.element->dropped() != from.dropped();
                for (std::size_t c = 0; drops && c < layer.channels.size(); ++c) {
                    layer.channels[c].bias -=
                        golden::zeroPointTerm(layer, own, static_cast<int>(c));
                }
                for (golden::Code& code : layer.codes) {
                    code = numerics.element->encodeValue(from.value(code));
                }
                if (drops) {
                    countDropped(layer, own, numerics);
                }
            }
        }
    }
    return {std::move(spec), numerics};
}

// What the step gives of the tensors that it reads.
golden::Tensor outputOf(const golden::Network& network, const Step& step,
                        const compiler::Tensors& tensors) {
    std::vector<golden::TensorInfo> infos;
    std::vector<const golden::Tensor*> inputs;
    for (const golden::TensorId id : step.inputs) {
        infos.push_back(network.spec().tensors[id]);
        inputs.push_back(&tensors.at(id));
    }
    const golden::TensorInfo& output = network.spec().tensors[step.output];
    return golden::StepKernel(step, infos, output, network.numerics()).run(inputs);
}

// A part of the layer, from the middle of the picture, with so many windows that between warm-up
// and tail the wanted beats are left.
struct Piece {
    compiler::LayerCase part;
    CountedBeats counted;
};

Piece pieceFor(const compiler::LayerCase& whole, const golden::ArrayShape& shape,
               std::uint64_t beats) {
    const golden::Tensor& outputs = whole.expected;
    const std::int64_t tiles = golden::ceilDivide(whole.layer.geometry.taps(), shape.rows);
    constexpr std::int64_t kPipeline = 24;  // beats until everything behind the columns has begun
    const std::int64_t ends = tiles * shape.pixels + kPipeline;
    const std::int64_t windows =
        golden::ceilDivide(static_cast<std::int64_t>(beats) + 2 * ends, tiles);
    compiler::PieceSize size;
    size.channels = std::min(shape.columns, outputs.channels);
    size.width = static_cast<int>(std::min<std::int64_t>(windows, outputs.width));
    size.height = static_cast<int>(
        std::min<std::int64_t>(golden::ceilDivide(windows, size.width), outputs.height));
    const compiler::OutputPlace first{0, (outputs.height - size.height) / 2,
                                      (outputs.width - size.width) / 2};
    Piece piece{compiler::pieceOf(whole, first, size), {}};
    const auto all = static_cast<std::uint64_t>(compiler::activationBeats(piece.part, shape));
    const auto atEnds = static_cast<std::uint64_t>(ends);
    // A small layer has no steady state: then all that is not its first window counts.
    piece.counted.first = std::min<std::uint64_t>(atEnds, all / 4);
    piece.counted.end = std::min(piece.counted.first + beats, all - std::min(atEnds, all / 4));
    return piece;
}

}  // namespace

std::string familyOf(const tb::Device& device) {
    const golden::Baseline* baseline = golden::findBaseline(device.design.element.name);
    return baseline == nullptr ? "slogii" : baseline->family;
}

namespace {

// Whether the layer keeps the array busy for so many beats.
bool isSteady(const Step& step, const golden::Network& network, const Design& design,
              std::uint64_t beats) {
    const golden::TensorInfo& output = network.spec().tensors[step.output];
    const std::int64_t taps = layerOf(step).geometry.taps();
    const std::int64_t all = golden::ceilDivide(taps, design.rows()) * output.height * output.width;
    return std::get<ConvStep>(step.operation).groups.size() == 1 &&
           taps >= design.minTapsWithoutDrainStall && all > static_cast<std::int64_t>(beats);
}

}  // namespace

std::vector<std::string> layersOf(const Workload& workload, const Design& design) {
    const golden::Network& network = networkOf(workload, "slogii").network;
    const auto steps = compiler::selectSteps(compiler::convolutionsOf(network), workload.layers);
    std::vector<std::string> names;
    if (!workload.layers.empty()) {
        for (const Step* step : steps) {
            names.push_back(step->name);
        }
        return names;
    }
    std::map<std::int64_t, std::vector<const Step*>, std::greater<>> byTaps;
    for (const bool mustBeSteady : {true, false}) {
        for (const Step* step : steps) {
            if (!mustBeSteady || isSteady(*step, network, design, workload.beats)) {
                byTaps[layerOf(*step).geometry.taps()].push_back(step);
            }
        }
        if (!byTaps.empty()) {
            break;
        }
    }
    const auto& largest = byTaps.begin()->second;
    names.push_back(largest[largest.size() / 2]->name);
    if (byTaps.size() > 1) {
        const auto& next = std::next(byTaps.begin())->second;
        names.push_back(next[next.size() / 2]->name);
    } else if (largest.size() > 1) {
        names.push_back(largest.front()->name);
    }
    return names;
}

std::vector<LayerTraffic> trafficOf(const Workload& workload, const tb::Device& device) {
    const ptq::QuantisedNetwork& quantised = networkOf(workload, familyOf(device));
    const golden::Network network = recoded(quantised, device);
    const std::vector<std::string> layers = layersOf(workload, device.design);
    const auto steps = compiler::selectSteps(compiler::convolutionsOf(network), layers);
    // Every layer gets what the network as it was quantised gives it, columns dropped or not, and
    // has to give what it makes of that.
    const auto quantisedSteps =
        compiler::selectSteps(compiler::convolutionsOf(quantised.network), layers);
    try {
        compiler::requireFit(steps, network.numerics(), device.numerics);
    } catch (const support::InputError& error) {
        throw WorkloadMisfit(error.what());
    }
    std::vector<LayerTraffic> result;
    for (std::size_t image = 0; image < workload.images.size(); ++image) {
        const compiler::Tensors tensors = compiler::tensorsOf(
            quantised.network, quantisedSteps, quantised.quantiseImage(workload.images[image]));
        for (const Step* step : steps) {
            compiler::Tensors own = tensors;
            own[step->output] = outputOf(network, *step, tensors);
            const compiler::LayerCase whole =
                std::move(compiler::layerCases(network, *step, own, device.numerics).front());
            const Piece piece = pieceFor(whole, device.shape, workload.beats);
            result.push_back({step->name, image,
                              tb::trafficOf(device, piece.part, compiler::WindowOrder::staggered),
                              piece.counted});
        }
    }
    return result;
}

}  // namespace aslog::power
