// The images that quantize and evaluate are told of: a data set in JSON, or a folder of pictures.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "support/json_file.h"

namespace aslog::cli {

struct ImageSetOptions {
    std::string name;  // of the option, "--calib" or "--data"
    std::string path;  // of a descriptor (docs/data.md) or a folder
    std::string dataRoot;
    // Of a folder, as they were given; empty: by the convention that is assumed.
    std::string mean;
    std::string deviation;
    std::string range;
    std::string channels;
};

// The option `name`, --data-root, --mean, --std, --range and --channels.
void addImageSetOptions(CLI::App& command, const std::string& name, ImageSetOptions& options);

struct ImageSet {
    data::Dataset set;
    std::vector<std::filesystem::path> pictures;  // of a folder: the files that were read
    std::string text;                             // of a folder: lines for people; or empty
    support::Json json;                           // the same; null for a descriptor
};

// Images for the one input of `graph`, which is as the reader gives it; of a folder at most the
// first `most` pictures by name are read. Their name tells how pixels became numbers, so that it
// stands in the provenance. A data set does not need the graph (null), a folder does. Throws
// support::InputError as data::readDataset() does, for options that do not fit, and for pictures
// that are not of the size that the network takes.
ImageSet readImageSet(const ImageSetOptions& options, const ptq::Graph* graph, std::size_t most,
                      data::Answers answers);

}  // namespace aslog::cli
