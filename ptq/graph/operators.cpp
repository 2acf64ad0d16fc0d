#include "ptq/graph/operators.h"

#include <cstddef>
#include <type_traits>

namespace aslog::ptq {

std::string_view operatorName(const Operator& op) {
    return std::visit(
        []<typename Op>(const Op& each) {
            if constexpr (std::is_same_v<Op, Arithmetic>) {
                return Op::kNames[static_cast<std::size_t>(each.kind)];
            } else {
                return Op::kName;
            }
        },
        op);
}

}  // namespace aslog::ptq
