// What aslog evaluate writes for comparisons with other programs: answers and tensors.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "ptq/data/dataset.h"
#include "ptq/graph/graph.h"
#include "ptq/network_file/network_file.h"
#include "report/answers_file.h"
#include "support/json_file.h"

namespace aslog::cli {

struct DumpOptions {
    std::string answers;               // .csv or .json; empty: none
    std::vector<std::string> tensors;  // each NAME=FILE.npy
    std::size_t images = 1;            // of which tensors are written
};

// --dump, --dump-tensor and --dump-images.
void addDumpOptions(CLI::App& command, DumpOptions& options);

// Before anything is computed. Throws support::InputError for an ending that is not allowed, a
// tensor without file, a file that is named twice, or one that would replace the model, the
// data set or what the set reads.
void checkDumpOptions(const DumpOptions& options, const std::vector<std::string>& inputs,
                      const data::Dataset& set);

// Writes FILE.float.npy if there is a float network (otherwise `graph` is null), and of a network
// file (or null) FILE.VARIANT.npy of each variant. What was written: a list of {tensor, network,
// file, shape}. Throws support::InputError for an unknown tensor, with the names of all;
// support::FileError.
support::Json dumpTensors(const DumpOptions& options, const ptq::Graph* graph,
                          const ptq::NetworkFile* file, const data::Dataset& set);

// A line for each tensor of such a list.
std::string tensorsText(const support::Json& written);

// Writes the file of --dump, whole or not at all. Throws support::FileError.
void dumpAnswers(const DumpOptions& options, const data::Dataset& set,
                 const std::vector<report::Answers>& answers);

}  // namespace aslog::cli
