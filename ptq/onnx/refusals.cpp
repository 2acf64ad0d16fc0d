#include "ptq/onnx/refusals.h"

#include <algorithm>
namespace aslog::ptq {
const std::vector<Refusal>& refusals() {
    static const std::vector<Refusal> rows{
        {{"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv",
          "QLinearMatMul", "QLinearAdd", "QLinearMul", "QLinearConcat", "QLinearAveragePool",
          "QLinearGlobalAveragePool", "ConvInteger", "MatMulInteger"},
         "the model is quantised already; export the float model, before quantisation"},
        {{"LSTM", "GRU", "RNN", "Loop", "Scan", "If", "SequenceAt", "SequenceConstruct",
          "SequenceEmpty", "SequenceInsert", "SplitToSequence", "ConcatFromSequence"},
         "a network with loops or branches has no fixed layers; this is not supported: export the "
         "part without them"},
        {{"NonZero", "NonMaxSuppression", "TopK", "Unique", "Compress", "RoiAlign", "MaxRoiPool",
          "ScatterND", "ScatterElements", "GatherND", "GatherElements", "MaxUnpool"},
         "the shape or place of what it gives depends on the data; this is not supported: end the "
         "model before it"},
        {{"Attention", "MultiHeadAttention", "Einsum", "LayerNormalization",
          "SimplifiedLayerNormalization", "SkipLayerNormalization", "RMSNormalization",
          "RotaryEmbedding"},
         "attention is not supported: it multiplies matrices of activations, and weights must be "
         "constant; take a network of convolutions"},
        {{"InstanceNormalization", "GroupNormalization", "LpNormalization",
          "MeanVarianceNormalization", "LRN"},
         "normalisation by what an image itself holds is not supported; train the network with "
         "BatchNormalization, or end the model before it"},
        {{"GridSample", "AffineGrid", "DeformConv"},
         "it takes elements from places that are computed; this is not supported"},
    };
    return rows;
}

std::string refusalOf(std::string_view type) {
    for (const Refusal& row : refusals()) {
        if (std::ranges::find(row.operators, type) != row.operators.end()) {
            return std::string(row.reason);
        }
    }
    return "this operator is not supported";
}

}  // namespace aslog::ptq
