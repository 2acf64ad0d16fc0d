#include "cli/tune_noise.h"

#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/model_input.h"
#include "cli/step_inputs.h"
#include "golden/arithmetic/element.h"
#include "golden/noise/element_noise.h"
#include "golden/noise/layer_model.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/quantise.h"
#include "run/step_runner.h"
#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::Json;

class ModelNoise final : public NoiseMeter {
  public:
    double of(const tune::Candidate& candidate, const Design& design) override {
        const auto [found, isNew] = known_.try_emplace(tune::formatName(candidate), 0);
        if (isNew) {
            const golden::SlogElement element(design.spec.format);
            found->second = golden::roundingNoise(element) + golden::cutNoise(element);
        }
        return found->second;
    }
    void chooseWorkload(const tune::Candidate& /*candidate*/, PowerCommand& power) const override {
        power.images = 1;
    }
    std::string name() const override { return "of normal weights, by a model (docs/tune.md)"; }

  private:
    std::map<std::string, double> known_;
};

// Quantises the network in each format, and keeps what came of it in networks/.
class NetworkNoise final : public NoiseMeter {
  public:
    NetworkNoise(NoisyNetwork network, const fs::path& folder)
        : network_(std::move(network)),
          folder_(folder),
          set_(data::readDataset(network_.calibration, network_.dataRoot, data::Answers::Hidden)),
          graph_(readModel(network_.model, set_, network_.shape)),
          pictures_(someImages(set_, 0, network_.images)),
          runner_(folder, [](const std::string& /*line*/) {}) {}

    double of(const tune::Candidate& candidate, const Design& design) override {
        const ptq::NumberFormat format = formatOf(design.spec, "slogii");
        const fs::path result = fs::path("networks") / (tune::formatName(candidate) + ".json");
        runner_.run({.name = "quantize-" + tune::formatName(candidate),
                     .inputs = quantizeInputs(network_.model, pictures_, format),
                     .outputs = {fileOf(candidate), result},
                     .run = [&] { quantise(candidate, format, result); }});
        const Json json = support::readJson(folder_ / result);
        if (json.contains("does_not_fit")) {
            throw support::DoesNotFit(json.at("does_not_fit").get<std::string>());
        }
        return json.at("calibration_error");
    }

    void chooseWorkload(const tune::Candidate& candidate, PowerCommand& power) const override {
        power.images = 1;
        power.network = (folder_ / fileOf(candidate)).string();
        power.data = network_.calibration;
        power.dataRoot = network_.dataRoot;
    }

    std::string name() const override {
        return fmt::format("of {}, mean over its convolutions on {} calibration images",
                           fs::path(network_.model).filename().string(), pictures_.shape.front());
    }

  private:
    static fs::path fileOf(const tune::Candidate& candidate) {
        return fs::path("networks") / (tune::formatName(candidate) + ".aslog");
    }

    void quantise(const tune::Candidate& candidate, const ptq::NumberFormat& format,
                  const fs::path& result) {
        support::Progress progress("quantize " + tune::formatName(candidate));
        if (!quantiser_) {
            progress.update("ranges of activations");
            quantiser_.emplace(graph_, pictures_);
        }
        const ptq::QuantiseOptions options;
        fs::create_directories(folder_ / "networks");
        try {
            ptq::QuantiseResult quantised = quantiser_->run(
                format, options,
                [&progress](std::size_t step, std::size_t all, const std::string& layer) {
                    support::throwIfInterrupted();
                    progress.update(fmt::format("layer {} of {}: {}", step + 1, all, layer));
                });
            const double error = quantised.calibrationError;
            ptq::NetworkFile file;
            file.provenance = provenanceOf(network_.model, set_, pictures_, options.steps);
            file.networks.emplace("slogii", ptq::StoredNetwork{std::move(quantised.network),
                                                               std::move(quantised.layers), error});
            ptq::writeNetworkFile(folder_ / fileOf(candidate), file);
            support::writeJson(folder_ / result, {{"calibration_error", error}});
        } catch (const support::DoesNotFit& misfit) {
            support::writeFile(folder_ / fileOf(candidate), "");
            support::writeJson(folder_ / result, {{"does_not_fit", misfit.what()}});
        }
    }

    NoisyNetwork network_;
    fs::path folder_;
    data::Dataset set_;
    ptq::Graph graph_;
    ptq::FloatTensor pictures_;
    StepRunner runner_;
    std::optional<ptq::Quantiser> quantiser_;
};

}  // namespace

std::unique_ptr<NoiseMeter> modelNoise() {
    return std::make_unique<ModelNoise>();
}

std::unique_ptr<NoiseMeter> networkNoise(const NoisyNetwork& network, const fs::path& folder) {
    return std::make_unique<NetworkNoise>(network, folder);
}

}  // namespace aslog::cli
