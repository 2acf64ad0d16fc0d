#include "ptq/onnx/tensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

using onnx::TensorProto;
using support::InputError;

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

[[noreturn]] void refuseLength(const Shape& shape, std::size_t found, const char* unit) {
    throw InputError(
        fmt::format("found {} {} of data for shape {}", found, unit, shapeText(shape)));
}

// The numbers of raw_data, or else of the field of the type.
template <typename InFile, typename Field, typename Element>
void readNumbers(const TensorProto& proto, const Field& field, const Shape& shape,
                 std::vector<Element>& to) {
    const auto count = static_cast<std::size_t>(elementCount(shape));
    if (!proto.has_raw_data()) {
        if (static_cast<std::size_t>(field.size()) != count) {
            refuseLength(shape, static_cast<std::size_t>(field.size()), "numbers");
        }
        to.reserve(count);
        std::transform(field.begin(), field.end(), std::back_inserter(to),
                       [](auto number) { return static_cast<Element>(number); });
        return;
    }
    const std::string& raw = proto.raw_data();
    if (raw.size() != count * sizeof(InFile)) {
        refuseLength(shape, raw.size(), "bytes");
    }
    to.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        InFile number{};
        std::memcpy(&number, raw.data() + i * sizeof(InFile), sizeof(InFile));
        to[i] = static_cast<Element>(number);
    }
}

}  // namespace

std::string elementTypeName(int type) {
    if (!TensorProto::DataType_IsValid(type)) {
        return fmt::format("number {}", type);
    }
    std::string name = TensorProto::DataType_Name(static_cast<TensorProto::DataType>(type));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

FileConstant readTensor(const TensorProto& proto) {
    if (proto.data_location() == TensorProto::EXTERNAL || proto.external_data_size() > 0) {
        throw InputError(
            "the data lies in another file, which is not supported; save the model "
            "as a single file");
    }
    if (proto.has_segment()) {
        throw InputError("tensors in segments are not supported");
    }
    const Shape shape(proto.dims().begin(), proto.dims().end());
    FloatTensor tensor{shape, {}};
    WholeNumbers whole{shape, {}};
    switch (proto.data_type()) {
        case TensorProto::FLOAT:
            readNumbers<float>(proto, proto.float_data(), shape, tensor.data);
            return tensor;
        case TensorProto::DOUBLE:
            readNumbers<double>(proto, proto.double_data(), shape, tensor.data);
            return tensor;
        case TensorProto::INT32:
            readNumbers<std::int32_t>(proto, proto.int32_data(), shape, whole.data);
            return whole;
        case TensorProto::INT64:
            readNumbers<std::int64_t>(proto, proto.int64_data(), shape, whole.data);
            return whole;
        case TensorProto::BOOL:
            readNumbers<std::uint8_t>(proto, proto.int32_data(), shape, whole.data);
            return whole;
        default:
            throw InputError(
                fmt::format("found element type {}, allowed: float, double, int32, int64, bool",
                            elementTypeName(proto.data_type())));
    }
}

}  // namespace aslog::ptq
