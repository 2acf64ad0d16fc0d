#include "ptq/onnx/tensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

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

// Half precision: as IEEE 754 has it, and with the exponent of a float.
struct Float16 {
    std::uint16_t bits;
};
struct BFloat16 {
    std::uint16_t bits;
};

float toNumber(Float16 number) {
    const int exponent = number.bits >> 10 & 0x1F;
    const int fraction = number.bits & 0x3FF;
    const float sign = number.bits >> 15 != 0 ? -1.0F : 1.0F;
    if (exponent == 0x1F) {
        return fraction != 0 ? std::numeric_limits<float>::quiet_NaN()
                             : sign * std::numeric_limits<float>::infinity();
    }
    // Without an exponent the leading 1 is missing.
    return exponent == 0 ? sign * std::ldexp(static_cast<float>(fraction), -24)
                         : sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}

float toNumber(BFloat16 number) {
    return std::bit_cast<float>(std::uint32_t{number.bits} << 16);
}

template <typename Number>
Number toNumber(Number number) {
    return number;
}

// In a field of int32 each has its bits in the lower half.
template <typename InFile, typename InField>
InFile fromField(InField number) {
    if constexpr (sizeof(InFile) == sizeof(std::uint16_t)) {
        return {static_cast<std::uint16_t>(number)};
    } else {
        return static_cast<InFile>(number);
    }
}

class TensorReader {
  public:
    TensorReader(const TensorProto& proto, const ExternalData* external)
        : proto_(proto), external_(external), shape_(proto.dims().begin(), proto.dims().end()) {}

    template <typename InFile, typename Field>
    FloatTensor floats(const Field& field) const {
        return {shape_, numbers<InFile, float>(field)};
    }
    template <typename InFile, typename Field>
    WholeNumbers wholeNumbers(const Field& field) const {
        return {shape_, numbers<InFile, BatchNumber>(field)};
    }

  private:
    // The numbers of the other file, of raw_data, or else of the field of the type.
    template <typename InFile, typename Element, typename Field>
    std::vector<Element> numbers(const Field& field) const {
        const auto count = static_cast<std::size_t>(elementCount(shape_));
        if (proto_.data_location() == TensorProto::EXTERNAL || proto_.external_data_size() > 0) {
            if (external_ == nullptr) {
                throw InputError("the data lies in another file, which is not supported here");
            }
            return ofBytes<InFile, Element>(external_->read(proto_, count * sizeof(InFile)));
        }
        if (proto_.has_raw_data()) {
            if (proto_.raw_data().size() != count * sizeof(InFile)) {
                refuseLength(shape_, proto_.raw_data().size(), "bytes");
            }
            return ofBytes<InFile, Element>(proto_.raw_data());
        }
        if (static_cast<std::size_t>(field.size()) != count) {
            refuseLength(shape_, static_cast<std::size_t>(field.size()), "numbers");
        }
        std::vector<Element> to;
        to.reserve(count);
        for (const auto number : field) {
            to.push_back(static_cast<Element>(toNumber(fromField<InFile>(number))));
        }
        return to;
    }

    template <typename InFile, typename Element>
    static std::vector<Element> ofBytes(const std::string& raw) {
        std::vector<Element> to(raw.size() / sizeof(InFile));
        for (std::size_t i = 0; i < to.size(); ++i) {
            InFile number{};
            std::memcpy(&number, raw.data() + i * sizeof(InFile), sizeof(InFile));
            to[i] = static_cast<Element>(toNumber(number));
        }
        return to;
    }

    const TensorProto& proto_;
    const ExternalData* external_;
    Shape shape_;
};

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

bool isFloatType(int type) {
    return type == TensorProto::FLOAT || type == TensorProto::DOUBLE ||
           type == TensorProto::FLOAT16 || type == TensorProto::BFLOAT16;
}

FileConstant readTensor(const TensorProto& proto, const ExternalData* external) {
    if (proto.has_segment()) {
        throw InputError("tensors in segments are not supported");
    }
    const TensorReader reader(proto, external);
    switch (proto.data_type()) {
        case TensorProto::FLOAT:
            return reader.floats<float>(proto.float_data());
        case TensorProto::DOUBLE:
            return reader.floats<double>(proto.double_data());
        case TensorProto::FLOAT16:
            return reader.floats<Float16>(proto.int32_data());
        case TensorProto::BFLOAT16:
            return reader.floats<BFloat16>(proto.int32_data());
        case TensorProto::INT32:
            return reader.wholeNumbers<std::int32_t>(proto.int32_data());
        case TensorProto::INT64:
            return reader.wholeNumbers<std::int64_t>(proto.int64_data());
        case TensorProto::BOOL:
            return reader.wholeNumbers<std::uint8_t>(proto.int32_data());
        default:
            throw InputError(fmt::format(
                "found element type {}, allowed: float, double, float16, bfloat16, int32, int64, "
                "bool",
                elementTypeName(proto.data_type())));
    }
}

}  // namespace aslog::ptq
