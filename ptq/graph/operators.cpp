#include "ptq/graph/operators.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace aslog::ptq {

double valueAt(const Function& f, double x) {
    using Kind = Function::Kind;
    const auto sigmoid = [](double t) { return 1 / (1 + std::exp(-t)); };
    // log(1 + exp(t)), without overflow.
    const auto softplus = [](double t) {
        return std::max(t, 0.0) + std::log1p(std::exp(-std::abs(t)));
    };
    const double alpha = f.alpha;
    switch (f.kind) {
        case Kind::Sigmoid:
            return sigmoid(x);
        case Kind::Tanh:
            return std::tanh(x);
        case Kind::LeakyRelu:
            return x < 0 ? alpha * x : x;
        case Kind::Elu:
            return x < 0 ? alpha * std::expm1(x) : x;
        case Kind::Selu:
            return f.beta * (x < 0 ? alpha * std::expm1(x) : x);
        case Kind::Celu:
            return std::max(x, 0.0) + std::min(alpha * std::expm1(x / alpha), 0.0);
        case Kind::HardSigmoid:
            return std::clamp(alpha * x + f.beta, 0.0, 1.0);
        case Kind::HardSwish:
            return x * std::clamp(x / 6 + 0.5, 0.0, 1.0);
        case Kind::Softplus:
            return softplus(x);
        case Kind::Softsign:
            return x / (1 + std::abs(x));
        case Kind::ThresholdedRelu:
            return x > alpha ? x : 0;
        case Kind::Gelu:
            return f.isTanh ? 0.5 * x *
                                  (1 + std::tanh(std::sqrt(2 / std::numbers::pi) *
                                                 (x + 0.044715 * x * x * x)))
                            : 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2));
        case Kind::Mish:
            return x * std::tanh(softplus(x));
        case Kind::Swish:
            return x * sigmoid(alpha * x);
        case Kind::Exp:
            return std::exp(x);
        case Kind::Abs:
            return std::abs(x);
        case Kind::Neg:
            break;
    }
    return -x;
}

std::string_view operatorName(const Operator& op) {
    return std::visit(
        []<typename Op>(const Op& each) {
            if constexpr (requires { Op::kNames; }) {
                return Op::kNames[static_cast<std::size_t>(each.kind)];
            } else {
                return Op::kName;
            }
        },
        op);
}

}  // namespace aslog::ptq
