// What the commands around quantised networks read: models, images, number formats.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "generator/spec/arch_spec.h"
#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "ptq/graph/tensor.h"
#include "ptq/network_file/network_file.h"
#include "ptq/quantise/options.h"
#include "ptq/quantise/survey.h"

namespace aslog::cli {

// The network of a file as the reader gives it. `shape`: what --shape gives, each NAME=NUMBER.
// Throws as ptq::readOnnx() does, and support::InputError for a wrong `shape`.
ptq::Graph readGraph(const std::string& path, const std::vector<std::string>& shape);

// What the file is made of, with all that stands in the way of quantisation. Throws as
// ptq::surveyModel(), and support::InputError for a wrong `shape`.
ptq::ModelSurvey surveyOf(const std::string& path, const std::vector<std::string>& shape);

// Of readGraph(), folded, without head, its one input for the images of the set. Throws
// support::InputError that names both if they do not fit.
ptq::Graph preparedFor(const data::Dataset& set, ptq::Graph graph, const std::string& path);

// Both: a folded network without head, whose one input takes the images of the set.
// `shape`: what --shape gives, each NAME=NUMBER. Throws support::InputError that names both if they
// do not fit, and as ptq::readOnnx() does.
ptq::Graph readModel(const std::string& path, const data::Dataset& set,
                     const std::vector<std::string>& shape = {});

// The option --shape of the commands that read a model.
void addShapeOption(CLI::App& command, std::vector<std::string>& shape);

// `count` images of the set behind the first `skipped`, or as many as there are; throws
// support::InputError if that is none.
ptq::FloatTensor someImages(const data::Dataset& set, std::size_t skipped, std::size_t count);

// Of the pixels, as they are given to the network.
std::string hashOf(const ptq::FloatTensor& images);

// Of a quantisation by this program, of the model in a file and these images of the set.
ptq::Provenance provenanceOf(const std::string& model, const data::Dataset& set,
                             const ptq::FloatTensor& images, const ptq::QuantiseSteps& steps);

// That of a file, which is legal, or the default one if `path` is empty.
ArchSpec specOrDefault(const std::string& path);

// What a legal spec says of the numbers of a network in this element, "slogii" or a baseline;
// maxTaps is 0.
ptq::NumberFormat formatOf(const ArchSpec& spec, const std::string& element);

// True if the file begins as a network file does (docs/network_file.md) and not as ONNX.
bool isNetworkFile(const std::string& path);

}  // namespace aslog::cli
