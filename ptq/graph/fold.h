// Folding: a network with fewer nodes that computes the same, for quantisation. Each pass changes
// the graph in place and returns whether it changed anything; value ids keep their meaning. What
// the graph computes changes by rounding alone. The graph must be one that a reader has made.
#pragma once

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Identity, Dropout and a Pad of nothing give way to their inputs.
bool removeIdentities(Graph& graph);

// A node whose inputs are all constants becomes a constant, unless that would be large (2^24
// elements) beside its inputs: files must not grow in memory.
bool foldConstants(Graph& graph);

// Sum, Mean and the difference of activations become sums of two, with factors; Max and Min with
// one number a Clip; x * sigmoid(x) one function; a Gather, and a shuffle of channels in groups,
// slices that are joined; a Pad that crops gets a Slice behind it.
bool normaliseOperators(Graph& graph);

// A constant that is no number of a channel is added or multiplied, in the size of the activation;
// a factor is not repeated to the size of the other; Reshape, Transpose and Reshape, with more
// dimensions between than a map has, become one operator.
bool normaliseMaps(Graph& graph);

// A ConvTranspose with constant weights becomes a Conv on its input, widened with zeros.
bool replaceConvTransposes(Graph& graph);

// A Gemm with constant factor b gets the form x * transposed(b) + c with alpha = beta = 1 and c a
// vector; so does the MatMul of a matrix and a constant matrix.
bool normaliseGemms(Graph& graph);

// Transposes move behind what treats all elements, or all dimensions, alike, until one meets its
// inverse, moves nothing but sizes of 1, or becomes an order of the columns of a Gemm.
bool sinkTransposes(Graph& graph);

// A Pad with zeros of spatial dimensions gives way to the padding of the Conv behind it, or of an
// AveragePool that counts padding; one with numbers below all others to that of a MaxPool.
bool foldPads(Graph& graph);

// BatchNormalization and Add, Sub, Mul, Div by constants, one for each channel or one for all, go
// into the weights and bias of the Conv or normalised Gemm before them, if nothing else reads its
// output.
bool foldAffineIntoProducers(Graph& graph);

// The same into the Conv or Gemm behind them, if nothing else reads them and it is exact: no offset
// meets zero padding.
bool foldAffineIntoConsumers(Graph& graph);

// Nodes that no output needs go; constants that nothing reads give their memory back.
bool removeUnused(Graph& graph);

// All passes, until nothing changes.
void fold(Graph& graph);

}  // namespace aslog::ptq
