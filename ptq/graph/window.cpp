#include "ptq/graph/window.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

// `sizes`, or `rank` times `otherwise` if there are none; each must be from `least` to
// kMaxElements.
Shape completed(const Shape& sizes, std::string_view what, std::size_t rank, std::int64_t least,
                std::int64_t otherwise) {
    if (sizes.empty()) {
        return Shape(rank, otherwise);
    }
    if (sizes.size() != rank) {
        throw support::InputError(
            fmt::format("{} {}: needs {} numbers, one for each spatial dimension", what,
                        shapeText(sizes), rank));
    }
    for (const std::int64_t size : sizes) {
        if (size < least || size > kMaxElements) {
            throw support::InputError(fmt::format("{} {}: each must be from {} to {}", what,
                                                  shapeText(sizes), least, kMaxElements));
        }
    }
    return sizes;
}

// Chooses the padding that makes ceil(input / stride) windows.
void padToSame(ResolvedWindow& w, std::size_t i, std::int64_t input, bool upper) {
    const std::int64_t extent = w.dilations[i] * (w.kernel[i] - 1) + 1;
    w.output[i] = (input + w.strides[i] - 1) / w.strides[i];
    const std::int64_t total =
        std::max<std::int64_t>((w.output[i] - 1) * w.strides[i] + extent - input, 0);
    const std::int64_t smaller = total / 2;
    w.padsBegin[i] = upper ? smaller : total - smaller;
    w.padsEnd[i] = total - w.padsBegin[i];
}

std::int64_t countWindows(const ResolvedWindow& w, std::size_t i, std::int64_t input,
                          bool ceilMode) {
    const std::int64_t extent = w.dilations[i] * (w.kernel[i] - 1) + 1;
    const std::int64_t room = input + w.padsBegin[i] + w.padsEnd[i] - extent;
    if (room < 0) {
        throw support::InputError(fmt::format(
            "kernel {} with dilation {} does not fit into {} elements with padding {} and {}",
            w.kernel[i], w.dilations[i], input, w.padsBegin[i], w.padsEnd[i]));
    }
    std::int64_t count = room / w.strides[i] + 1;
    if (ceilMode && room % w.strides[i] != 0 && count * w.strides[i] < input + w.padsBegin[i]) {
        ++count;
    }
    return count;
}

// What one dimension of a ConvTranspose loses by its padding, if `size` elements shall be left. A
// larger size is not reached by any window at its end.
void padToSize(ResolvedWindow& w, std::size_t i, std::int64_t whole, std::int64_t size,
               bool upper) {
    const std::int64_t total = std::max<std::int64_t>(whole - size, 0);
    w.padsBegin[i] = upper ? total / 2 : total - total / 2;
    w.padsEnd[i] = total - w.padsBegin[i];
    w.output[i] = size;
}

}  // namespace

ResolvedWindow resolve(const ConvTranspose& conv, const Shape& kernel, const Shape& input) {
    const std::size_t rank = input.size();
    const Window& window = conv.window;
    Window plain = window;  // checks all numbers but the pads, which take away here
    plain.padsBegin = plain.padsEnd = kernel;
    plain.autoPad = AutoPad::Explicit;
    plain.strides.clear();
    ResolvedWindow result = resolve(plain, kernel, input);
    const bool isExplicit = window.autoPad == AutoPad::Explicit;
    result.strides = completed(window.strides, "strides", rank, 1, 1);
    result.padsBegin = completed(isExplicit ? window.padsBegin : Shape{}, "pads", rank, 0, 0);
    result.padsEnd = completed(isExplicit ? window.padsEnd : Shape{}, "pads", rank, 0, 0);
    const Shape more = completed(conv.outputPadding, "output_padding", rank, 0, 0);
    Shape wanted = conv.outputShape;
    if (!wanted.empty()) {
        wanted = completed(wanted, "output_shape", rank, 1, 1);
    }
    for (std::size_t i = 0; i < rank; ++i) {
        const std::int64_t extent = result.dilations[i] * (result.kernel[i] - 1) + 1;
        const std::int64_t whole = result.strides[i] * (input[i] - 1) + more[i] + extent;
        const bool isSame =
            window.autoPad == AutoPad::SameUpper || window.autoPad == AutoPad::SameLower;
        if (!wanted.empty() || isSame) {
            padToSize(result, i, whole, wanted.empty() ? input[i] * result.strides[i] : wanted[i],
                      window.autoPad == AutoPad::SameUpper);
            continue;
        }
        result.output[i] = whole - result.padsBegin[i] - result.padsEnd[i];
        if (result.output[i] < 1) {
            throw support::InputError(fmt::format("pads {} and {} leave nothing of {} elements",
                                                  result.padsBegin[i], result.padsEnd[i], whole));
        }
    }
    return result;
}

ResolvedWindow resolve(const Window& window, const Shape& kernel, const Shape& input) {
    const std::size_t rank = input.size();
    if (kernel.size() != rank) {
        throw support::InputError(
            fmt::format("kernel {} does not suit an input with {} spatial dimensions",
                        shapeText(kernel), rank));
    }
    ResolvedWindow result;
    result.kernel = completed(kernel, "kernel", rank, 1, 1);
    result.strides = completed(window.strides, "strides", rank, 1, 1);
    result.dilations = completed(window.dilations, "dilations", rank, 1, 1);
    const bool isExplicit = window.autoPad == AutoPad::Explicit;
    result.padsBegin = completed(isExplicit ? window.padsBegin : Shape{}, "pads", rank, 0, 0);
    result.padsEnd = completed(isExplicit ? window.padsEnd : Shape{}, "pads", rank, 0, 0);
    result.output.resize(rank);
    for (std::size_t i = 0; i < rank; ++i) {
        if (input[i] < 1) {
            throw support::InputError(
                fmt::format("the input has no elements: spatial sizes {}", shapeText(input)));
        }
        if (isExplicit || window.autoPad == AutoPad::Valid) {
            result.output[i] = countWindows(result, i, input[i], window.ceilMode);
        } else {
            padToSame(result, i, input[i], window.autoPad == AutoPad::SameUpper);
        }
    }
    return result;
}

}  // namespace aslog::ptq
