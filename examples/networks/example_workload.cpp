#include "examples/networks/example_workload.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "examples/networks/example_network.h"
#include "generator/rtl/emit_rtl.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/evaluate/networks.h"
#include "ptq/quantise/quantise.h"
#include "support/error.h"
#include "support/sha256.h"
#include "tb/models/device.h"
#include "tb/streams/random.h"

namespace aslog::examples {
namespace {

namespace fs = std::filesystem;

// Integers do not need mu, so that arrays without a BCE can hold them, too; without it the sum has
// fewer binary places, which the shift makes up for.
golden::NumericsSpec numericsFor(const Design& design, const std::string& family) {
    golden::NumericsSpec spec = tb::numericsSpecOf(
        family == "slogii" ? design : baselineDesign(design, golden::familyElement(family)));
    spec.maxTaps = 0;
    spec.accumulatorBits.reset();
    if (family != "slogii" && spec.mu) {
        spec.shiftMin = std::max(1, spec.shiftMin - spec.mu->fractionBits);
        spec.shiftMax -= spec.mu->fractionBits;
        spec.mu.reset();
    }
    return spec;
}

// The pictures and what they are called.
struct Pictures {
    ptq::FloatTensor batch;
    std::string name;
};

Pictures picturesFor(const ptq::Graph& graph, std::size_t count) {
    if (const std::optional<data::Dataset> set = exampleImages()) {
        return {ptq::batchOf(*set, 0, std::min(count, set->size())), set->name()};
    }
    ptq::Shape shape = graph.inputs.front().shape;
    shape.front() = static_cast<std::int64_t>(count);
    ptq::FloatTensor batch = ptq::filled(shape, 0);
    tb::Random random(1, "images");
    for (float& value : batch.data) {
        value = static_cast<float>(random.below(256)) / 128 - 1;
    }
    return {std::move(batch), "noise"};
}

}  // namespace

power::Workload exampleWorkload(const Design& design, std::size_t images) {
    const fs::path model = exampleFiles().front();
    const ptq::Graph graph = exampleGraph();
    const Pictures pictures = picturesFor(graph, std::max(images, kCalibrationImages));
    const ptq::Quantiser quantiser(graph, pictures.batch);
    power::Workload workload;
    for (const char* family : golden::kFamilies) {
        ptq::NumberFormat format;
        format.element = golden::familyElement(family);
        format.slog = design.format.spec();
        format.numerics = numericsFor(design, family);
        try {
            workload.networks.emplace(family, quantiser.run(format, quickOptions()).network);
        } catch (const support::InputError& error) {
            throw power::WorkloadMisfit(
                fmt::format("the array can not hold the example network: {}", error.what()));
        }
    }
    const std::size_t pixels =
        pictures.batch.data.size() / static_cast<std::size_t>(pictures.batch.shape.front());
    for (std::size_t i = 0; i < images; ++i) {
        const auto begin = pictures.batch.data.begin() + static_cast<std::ptrdiff_t>(i * pixels);
        workload.images.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(pixels));
    }
    workload.source["network"] = {{"model", model.filename().string()},
                                  {"model_hash", support::sha256OfFile(model)},
                                  {"quantised", "quickly, from its own pictures"}};
    workload.source["images"] = {{"data", pictures.name}, {"count", images}};
    return workload;
}

}  // namespace aslog::examples
