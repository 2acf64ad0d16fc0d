// Reads a network from an ONNX file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ptq/graph/graph.h"

namespace aslog::ptq {

inline constexpr std::int64_t kOldestOpset = 7;
inline constexpr std::int64_t kNewestOpset = 24;

// ONNX's names of the operators that can be read, sorted.
std::vector<std::string> supportedOperators();

// Numbers for symbolic sizes of inputs, by their names in the file; one without a name is called
// INPUT.DIMENSION, as "x.2".
using SymbolicSizes = std::map<std::string, std::int64_t>;

// The graph of an ONNX file of at most 2 GiB, opset 7 to 24, float tensors; weights may lie in
// other files of its folder. Of sizes that `sizes` has no number for only the batch (first
// dimension of an input) may be symbolic; a fixed one becomes symbolic if the network treats each
// image alone. Shapes are checked with a batch of 1. What no output needs is not read. Whole
// numbers that nodes compute from constants and shapes become attributes. Source:
// https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md Throws FileError if the file cannot
// be read, InputError if it is no such network: all operators and nodes that are not supported are
// named in one message; or if no input has one of `sizes`.
Graph readOnnx(const std::filesystem::path& path, const SymbolicSizes& sizes = {});

// The same for the bytes of a file, without other files; `fileName` is for messages.
Graph parseOnnx(std::string_view bytes, const std::string& fileName,
                const SymbolicSizes& sizes = {});

// What of a file can be read.
struct PartialModel {
    // The nodes before those that are refused; without refusals the whole network, otherwise each
    // value that nothing reads is an output.
    Graph graph;
    std::vector<std::string> refusals;  // each with its node; what readOnnx() would say
};

// As readOnnx(), but refused nodes do not throw. Still throws FileError, and InputError for what is
// no ONNX model of a known opset.
PartialModel readOnnxPartly(const std::filesystem::path& path, const SymbolicSizes& sizes = {});

}  // namespace aslog::ptq
