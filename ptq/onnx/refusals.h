// Why an operator is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aslog::ptq {

struct Refusal {
    std::vector<std::string_view> operators;  // ONNX's names
    std::string_view reason;                  // and what to do, where there is something
};

// Those that have a reason of their own.
const std::vector<Refusal>& refusals();

// Of an operator that is not among supportedOperators().
std::string refusalOf(std::string_view type);

}  // namespace aslog::ptq
