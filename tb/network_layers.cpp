#include "tb/network_layers.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "run/run_folder.h"
#include "support/error.h"
#include "support/stopwatch.h"
#include "tb/models/compile.h"
#include "tb/models/device.h"
#include "tb/models/model.h"
#include "tb/models/wrapper.h"
#include "tb/result_json.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/layer_traffic.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using golden::Network;
using golden::Step;
using golden::Tensor;

/// One layer on an array of its own, from image to image.
class LayerRun {
  public:
    LayerRun(const Device& device, const CompiledModel& compiled, const Step& step,
             const NetworkOptions& options)
        : device_(device),
          step_(step),
          maxBeats_(options.maxBeats > 0 ? options.maxBeats : defaultMaxBeats(device.shape)),
          random_(options.seed, step.name),
          recorder_(result_.counts),
          model_(compiled.sharedObject, compiled.ports,
                 {.seed = Random::mix(options.seed, step.name)}),
          bench_(device, model_, recorder_) {
        result_.counts.name = step.name;
        result_.counts.variant = device.name;
        result_.counts.seed = options.seed;
        result_.groups = static_cast<int>(std::get<golden::ConvStep>(step.operation).groups.size());
    }

    LayerRun(const LayerRun&) = delete;
    LayerRun& operator=(const LayerRun&) = delete;

    /// Ends with the first piece in which something differs.
    void run(const std::vector<compiler::LayerCase>& cases) {
        const support::Stopwatch stopwatch;
        try {
            for (const compiler::LayerCase& whole : cases) {
                compiler::forEachPiece(whole, device_.shape, maxBeats_,
                                       [this](const compiler::LayerCase& piece) {
                                           runPiece(piece);
                                           return !recorder_.hasFailed();
                                       });
                if (recorder_.hasFailed()) {
                    break;
                }
            }
        } catch (const support::Error&) {
            throw;
        } catch (const std::runtime_error& error) {
            recorder_.report(
                {{step_.name, "", ""}, model_.cycles(), "the Verilog settles", error.what()});
        }
        result_.counts.seconds += stopwatch.seconds();
        result_.counts.cycles = model_.cycles();
    }

    [[nodiscard]] const Step& step() const { return step_; }
    [[nodiscard]] bool hasFailed() const { return recorder_.hasFailed(); }

    [[nodiscard]] LayerResult result() const {
        LayerResult result = result_;
        if (result.cycles > 0) {
            result.utilisation = static_cast<double>(result.counts.macs) /
                                 static_cast<double>(device_.cells() * result.cycles);
        }
        return result;
    }

  private:
    void runPiece(const compiler::LayerCase& piece) {
        const Traffic traffic = trafficOf(device_, piece, compiler::WindowOrder::staggered);
        const RunReport report = bench_.run(traffic, noStalls(), random_);
        ++result_.pieces;
        result_.beats += report.acceptedBeats;
        result_.cycles += report.cycles;
        result_.counts.macs +=
            piece.expected.size() * static_cast<std::uint64_t>(piece.layer.geometry.taps());
    }

    const Device& device_;
    const Step& step_;
    std::int64_t maxBeats_;
    Random random_;
    LayerResult result_;
    Recorder recorder_;
    Model model_;
    ArrayBench bench_;
};

std::vector<LayerResult> runAll(const Network& network, const std::vector<Tensor>& images,
                                const std::vector<std::unique_ptr<LayerRun>>& runs,
                                const golden::Numerics& array, const ProgressFunction& progress) {
    std::vector<const Step*> steps;
    steps.reserve(runs.size());
    for (const auto& run : runs) {
        steps.push_back(&run->step());
    }
    for (std::size_t i = 0; i < images.size(); ++i) {
        progress(fmt::format("golden network, image {}", i));
        const compiler::Tensors tensors = compiler::tensorsOf(network, steps, images[i]);
        for (const auto& run : runs) {
            if (run->hasFailed()) {
                continue;
            }
            progress(fmt::format("layer {}, image {} of {}", run->step().name, i, images.size()));
            std::vector<compiler::LayerCase> cases =
                compiler::layerCases(network, run->step(), tensors, array);
            for (compiler::LayerCase& one : cases) {
                one.name += fmt::format(", image {}", i);
            }
            run->run(cases);
        }
    }
    std::vector<LayerResult> results;
    results.reserve(runs.size());
    for (const auto& run : runs) {
        results.push_back(run->result());
    }
    return results;
}

support::Json layerJson(const LayerResult& layer) {
    support::Json json;
    json["name"] = layer.counts.name;
    json["passed"] = layer.counts.passed();
    json["comparisons"] = layer.counts.comparisons;
    json["mismatches"] = layer.counts.mismatches;
    json["groups"] = layer.groups;
    json["pieces"] = layer.pieces;
    json["macs"] = layer.counts.macs;
    json["beats"] = layer.beats;
    json["cycles"] = layer.cycles;
    json["utilisation"] = layer.utilisation;
    json["seconds"] = layer.counts.seconds;
    if (layer.counts.first) {
        json["first_mismatch"] = mismatchJson(*layer.counts.first);
    }
    return json;
}

}  // namespace

std::uint64_t NetworkReport::comparisons() const {
    std::uint64_t sum = 0;
    for (const LayerResult& layer : layers) {
        sum += layer.counts.comparisons;
    }
    return sum;
}

std::uint64_t NetworkReport::mismatches() const {
    std::uint64_t sum = 0;
    for (const LayerResult& layer : layers) {
        sum += layer.counts.mismatches;
    }
    return sum;
}

bool NetworkReport::passed() const {
    return comparisons() > 0 &&
           std::all_of(layers.begin(), layers.end(),
                       [](const LayerResult& layer) { return layer.counts.passed(); });
}

std::int64_t defaultMaxBeats(const golden::ArrayShape& shape) {
    constexpr std::int64_t kElements = 1 << 24;
    return std::clamp<std::int64_t>(kElements / (std::int64_t{shape.rows} * shape.columns), 1024,
                                    32768);
}

NetworkReport verifyLayers(const fs::path& runFolder, const Network& network,
                           const std::vector<Tensor>& images, const NetworkOptions& options,
                           const ProgressFunction& progress) {
    const support::Stopwatch stopwatch;
    const RunFolder run(runFolder);
    const Device device = makeDevice(run.design(), runFolder);
    NetworkReport report;
    report.design = run.design().spec.name;
    report.designHash = run.designHash();
    report.options = options;
    report.images = images.size();
    report.changedFiles = run.changedFiles();
    const std::vector<const Step*> all = compiler::convolutionsOf(network);
    const std::vector<const Step*> steps = compiler::selectSteps(all, options.layers);
    report.isPartial = steps.size() < all.size();
    if (images.empty()) {
        throw support::InputError("no images: nothing would be compared");
    }
    compiler::requireFit(steps, network.numerics(), device.numerics);
    progress("compiling the model");
    const std::vector<CompiledModel> models =
        compileModels({arrayModel(device)}, runFolder / "verify" / "build");
    report.compileSeconds = models.front().seconds;
    std::vector<std::unique_ptr<LayerRun>> runs;
    runs.reserve(steps.size());
    for (const Step* step : steps) {
        runs.push_back(std::make_unique<LayerRun>(device, models.front(), *step, options));
    }
    report.layers = runAll(network, images, runs, device.numerics, progress);
    report.seconds = stopwatch.seconds();
    support::writeJson(runFolder / "verify" / "network.json", toJson(report));
    return report;
}

support::Json toJson(const NetworkReport& report) {
    support::Json json;
    json["design"] = report.design;
    json["design_hash"] = report.designHash;
    json.update(report.options.source);
    json["passed"] = report.passed();
    json["partial"] = report.isPartial;
    json["image_count"] = report.images;
    json["seed"] = report.options.seed;
    json["comparisons"] = report.comparisons();
    json["mismatches"] = report.mismatches();
    json["compile_seconds"] = report.compileSeconds;
    json["seconds"] = report.seconds;
    json["changed_files"] = report.changedFiles;
    json["layers"] = support::Json::array();
    for (const LayerResult& layer : report.layers) {
        json["layers"].push_back(layerJson(layer));
    }
    json["tools"] = toolsJson();
    return json;
}

}  // namespace aslog::tb
