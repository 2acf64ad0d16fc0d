// The operators of a network, each with its typed attributes. Semantics: the ONNX operator of the
// same name, opset 17. What ONNX passes as a constant whole-number input (shapes, axes, pads) is an
// attribute here; the comment behind each operator lists the inputs that remain.
#pragma once

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
    Window window;
    std::int64_t groups = 1;
};

struct Gemm {  // a [M, K], b [K, N], c (may be absent; broadcast): alpha * a * b + beta * c
    float alpha = 1;
    float beta = 1;
    bool transA = false;
    bool transB = false;
};

struct MatMul {};  // a [..., M, K], b [..., K, N], as numpy.matmul

struct BatchNormalization {  // x [N, C, ...], scale [C], bias [C], mean [C], variance [C]
    float epsilon = 1e-5F;
};

struct Relu {};  // x

struct Clip {  // x
    float low = std::numeric_limits<float>::lowest();
    float high = std::numeric_limits<float>::max();
};

struct Arithmetic {  // a, b, broadcast as in numpy
    enum class Kind { Add, Sub, Mul, Div };
    Kind kind = Kind::Add;
};

struct MaxPool {  // x [N, C, ...]; padding never wins
    Window window;
};

struct AveragePool {  // x [N, C, ...]
    Window window;
    bool countIncludePad = false;
};

struct GlobalAveragePool {};  // x [N, C, ...]

struct ReduceMean {   // x
    Shape axes = {};  // may be negative; empty: all
    bool keepDims = true;
};

struct Concat {  // one or more tensors
    std::int64_t axis = 0;
};

struct Pad {  // x
    enum class Mode { Constant, Reflect, Edge };
    Mode mode = Mode::Constant;
    Shape begin = {};  // one for each dimension; a negative one crops
    Shape end = {};
    float value = 0;
};

struct Slice {  // x
    Shape starts = {};
    Shape ends = {};
    Shape axes = {};   // as long as starts
    Shape steps = {};  // not 0, as long as starts
};

struct Flatten {  // x
    std::int64_t axis = 1;
};

struct Reshape {      // x
    Shape dims = {};  // one -1: what remains; 0: the size of the input, unless allowZero
    bool allowZero = false;
};

struct Squeeze {      // x
    Shape axes = {};  // empty: every size that is 1
};

struct Unsqueeze {    // x
    Shape axes = {};  // positions in the output
};

struct Transpose {           // x
    Shape permutation = {};  // empty: reversed
};

struct Identity {};  // x
struct Dropout {};   // x, unchanged: inference only

struct Softmax {  // x
    std::int64_t axis = -1;
    bool toTheEnd = false;  // over all dimensions from axis on (opset < 13), not over axis alone
};

using Operator =
    std::variant<Conv, Gemm, MatMul, BatchNormalization, Relu, Clip, Arithmetic, MaxPool,
                 AveragePool, GlobalAveragePool, ReduceMean, Concat, Pad, Slice, Flatten, Reshape,
                 Squeeze, Unsqueeze, Transpose, Identity, Dropout, Softmax>;

// ONNX's name: "Conv", "Add", ...
std::string_view operatorName(const Operator& op);

}  // namespace aslog::ptq
