// Post-training quantisation of a network: float in, integers out; no labels, no training.
//
// Layer by layer, the float and the quantised network run side by side on unlabelled images. A
// layer is fitted to what the float network gives at this place, from what the quantised layers
// before it give: it makes up for their errors as far as it can. Definition of the integers:
// docs/arithmetic.md; of the steps: docs/quantisation.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ptq/graph/graph.h"
#include "ptq/quantise/answers.h"
#include "ptq/quantise/lowering.h"
#include "ptq/quantise/network.h"
#include "ptq/quantise/options.h"
#include "ptq/quantise/ranges.h"

namespace aslog::ptq {

// How far a layer's output, clamp included, is from that of the float network on the calibration
// images.
struct LayerError {
    std::string name;
    double signal = 0;  // mean square of the float outputs
    double noise = 0;   // mean square of the difference

    double decibel() const;  // 10 lg(signal / noise)
};

struct QuantiseResult {
    QuantisedNetwork network;
    std::vector<LayerError> layers;  // one a step

    // Mean of noise / signal over the convolutions: what level sets are compared by.
    double calibrationError = 0;

    // The answers on the calibration images beside those of the float network, as if the numbers of
    // the one output were scores of classes; absent for several outputs, or an output of one
    // number.
    std::optional<AnswerComparison> answers;
};

// Told before each step, which is one of `all`.
using QuantiseProgress =
    std::function<void(std::size_t step, std::size_t all, const std::string& name)>;

class Quantiser {
  public:
    // `graph`: folded; it must outlive the quantiser. `images`: calibration, [N, C, H, W], N >= 1.
    // Throws support::InputError as lower() does, or if the images do not fit.
    Quantiser(const Graph& graph, FloatTensor images);

    const LoweredNetwork& lowered() const { return network_; }
    std::int64_t largestLayerTaps() const;

    // format.numerics.maxTaps = 0 is replaced by largestLayerTaps(). Throws support::InputError for
    // a format that no array has, and with the name of the layer for one that it can not express:
    // support::DoesNotFit, if it is only that a width of the array is too small.
    QuantiseResult run(NumberFormat format, const QuantiseOptions& options,
                       const QuantiseProgress& progress = {}) const;

    // The same quantiser with the first `count` images, at least one, for a quick comparison.
    Quantiser withFirstImages(std::size_t count) const;

  private:
    const Graph& graph_;
    LoweredNetwork network_;
    FloatTensor images_;
    std::vector<ActivationSample> samples_;
};

}  // namespace aslog::ptq
