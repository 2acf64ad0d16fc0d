#include "tests/ptq/onnx/disturb_model.h"

#include <array>
#include <cstdint>
#include <limits>

namespace aslog::test {
namespace {

template <typename Field>
auto& anyOf(Field& field, std::mt19937& random) {
    return *field.Mutable(static_cast<int>(random() % static_cast<unsigned>(field.size())));
}

std::int64_t extreme(std::mt19937& random) {
    constexpr std::int64_t kFar = std::int64_t{1} << 31;
    constexpr std::array<std::int64_t, 12> kExtremes = {-1,
                                                        0,
                                                        1,
                                                        2,
                                                        3,
                                                        7,
                                                        kFar,
                                                        -kFar,
                                                        kFar - 1,
                                                        kFar * kFar,
                                                        std::numeric_limits<std::int64_t>::min(),
                                                        std::numeric_limits<std::int64_t>::max()};
    return kExtremes[random() % kExtremes.size()];
}

// One number of the list becomes an extreme one, comes twice, or is left out.
void disturbNumbers(google::protobuf::RepeatedField<std::int64_t>& numbers, std::mt19937& random) {
    if (numbers.empty()) {
        return;
    }
    switch (random() % 8) {
        case 0:
            numbers.Add(numbers.Get(0));
            break;
        case 1:
            numbers.RemoveLast();
            break;
        default:
            anyOf(numbers, random) = extreme(random);
    }
}

void disturbAttribute(onnx::NodeProto& node, std::mt19937& random) {
    if (node.attribute_size() == 0) {
        return;
    }
    onnx::AttributeProto& attribute = anyOf(*node.mutable_attribute(), random);
    switch (random() % 6) {
        case 0:
            node.mutable_attribute()->RemoveLast();
            break;
        case 1:
            attribute.set_f(static_cast<float>(extreme(random)) * 1e30F);
            break;
        case 2:
            attribute.set_type(static_cast<onnx::AttributeProto::AttributeType>(random() % 9));
            break;
        default:
            disturbNumbers(*attribute.mutable_ints(), random);
            attribute.set_i(extreme(random));
    }
}

void disturbTensor(onnx::TensorProto& tensor, std::mt19937& random) {
    switch (random() % 5) {
        case 0:
            tensor.set_data_type(static_cast<int>(random() % 18));
            break;
        case 1:
            if (!tensor.raw_data().empty()) {
                tensor.mutable_raw_data()->resize(random() % tensor.raw_data().size());
            }
            break;
        case 2:
            disturbNumbers(*tensor.mutable_int64_data(), random);
            break;
        case 3:
            if (tensor.data_type() == onnx::TensorProto::INT64 && tensor.raw_data().size() >= 8) {
                const std::int64_t number = extreme(random);
                const std::size_t at = 8 * (random() % (tensor.raw_data().size() / 8));
                tensor.mutable_raw_data()->replace(at, 8, reinterpret_cast<const char*>(&number),
                                                   sizeof number);
            }
            break;
        default:
            disturbNumbers(*tensor.mutable_dims(), random);
    }
}

// A dimension of an input, or that a value is said to have.
void disturbShape(onnx::GraphProto& graph, std::mt19937& random) {
    auto& infos = random() % 4 == 0 && graph.value_info_size() > 0 ? *graph.mutable_value_info()
                                                                   : *graph.mutable_input();
    if (infos.empty()) {
        return;
    }
    onnx::TensorShapeProto& shape =
        *anyOf(infos, random).mutable_type()->mutable_tensor_type()->mutable_shape();
    switch (random() % 4) {
        case 0:
            shape.add_dim()->set_dim_value(extreme(random));
            break;
        case 1:
            if (shape.dim_size() > 0) {
                shape.mutable_dim()->RemoveLast();
            }
            break;
        case 2:
            if (shape.dim_size() > 0) {
                anyOf(*shape.mutable_dim(), random).set_dim_param("n");
            }
            break;
        default:
            if (shape.dim_size() > 0) {
                anyOf(*shape.mutable_dim(), random).set_dim_value(extreme(random));
            }
    }
}

// The name of some value of the graph.
std::string anyName(onnx::GraphProto& graph, std::mt19937& random) {
    if (random() % 4 == 0 && graph.initializer_size() > 0) {
        return anyOf(*graph.mutable_initializer(), random).name();
    }
    if (random() % 4 == 0 && graph.input_size() > 0) {
        return anyOf(*graph.mutable_input(), random).name();
    }
    const onnx::NodeProto& node = anyOf(*graph.mutable_node(), random);
    return node.output_size() > 0 ? node.output(0) : "";
}

void disturbConnection(onnx::NodeProto& node, onnx::GraphProto& graph, std::mt19937& random) {
    switch (random() % 5) {
        case 0:
            node.add_input(anyName(graph, random));
            break;
        case 1:
            if (node.input_size() > 0) {
                node.mutable_input()->RemoveLast();
            }
            break;
        case 2:
            node.add_output(random() % 2 == 0 ? anyName(graph, random) : "new");
            break;
        default:
            if (node.input_size() > 0) {
                anyOf(*node.mutable_input(), random) =
                    random() % 8 == 0 ? "" : anyName(graph, random);
            }
    }
}

}  // namespace

void disturb(onnx::GraphProto& graph, std::mt19937& random) {
    if (graph.node_size() == 0) {
        return;
    }
    onnx::NodeProto& node = anyOf(*graph.mutable_node(), random);
    switch (random() % 10) {
        case 0:
        case 1:
            disturbAttribute(node, random);
            break;
        case 2:
        case 3:
            if (graph.initializer_size() > 0) {
                disturbTensor(anyOf(*graph.mutable_initializer(), random), random);
            }
            break;
        case 4:
            node.set_op_type(anyOf(*graph.mutable_node(), random).op_type());
            break;
        case 5:
            disturbShape(graph, random);
            break;
        case 6:
            graph.mutable_node()->SwapElements(0, graph.node_size() - 1);
            break;
        case 7:
            if (graph.output_size() > 0) {
                anyOf(*graph.mutable_output(), random).set_name(anyName(graph, random));
            }
            break;
        default:
            disturbConnection(node, graph, random);
    }
}

void disturbBytes(std::string& bytes, std::mt19937& random) {
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
    }
}

}  // namespace aslog::test
