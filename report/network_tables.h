// The layers of a network with what they cost, as a table and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "golden/network/network.h"
#include "ptq/quantise/lowering.h"
#include "support/json_file.h"

namespace aslog::report {

// A step of a network. `operation`: as in docs/network_file.md.
struct NetworkLayer {
    std::string name;
    std::string operation;
    int channels = 0;  // of the output
    int height = 0;
    int width = 0;
    // Of convolutions and poolings; 0 for others.
    int kernelHeight = 0;
    int kernelWidth = 0;
    int strideY = 0;
    int strideX = 0;
    // Of convolutions; 0 for others.
    int groups = 0;
    std::int64_t taps = 0;     // of one output: kernel area times input channels of a group
    std::int64_t macs = 0;     // multiplications by a weight that one image takes, padding included
    std::int64_t weights = 0;  // without biases
};

std::vector<NetworkLayer> layersOf(const ptq::LoweredNetwork& network);
std::vector<NetworkLayer> layersOf(const golden::NetworkSpec& network);

// With the totals in the last row.
std::string networkLayersText(const std::vector<NetworkLayer>& layers);

// {"layers": [...], "macs", "weights"}; members that a layer has not are left out.
support::Json networkLayersJson(const std::vector<NetworkLayer>& layers);

}  // namespace aslog::report
