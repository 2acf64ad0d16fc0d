// The operators of a network, each with its typed attributes. Semantics: the ONNX operator of the
// name kName or kNames, opset 17. What ONNX passes as a constant whole-number input (shapes, axes,
// pads) is an attribute here; the comment behind each operator lists the inputs that remain.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

#include "ptq/graph/tensor.h"

namespace aslog::ptq {

enum class AutoPad { Explicit, SameUpper, SameLower, Valid };

// A window that slides over the spatial dimensions (all but the first two).
struct Window {
    Shape kernel = {};     // empty in a Conv: that of the weights
    Shape strides = {};    // >= 1; empty: all 1
    Shape dilations = {};  // >= 1; empty: all 1
    Shape padsBegin = {};  // >= 0; empty: all 0; unused unless autoPad is Explicit
    Shape padsEnd = {};
    AutoPad autoPad = AutoPad::Explicit;
    bool ceilMode = false;  // the last window may reach beyond the padding
};

struct Conv {  // x [N, C, ...], weights [M, C / groups, kernel...], bias [M] (may be absent)
    static constexpr std::string_view kName = "Conv";
    Window window;
    std::int64_t groups = 1;
};

// A convolution turned round: each element of x adds the weights, times itself, to the output.
struct ConvTranspose {  // x [N, C, ...], weights [C, M / groups, kernel...], bias [M] or absent
    static constexpr std::string_view kName = "ConvTranspose";
    Window window;  // strides and pads of the output
    std::int64_t groups = 1;
    Shape outputPadding = {};  // more at the ends; empty: all 0
    Shape outputShape = {};    // spatial sizes that the pads shall give; empty: as pads say
};

struct Gemm {  // a [M, K], b [K, N], c (may be absent; broadcast): alpha * a * b + beta * c
    static constexpr std::string_view kName = "Gemm";
    float alpha = 1;
    float beta = 1;
    bool transA = false;
    bool transB = false;
};

struct MatMul {  // a [..., M, K], b [..., K, N], as numpy.matmul
    static constexpr std::string_view kName = "MatMul";
};

struct BatchNormalization {  // x [N, C, ...], scale [C], bias [C], mean [C], variance [C]
    static constexpr std::string_view kName = "BatchNormalization";
    float epsilon = 1e-5F;
};

struct Relu {  // x
    static constexpr std::string_view kName = "Relu";
};

struct Clip {  // x
    static constexpr std::string_view kName = "Clip";
    float low = std::numeric_limits<float>::lowest();
    float high = std::numeric_limits<float>::max();
};

struct Arithmetic {  // a, b, broadcast as in numpy
    enum class Kind { Add, Sub, Mul, Div };
    static constexpr std::array<std::string_view, 4> kNames = {"Add", "Sub", "Mul", "Div"};
    Kind kind = Kind::Add;
};

struct Variadic {  // one or more tensors, broadcast as in numpy
    enum class Kind { Sum, Mean, Max, Min };
    static constexpr std::array<std::string_view, 4> kNames = {"Sum", "Mean", "Max", "Min"};
    Kind kind = Kind::Sum;
};

// A function of each element alone. alpha and beta: as ONNX names them, where it has them.
struct Function {  // x
    enum class Kind {
        Sigmoid,
        Tanh,
        LeakyRelu,
        Elu,
        Selu,
        Celu,
        HardSigmoid,
        HardSwish,
        Softplus,
        Softsign,
        ThresholdedRelu,
        Gelu,
        Mish,
        Swish,
        Exp,
        Abs,
        Neg
    };
    static constexpr std::array<std::string_view, 17> kNames = {"Sigmoid",
                                                                "Tanh",
                                                                "LeakyRelu",
                                                                "Elu",
                                                                "Selu",
                                                                "Celu",
                                                                "HardSigmoid",
                                                                "HardSwish",
                                                                "Softplus",
                                                                "Softsign",
                                                                "ThresholdedRelu",
                                                                "Gelu",
                                                                "Mish",
                                                                "Swish",
                                                                "Exp",
                                                                "Abs",
                                                                "Neg"};
    Kind kind = Kind::Sigmoid;
    float alpha = 0;
    float beta = 0;       // gamma of Selu
    bool isTanh = false;  // Gelu: by its approximation
};

struct PRelu {  // x, slope, broadcast to x
    static constexpr std::string_view kName = "PRelu";
};

struct MaxPool {  // x [N, C, ...]; padding never wins
    static constexpr std::string_view kName = "MaxPool";
    Window window;
};

struct AveragePool {  // x [N, C, ...]
    static constexpr std::string_view kName = "AveragePool";
    Window window;
    bool countIncludePad = false;
};

struct GlobalPool {  // x [N, C, ...]
    enum class Kind { Average, Max };
    static constexpr std::array<std::string_view, 2> kNames = {"GlobalAveragePool",
                                                               "GlobalMaxPool"};
    Kind kind = Kind::Average;
};

struct Reduce {  // x
    enum class Kind { Mean, Max, Sum };
    static constexpr std::array<std::string_view, 3> kNames = {"ReduceMean", "ReduceMax",
                                                               "ReduceSum"};
    Kind kind = Kind::Mean;
    Shape axes = {};  // may be negative; empty: all
    bool keepDims = true;
};

struct Concat {  // one or more tensors
    static constexpr std::string_view kName = "Concat";
    std::int64_t axis = 0;
};

struct Pad {  // x
    static constexpr std::string_view kName = "Pad";
    enum class Mode { Constant, Reflect, Edge };
    Mode mode = Mode::Constant;
    Shape begin = {};  // one for each dimension; a negative one crops
    Shape end = {};
    float value = 0;
};

struct Slice {  // x
    static constexpr std::string_view kName = "Slice";
    Shape starts = {};
    Shape ends = {};
    Shape axes = {};   // as long as starts
    Shape steps = {};  // not 0, as long as starts
};

struct Gather {  // x
    static constexpr std::string_view kName = "Gather";
    std::int64_t axis = 0;
    Shape indices = {};      // of places along the axis; negative: from the end
    bool dropsAxis = false;  // with one index
};

// Elements further apart; both kinds take n elements of a dimension with factor f.
struct Widen {  // x
    // Resize: each f times, f * n in all. Zeros: f - 1 zeros between, (n - 1) * f + 1 in all.
    enum class Kind { Resize, Zeros };
    static constexpr std::array<std::string_view, 2> kNames = {"Resize", "Widen"};
    Kind kind = Kind::Resize;
    Shape factors = {};  // >= 1, one for each dimension; that of the batch is 1
};

// Reshape, Transpose and Reshape in one: what lies between may have any number of dimensions.
struct Rearrange {  // x
    static constexpr std::string_view kName = "Rearrange";
    Shape sizes = {};  // as Reshape::dims
    Shape order = {};  // a permutation of these; the first is the batch and stays
    Shape dims = {};   // as Reshape::dims
};

struct Flatten {  // x
    static constexpr std::string_view kName = "Flatten";
    std::int64_t axis = 1;
};

struct Reshape {  // x
    static constexpr std::string_view kName = "Reshape";
    Shape dims = {};  // one -1: what remains; 0: the size of the input, unless allowZero
    bool allowZero = false;
};

struct Squeeze {  // x
    static constexpr std::string_view kName = "Squeeze";
    Shape axes = {};  // empty: every size that is 1
};

struct Unsqueeze {  // x
    static constexpr std::string_view kName = "Unsqueeze";
    Shape axes = {};  // positions in the output
};

struct Transpose {  // x
    static constexpr std::string_view kName = "Transpose";
    Shape permutation = {};  // empty: reversed
};

struct Identity {  // x
    static constexpr std::string_view kName = "Identity";
};

struct Dropout {  // x, unchanged: inference only
    static constexpr std::string_view kName = "Dropout";
};

struct Softmax {  // x
    enum class Kind { Plain, Logarithm };
    static constexpr std::array<std::string_view, 2> kNames = {"Softmax", "LogSoftmax"};
    Kind kind = Kind::Plain;
    std::int64_t axis = -1;
    bool toTheEnd = false;  // over all dimensions from axis on (opset < 13), not over axis alone
};

struct ArgMax {  // x; of equal elements the first; the index as a float
    static constexpr std::string_view kName = "ArgMax";
    std::int64_t axis = 0;
    bool keepDims = true;
};

using Operator =
    std::variant<Conv, ConvTranspose, Gemm, MatMul, BatchNormalization, Relu, Clip, Function, PRelu,
                 Arithmetic, Variadic, MaxPool, AveragePool, GlobalPool, Reduce, Concat, Pad, Slice,
                 Gather, Widen, Rearrange, Flatten, Reshape, Squeeze, Unsqueeze, Transpose,
                 Identity, Dropout, Softmax, ArgMax>;

// f(x), in double precision.
double valueAt(const Function& function, double x);

// ONNX's name: "Conv", "Add", ...
std::string_view operatorName(const Operator& op);

}  // namespace aslog::ptq
