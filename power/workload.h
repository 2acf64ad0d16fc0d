// What the arrays compute while their power is measured: pieces of a network's convolutions, the
// same pictures for all, each array with its own codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/pieces.h"
#include "power/drive.h"
#include "ptq/quantise/network.h"
#include "support/error.h"
#include "support/json_file.h"
#include "tb/models/device.h"

namespace aslog::power {

// The network needs more than the array has.
class WorkloadMisfit : public support::InputError {
  public:
    using InputError::InputError;
};

// A network in the codes of each family of arrays, and the pictures that it looks at.
struct Workload {
    std::map<std::string, ptq::QuantisedNetwork> networks;  // "slogii", "int4", "int8"
    std::vector<std::vector<float>> images;                 // as the float network takes them
    std::vector<std::string> layers;                        // convolutions; empty: chosen
    std::uint64_t beats = 400;  // activation beats to be counted of each layer and image
    support::Json source = support::Json::object();  // copied into the result
};

// The traffic of one array.
struct LayerTraffic {
    std::string layer;
    std::size_t image = 0;
    tb::Traffic traffic;
    CountedBeats counted;
};

// "slogii" for aslog's own array, otherwise the part of the name in front of '_'.
std::string familyOf(const tb::Device& device);

// The layers to be used: those of the workload; otherwise two convolutions of many taps, if
// possible of different numbers of taps, that are long enough for a steady state without a stalled
// drain. Throws support::InputError for a name that there is not.
std::vector<std::string> layersOf(const Workload& workload, const Design& design);

// The traffic of all images and layers, image by image. Throws WorkloadMisfit if a layer does not
// fit the array, support::InputError if the workload has no network of the family.
std::vector<LayerTraffic> trafficOf(const Workload& workload, const tb::Device& device);

}  // namespace aslog::power
