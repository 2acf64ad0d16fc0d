#include "tests/ptq/onnx/model_builder.h"

#include "ptq/onnx/reader.h"
#include "support/error.h"

namespace aslog::test {
namespace {

onnx::AttributeProto& addAttribute(onnx::NodeProto& node, const std::string& name,
                                   onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

}  // namespace

ptq::FloatTensor randomTensor(std::mt19937& random, const ptq::Shape& shape) {
    std::uniform_real_distribution<float> number(-1, 1);
    ptq::FloatTensor tensor = ptq::filled(shape, 0);
    for (float& element : tensor.data) {
        element = number(random);
    }
    return tensor;
}

ModelBuilder::ModelBuilder(std::int64_t opset) {
    model_.set_ir_version(7);
    model_.add_opset_import()->set_version(opset);
    model_.mutable_graph()->set_name("test");
}

ModelBuilder& ModelBuilder::input(const std::string& name, const ptq::Shape& shape) {
    onnx::ValueInfoProto& value = *model_.mutable_graph()->add_input();
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape();
    for (const std::int64_t size : shape) {
        auto& dim = *type.mutable_shape()->add_dim();
        if (size < 0) {
            dim.set_dim_param("N");
        } else {
            dim.set_dim_value(size);
        }
    }
    return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name) {
    model_.mutable_graph()->add_output()->set_name(name);
    return *this;
}

ModelBuilder& ModelBuilder::constant(const std::string& name, const ptq::FloatTensor& tensor) {
    onnx::TensorProto& proto = *model_.mutable_graph()->add_initializer();
    proto.set_name(name);
    proto.set_data_type(onnx::TensorProto::FLOAT);
    proto.mutable_dims()->Add(tensor.shape.begin(), tensor.shape.end());
    proto.mutable_float_data()->Add(tensor.data.begin(), tensor.data.end());
    return *this;
}

ModelBuilder& ModelBuilder::integers(const std::string& name,
                                     const std::vector<std::int64_t>& numbers) {
    onnx::TensorProto& proto = *model_.mutable_graph()->add_initializer();
    proto.set_name(name);
    proto.set_data_type(onnx::TensorProto::INT64);
    proto.add_dims(std::ssize(numbers));
    proto.mutable_int64_data()->Add(numbers.begin(), numbers.end());
    return *this;
}

onnx::NodeProto& ModelBuilder::node(const std::string& type, const std::vector<std::string>& inputs,
                                    const std::string& result) {
    onnx::NodeProto& node = *model_.mutable_graph()->add_node();
    node.set_op_type(type);
    node.set_name(result);
    for (const std::string& input : inputs) {
        node.add_input(input);
    }
    node.add_output(result);
    return node;
}

ptq::Graph ModelBuilder::graph() const {
    return ptq::parseOnnx(bytes(), "test.onnx");
}

std::string errorOf(const ModelBuilder& model) {
    try {
        static_cast<void>(model.graph());
    } catch (const support::InputError& error) {
        return error.what();
    }
    return "no error";
}

void setAttribute(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    addAttribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void setAttribute(onnx::NodeProto& node, const std::string& name, float value) {
    addAttribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void setText(onnx::NodeProto& node, const std::string& name, const std::string& value) {
    addAttribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void setAttributes(onnx::NodeProto& node, const std::string& name,
                   const std::vector<std::int64_t>& values) {
    addAttribute(node, name, onnx::AttributeProto::INTS)
        .mutable_ints()
        ->Add(values.begin(), values.end());
}

}  // namespace aslog::test
