#include "ptq/quantise/choose_doubled.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <variant>

#include "ptq/graph/double_codes.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

struct Layer {
    std::size_t step = 0;
    std::string name;
    double addedNoise = 0;  // to signal
    double macs = 0;        // of one image

    double gain() const { return addedNoise / macs; }
};

double errorOf(const QuantiseResult& result) {
    return result.answers ? result.answers->divergence : result.calibrationError;
}

FloatTensor firstImages(const FloatTensor& images, std::size_t most) {
    FloatTensor some{images.shape, {}};
    some.shape.front() = std::min(images.shape.front(), static_cast<std::int64_t>(most));
    const auto numbers = static_cast<std::ptrdiff_t>(elementCount(some.shape));
    some.data.assign(images.data.begin(), images.data.begin() + numbers);
    return some;
}

// All convolutions.
std::vector<Layer> layersOf(const LoweredNetwork& network, const std::vector<LayerError>& errors) {
    std::map<ValueId, double> noise;  // to signal; of the network's input only what rounding makes
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < network.steps.size(); ++i) {
        const LoweredStep& step = network.steps[i];
        const double own = errors[i].signal > 0 ? errors[i].noise / errors[i].signal : 0;
        noise[step.output] = own;
        const auto* conv = std::get_if<LoweredConv>(&step.operation);
        if (conv == nullptr) {
            continue;
        }
        double before = 0;
        for (const ValueId input : step.inputs) {
            before = std::max(before, noise[input]);
        }
        layers.push_back({i, step.name, own - before,
                          static_cast<double>(conv->geometry.taps()) *
                              static_cast<double>(network.sizes[step.output].size())});
    }
    return layers;
}

}  // namespace

DoubledChoice chooseDoubled(const Graph& graph, const FloatTensor& images,
                            const NumberFormat& format, const QuantiseOptions& options,
                            double budget, const QuantiseProgress& progress) {
    const QuantiseOptions quick = trialOptions(options);
    const FloatTensor some = firstImages(images, kTrialImages);
    const Quantiser plain(graph, some);
    const QuantiseResult before = plain.run(format, quick, progress);
    std::vector<Layer> layers = layersOf(plain.lowered(), before.layers);
    double all = 0;
    for (const Layer& layer : layers) {
        all += layer.macs;
    }
    std::erase_if(layers, [&](const Layer& layer) {
        return !(layer.addedNoise > 0) || !canDouble(graph, layer.name);
    });
    std::ranges::stable_sort(layers, std::greater(), &Layer::gain);
    DoubledChoice choice;
    std::vector<Layer> taken;
    for (const Layer& layer : layers) {
        if (choice.moreMacs + layer.macs / all <= budget) {
            choice.moreMacs += layer.macs / all;
            taken.push_back(layer);
        }
    }
    std::ranges::sort(taken, {}, &Layer::step);
    choice.images = static_cast<std::size_t>(some.shape.front());
    choice.before = choice.after = errorOf(before);
    if (taken.empty()) {
        return choice;
    }
    Graph doubled = graph;
    for (const Layer& layer : taken) {
        choice.layers.push_back(doubleCodes(doubled, layer.name));
    }
    const DoubledChoice none{{}, 0, choice.images, choice.before, choice.before};
    try {
        choice.after = errorOf(Quantiser(doubled, some).run(format, quick, progress));
    } catch (const support::DoesNotFit&) {
        return none;  // the sums of twice as many taps
    }
    return choice.after < choice.before ? choice : none;
}

}  // namespace aslog::ptq
