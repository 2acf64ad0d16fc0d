// How much noise a format adds, for `aslog tune`: by a model, or to a network.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/power.h"
#include "generator/elab/design.h"
#include "tune/search.h"

namespace aslog::cli {

class NoiseMeter {
  public:
    virtual ~NoiseMeter() = default;
    NoiseMeter() = default;
    NoiseMeter(const NoiseMeter&) = delete;
    NoiseMeter& operator=(const NoiseMeter&) = delete;

    // Noise over signal at the outputs of layers. `design`: of the candidate.
    // Throws support::DoesNotFit if a network has no room on the array.
    virtual double of(const tune::Candidate& candidate, const Design& design) = 0;
    // What runs on the array while its power is measured, its layers apart.
    virtual void chooseWorkload(const tune::Candidate& candidate, PowerCommand& power) const = 0;
    virtual std::string name() const = 0;
};

// Of normal weights: golden/noise/layer_model.h.
std::unique_ptr<NoiseMeter> modelNoise();

struct NoisyNetwork {
    std::string model;        // ONNX
    std::string calibration;  // data set
    std::string dataRoot;
    std::size_t images = 0;          // at most
    std::vector<std::string> shape;  // as readModel() takes it
};

// Quantises the network in each format, and keeps what came of it in `folder`/networks. Throws
// support::InputError if model and pictures do not go together.
std::unique_ptr<NoiseMeter> networkNoise(const NoisyNetwork& network,
                                         const std::filesystem::path& folder);

}  // namespace aslog::cli
