#include "ptq/graph/operators.h"

#include <array>
#include <cstddef>

namespace aslog::ptq {

std::string_view operatorName(const Operator& op) {
    if (const auto* arithmetic = std::get_if<Arithmetic>(&op)) {
        constexpr std::array<std::string_view, 4> kinds = {"Add", "Sub", "Mul", "Div"};
        return kinds[static_cast<std::size_t>(arithmetic->kind)];
    }
    constexpr std::array<std::string_view, std::variant_size_v<Operator>> names = {
        "Conv",
        "Gemm",
        "MatMul",
        "BatchNormalization",
        "Relu",
        "Clip",
        "",  // Arithmetic: see above
        "MaxPool",
        "AveragePool",
        "GlobalAveragePool",
        "ReduceMean",
        "Concat",
        "Pad",
        "Slice",
        "Flatten",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Transpose",
        "Identity",
        "Dropout",
        "Softmax"};
    return names[op.index()];
}

}  // namespace aslog::ptq
