#include "ptq/onnx/input_types.h"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "ptq/onnx/tensors.h"
#include "support/error.h"
#include "support/printable.h"

namespace aslog::ptq {

using support::InputError;

namespace {

// As SymbolicSizes calls it.
std::string nameOf(const onnx::TensorShapeProto::Dimension& dim, const std::string& input,
                   std::size_t index) {
    return dim.dim_param().empty() ? fmt::format("{}.{}", input, index)
                                   : support::printable(dim.dim_param());
}

// The number of a dimension; 0 if it is symbolic and has none.
std::int64_t sizeOf(const onnx::TensorShapeProto::Dimension& dim, const std::string& name,
                    const SymbolicSizes& sizes) {
    if (dim.has_dim_value()) {
        return dim.dim_value();
    }
    const auto found = sizes.find(name);
    return found != sizes.end() ? found->second : 0;
}

}  // namespace

GraphInput readInputType(const onnx::ValueInfoProto& input, const SymbolicSizes& sizes,
                         std::set<std::string>& names) {
    const auto& type = input.type();
    if (!type.has_tensor_type() || !isFloatType(type.tensor_type().elem_type())) {
        throw InputError(fmt::format("found {}, allowed: a tensor of floats",
                                     type.has_tensor_type()
                                         ? elementTypeName(type.tensor_type().elem_type())
                                         : "no tensor"));
    }
    if (!type.tensor_type().has_shape()) {
        throw InputError("its shape is not given; export the model with fixed sizes");
    }
    GraphInput result;
    for (const auto& dim : type.tensor_type().shape().dim()) {
        const std::string name = nameOf(dim, input.name(), result.shape.size());
        if (!dim.has_dim_value()) {
            names.insert(name);
        }
        const std::int64_t size = sizeOf(dim, name, sizes);
        if (size >= 1) {
            result.shape.push_back(size);
        } else if (result.shape.empty() && !dim.has_dim_value() && !sizes.contains(name)) {
            result.shape.push_back(kSymbolicBatch);
        } else {
            const bool isNumber = dim.has_dim_value() || sizes.contains(name);
            throw InputError(fmt::format(
                "dimension {}: found {}, allowed: a number above 0; only the batch (dimension 0) "
                "may be symbolic; {}export the model with fixed sizes",
                result.shape.size(),
                isNumber ? std::to_string(size) : fmt::format("\"{}\"", dim.dim_param()),
                isNumber ? "" : fmt::format("give a number with --shape '{}=NUMBER', or ", name)));
        }
    }
    Shape oneImage = result.shape;
    if (!oneImage.empty() && oneImage[0] == kSymbolicBatch) {
        oneImage[0] = 1;
    }
    (void)elementCount(oneImage);  // what looks at the input alone counts on it
    return result;
}

}  // namespace aslog::ptq
