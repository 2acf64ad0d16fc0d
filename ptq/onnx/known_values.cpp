#include "ptq/onnx/known_values.h"

#include <utility>

#include <fmt/format.h>

namespace aslog::ptq {

using support::InputError;

void KnownValues::addConstant(const std::string& name, FileConstant constant) {
    values_.emplace(name, std::move(constant));
}

void KnownValues::addInput(const std::string& name, const Shape& shape) {
    addShape(name, [&] { return inputBatchShape(shape); });
}

void KnownValues::addUnknownShape(const std::string& name, const std::string& reason) {
    values_.emplace(
        name, UnknownShape{fmt::format("the shape of \"{}\" is not known: {}", name, reason)});
}

void KnownValues::addRefused(const std::string& name) {
    values_.emplace(name, Refused{});
}

void KnownValues::addResult(const std::string& name, const Operator& op,
                            const std::vector<std::string>& inputs) {
    std::vector<BatchShape> shapes;
    for (const std::string& input : inputs) {
        if (const auto* unknown = std::get_if<UnknownShape>(&find(input))) {
            values_.emplace(name, *unknown);
            return;
        }
        shapes.push_back(shape(input));
    }
    addShape(name, [&] { return outputBatchShape(op, shapes); });
}

void KnownValues::addShape(const std::string& name, const std::function<BatchShape()>& infer) {
    try {
        values_.emplace(name, infer());
    } catch (const InputError& error) {
        // No fault, unless another node asks for this shape.
        addUnknownShape(name, error.what());
    }
}

const FileConstant* KnownValues::constant(const std::string& name) const {
    return std::get_if<FileConstant>(&find(name));
}

BatchShape KnownValues::shape(const std::string& name) const {
    const Knowledge& value = find(name);
    if (const auto* unknown = std::get_if<UnknownShape>(&value)) {
        throw InputError(unknown->reason);
    }
    if (const auto* constant = std::get_if<FileConstant>(&value)) {
        const Shape& shape =
            std::visit([](const auto& tensor) -> const Shape& { return tensor.shape; }, *constant);
        return {shape.begin(), shape.end()};
    }
    return std::get<BatchShape>(value);
}

const KnownValues::Knowledge& KnownValues::find(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) {
        throw InputError(fmt::format("nothing computes \"{}\"", name));
    }
    if (std::holds_alternative<Refused>(found->second)) {
        throw RefusedBefore(fmt::format("the node that computes \"{}\" cannot be used", name));
    }
    return found->second;
}

}  // namespace aslog::ptq
