#include "tests/ptq/onnx/shape_models.h"

#include <numeric>

#include "ptq/reference/run.h"
#include "tests/catch.h"

namespace aslog::test {

ptq::FloatTensor counting(const ptq::Shape& shape) {
    ptq::FloatTensor tensor = ptq::filled(shape, 0);
    std::iota(tensor.data.begin(), tensor.data.end(), 0.0F);
    return tensor;
}

ptq::FloatTensor outputOf(const ModelBuilder& model, const ptq::Shape& inputShape) {
    return ptq::run(model.graph(), {counting(inputShape)}).at(0);
}

void checkReshaped(const ModelBuilder& model, const ptq::Shape& from, const ptq::Shape& to) {
    const ptq::FloatTensor y = outputOf(model, from);
    CHECK(y.shape == to);
    CHECK(y.data == counting(from).data);
}

void constantNode(ModelBuilder& model, const std::string& name,
                  const std::vector<std::int64_t>& numbers) {
    setAttributes(model.node("Constant", {}, name), "value_ints", numbers);
}

void concat(ModelBuilder& model, const std::vector<std::string>& parts, const std::string& name) {
    setAttribute(model.node("Concat", parts, name), "axis", std::int64_t{0});
}

void addCast(ModelBuilder& model, const std::string& from, const std::string& to,
             onnx::TensorProto::DataType type) {
    setAttribute(model.node("Cast", {from}, to), "to", std::int64_t{type});
}

ModelBuilder reshapeTo(const ptq::Shape& x, const Compute& compute, std::int64_t opset) {
    ModelBuilder model(opset);
    model.input("x", x).output("y");
    model.integers("zero", {0}).integers("one", {1}).integers("two", {2}).integers("rest", {-1});
    model.node("Shape", {"x"}, "shape");
    compute(model);
    model.node("Reshape", {"x", "target"}, "y");
    return model;
}

ModelBuilder resultIs(const ptq::Shape& x, const Compute& compute) {
    return reshapeTo(x, [&](ModelBuilder& model) {
        compute(model);
        model.node("Reshape", {"result", "one"}, "target");
    });
}

Compute binary(const std::string& op, std::int64_t a, std::int64_t b) {
    return [=](ModelBuilder& model) {
        model.integers("a", {a}).integers("b", {b}).node(op, {"a", "b"}, "result");
    };
}

}  // namespace aslog::test
