#include <vector>

#include "golden/layer/conv.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/layer_traffic.h"
#include "tb/streams/random_layer.h"
#include "tb/suites/suites.h"

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
        const compiler::LayerCase layer{
            shape.name, drawn.layer, drawn.input,
            golden::convolve(drawn.layer, device.numerics, drawn.input)};
        const auto order =
            random.oneIn(2) ? compiler::WindowOrder::grouped : compiler::WindowOrder::staggered;
        bench.run(trafficOf(device, layer, order),
                  random.oneIn(2) ? noStalls() : randomStalls(random), random);
        context.recorder.result().cycles = model.cycles();
    }
}

}  // namespace aslog::tb
