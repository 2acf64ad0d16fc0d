// Signal-to-quantisation-noise ratio of each layer, as a table, as JSON and as a picture.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ptq/quantise/quantise.h"
#include "support/json_file.h"

namespace aslog::report {

// By name of the network; all with the same layers.
using LayerTable = std::map<std::string, std::vector<ptq::LayerError>>;

std::string layersText(const LayerTable& table);
support::Json layersJson(const LayerTable& table);

// Writes an SVG file with gnuplot. Throws support::MissingTool, support::Error and
// support::FileError.
void drawLayers(const LayerTable& table, const std::string& title, const std::string& path);

}  // namespace aslog::report
