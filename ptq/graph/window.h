// Where the windows of a convolution or a pooling lie.
#pragma once

#include "ptq/graph/operators.h"
#include "ptq/graph/tensor.h"

namespace aslog::ptq {

// A Window with every default filled in; each member has one size for each spatial dimension.
struct ResolvedWindow {
    Shape kernel;
    Shape strides;
    Shape dilations;
    Shape padsBegin;
    Shape padsEnd;
    Shape output;  // number of windows, >= 1
};

// `kernel`: that of the weights, or window.kernel. `input`: the spatial sizes of the input.
// With ceilMode, windows that would start behind the input are left out (ONNX 1.16, PyTorch).
// Throws InputError if lengths do not match, a number is out of range or no window fits.
ResolvedWindow resolve(const Window& window, const Shape& kernel, const Shape& input);

// Of a ConvTranspose, whose windows slide over its output. `output` are its spatial sizes, and may
// be larger than the windows cover; pads take away, and are those that autoPad or outputShape ask
// for. `input`: the spatial sizes of its input. Throws InputError as resolve() does, or if the
// output would have no elements or a window more padding than elements.
ResolvedWindow resolve(const ConvTranspose& conv, const Shape& kernel, const Shape& input);

}  // namespace aslog::ptq
