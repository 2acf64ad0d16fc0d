#include "ptq/onnx/source.h"

#include <variant>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {

using support::InputError;

Source::Source(const onnx::NodeProto& node, std::int64_t opset, const KnownValues& known)
    : attributes(node), opset_(opset), node_(node), known_(known) {
    if (node.output_size() == 0 || node.output(0).empty()) {
        throw InputError("the first output has no name");
    }
}

std::size_t Source::inputCount() const {
    auto count = static_cast<std::size_t>(node_.input_size());
    while (count > 0 && nameOf(count - 1).empty()) {
        --count;
    }
    return count;
}

bool Source::hasInput(std::size_t index) const {
    return index < inputCount() && !nameOf(index).empty();
}

bool Source::isConstant(std::size_t index) const {
    return hasInput(index) && known_.constant(nameOf(index)) != nullptr;
}

const std::string& Source::nameOf(std::size_t index) const {
    return node_.input(static_cast<int>(index));
}

const FileConstant* Source::constant(std::size_t index, std::string_view what) const {
    if (!hasInput(index)) {
        return nullptr;
    }
    const FileConstant* found = known_.constant(nameOf(index));
    if (found == nullptr) {
        throw InputError(
            fmt::format("{} (\"{}\") must be a constant, or computed from constants and shapes",
                        what, nameOf(index)));
    }
    return found;
}

const FileConstant& Source::required(std::size_t index, std::string_view what) const {
    const FileConstant* found = constant(index, what);
    if (found == nullptr) {
        throw InputError(fmt::format("input {} is missing", what));
    }
    return *found;
}

BatchShape Source::batchNumbers(std::size_t index, std::string_view what) const {
    const FileConstant* found = constant(index, what);
    if (found == nullptr) {
        return {};
    }
    const auto* numbers = std::get_if<WholeNumbers>(found);
    if (numbers == nullptr || numbers->shape.size() > 1) {
        throw InputError(fmt::format("{} must be a list of whole numbers", what));
    }
    return numbers->data;
}

BatchShape Source::targetShape(std::size_t index, std::string_view what) const {
    BatchShape target = batchNumbers(index, what);
    const BatchNumber anyBatch(1, true);
    if (known_.tracedBatch() && !target.empty() && target[0] == *known_.tracedBatch()) {
        const BatchShape from = shapeOf(0);
        if (!from.empty() && from[0] == anyBatch) {
            target[0] = anyBatch;
        }
    }
    return target;
}

Shape Source::wholeNumbers(std::size_t index, std::string_view what) const {
    return fixedNumbers(batchNumbers(index, what), what);
}

float Source::scalar(std::size_t index, std::string_view what, float otherwise) const {
    const FileConstant* found = constant(index, what);
    if (found == nullptr) {
        return otherwise;
    }
    const auto* tensor = std::get_if<FloatTensor>(found);
    if (tensor == nullptr || tensor->data.size() != 1) {
        throw InputError(fmt::format("{} must be a single float", what));
    }
    return tensor->data[0];
}

Shape Source::attributeOrInput(std::int64_t opset, const std::string& name, std::size_t index) {
    return since(opset) ? wholeNumbers(index, name) : attributes.integers(name);
}

BatchShape Source::shapeOf(std::size_t index) const {
    if (!hasInput(index)) {
        throw InputError(fmt::format("input {} is missing", index));
    }
    return known_.shape(nameOf(index));
}

Shape fixedNumbers(const BatchShape& numbers, std::string_view what) {
    if (dependsOnBatch(numbers)) {
        throw InputError(
            fmt::format("{} {} must not depend on the batch", what, batchShapeText(numbers)));
    }
    return atBatch(numbers, 1);
}

}  // namespace aslog::ptq
