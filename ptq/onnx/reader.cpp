#include "ptq/onnx/reader.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include "ptq/graph/shapes.h"
#include "ptq/onnx/constant_operators.h"
#include "ptq/onnx/convert.h"
#include "ptq/onnx/known_values.h"
#include "ptq/onnx/order.h"
#include "ptq/onnx/shape_arithmetic.h"
#include "ptq/onnx/tensors.h"
#include "support/error.h"
#include "support/file.h"
#include "support/printable.h"

namespace aslog::ptq {
namespace {

using support::InputError;

// protobuf counts bytes in an int.
constexpr std::size_t kMaxFileBytes = std::numeric_limits<int>::max();

bool isOnnxDomain(const std::string& domain) {
    return domain.empty() || domain == "ai.onnx";
}

std::int64_t opsetOf(const onnx::ModelProto& model) {
    for (const auto& set : model.opset_import()) {
        if (!isOnnxDomain(set.domain())) {
            continue;
        }
        if (set.version() < kOldestOpset || set.version() > kNewestOpset) {
            throw InputError(fmt::format(
                "opset: found {}, allowed {} to {}; convert the model with onnx.version_converter",
                set.version(), kOldestOpset, kNewestOpset));
        }
        return set.version();
    }
    throw InputError("opset_import is missing: this is no ONNX model");
}

GraphInput readInputType(const onnx::ValueInfoProto& input) {
    const auto& type = input.type();
    if (!type.has_tensor_type() || type.tensor_type().elem_type() != onnx::TensorProto::FLOAT) {
        throw InputError(fmt::format("found {}, allowed: a tensor of float",
                                     type.has_tensor_type()
                                         ? elementTypeName(type.tensor_type().elem_type())
                                         : "no tensor"));
    }
    if (!type.tensor_type().has_shape()) {
        throw InputError("its shape is not given; export the model with fixed sizes");
    }
    GraphInput result;
    for (const auto& dim : type.tensor_type().shape().dim()) {
        if (dim.has_dim_value() && dim.dim_value() >= 1) {
            result.shape.push_back(dim.dim_value());
        } else if (result.shape.empty() && !dim.has_dim_value()) {
            result.shape.push_back(kSymbolicBatch);
        } else {
            throw InputError(fmt::format(
                "dimension {}: found {}, allowed: a number above 0; only the batch (dimension 0) "
                "may be symbolic; export the model with fixed sizes",
                result.shape.size(),
                dim.has_dim_value() ? std::to_string(dim.dim_value())
                                    : fmt::format("\"{}\"", dim.dim_param())));
        }
    }
    return result;
}

class GraphReader {
  public:
    GraphReader(const onnx::GraphProto& proto, std::int64_t opset) : proto_(proto), opset_(opset) {}

    Graph read() {
        if (proto_.sparse_initializer_size() > 0) {
            throw InputError("sparse initializers are not supported");
        }
        const std::vector<std::string> names = nodeNames(proto_);
        const std::vector<int> order = computingOrder(proto_, names);
        readInitializers();
        readInputs();
        for (const int i : order) {
            const std::string where =
                fmt::format("node \"{}\" ({})", names[i], proto_.node(i).op_type());
            try {
                readNode(proto_.node(i), names[i]);
            } catch (const RefusedBefore&) {
                refuse(proto_.node(i));
            } catch (const InputError& error) {
                problems_.push_back(fmt::format("{}: {}", where, error.what()));
                refuse(proto_.node(i));
            }
        }
        refuseProblems();
        readOutputs();
        inferShapes(graph_, inputShapes(graph_, 1));
        return std::move(graph_);
    }

  private:
    void readInitializers() {
        for (const auto& tensor : proto_.initializer()) {
            try {
                known_.addConstant(tensor.name(), readTensor(tensor));
                initializers_.insert(tensor.name());
            } catch (const InputError& error) {
                throw InputError(
                    fmt::format("initializer \"{}\": {}", tensor.name(), error.what()));
            }
        }
    }

    void readInputs() {
        for (const auto& input : proto_.input()) {
            if (initializers_.contains(input.name())) {
                continue;
            }
            try {
                graph_.inputs.push_back(readInputType(input));
                graph_.inputs.back().value = addValue(input.name());
            } catch (const InputError& error) {
                throw InputError(fmt::format("input \"{}\": {}", input.name(), error.what()));
            }
        }
        const auto isSymbolic = [](const GraphInput& input) {
            return !input.shape.empty() && input.shape[0] == kSymbolicBatch;
        };
        // A run may choose another batch for each of them.
        const bool several =
            std::count_if(graph_.inputs.begin(), graph_.inputs.end(), isSymbolic) > 1;
        for (const GraphInput& input : graph_.inputs) {
            const std::string& name = graph_.values[input.value].name;
            if (several && isSymbolic(input)) {
                known_.addUnknownShape(name, "the batch of more than one input is symbolic");
            } else {
                known_.addInput(name, input.shape);
            }
        }
    }

    void readNode(const onnx::NodeProto& proto, const std::string& name) {
        if (!isOnnxDomain(proto.domain()) || !isSupported(proto.op_type())) {
            throw InputError("this operator is not supported");
        }
        if (isConstantOperator(proto.op_type())) {
            FileConstant constant = evaluateConstant(proto, opset_, known_);
            known_.addConstant(proto.output(0), std::move(constant));
            return;
        }
        ConvertedNode converted = convert(proto, opset_, known_);
        const auto end = proto.input().begin() + static_cast<std::ptrdiff_t>(converted.operands);
        const std::vector<std::string> inputs(proto.input().begin(), end);
        std::vector<const FileConstant*> constants;
        std::transform(inputs.begin(), inputs.end(), std::back_inserter(constants),
                       [this](const std::string& input) { return known_.constant(input); });
        if (auto result = evaluate(converted.op, constants)) {
            known_.addConstant(proto.output(0), std::move(*result));
            return;
        }
        Node node{name, std::move(converted.op), {}, 0};
        for (const std::string& input : inputs) {
            node.inputs.push_back(operand(input));
        }
        known_.addResult(proto.output(0), node.op, inputs);
        node.output = addValue(proto.output(0));
        graph_.nodes.push_back(std::move(node));
    }

    // The nodes behind it are still checked for faults of their own.
    void refuse(const onnx::NodeProto& proto) {
        for (const std::string& output : proto.output()) {
            known_.addRefused(output);
        }
    }

    // A value that computingOrder() has seen, but perhaps not one of floats.
    ValueId operand(const std::string& name) {
        if (const auto found = ids_.find(name); found != ids_.end()) {
            return found->second;
        }
        const FileConstant* constant = known_.constant(name);
        if (constant == nullptr) {
            throw InputError(fmt::format("nothing computes \"{}\"", name));
        }
        const auto* tensor = std::get_if<FloatTensor>(constant);
        if (tensor == nullptr) {
            throw InputError(fmt::format("input \"{}\": found whole numbers, allowed float", name));
        }
        const ValueId id = addValue(name);
        graph_.values[id].constant = *tensor;
        return id;
    }

    ValueId addValue(const std::string& name) {
        graph_.values.push_back({name, {}});
        ids_.emplace(name, graph_.values.size() - 1);
        return graph_.values.size() - 1;
    }

    void readOutputs() {
        for (const auto& output : proto_.output()) {
            try {
                graph_.outputs.push_back({output.name(), operand(output.name())});
            } catch (const InputError&) {
                throw InputError(
                    fmt::format("output \"{}\": no node computes it as float", output.name()));
            }
        }
        if (graph_.outputs.empty()) {
            throw InputError("the graph has no output");
        }
    }

    void refuseProblems() const {
        if (!problems_.empty()) {
            throw InputError(
                fmt::format("{} of {} nodes cannot be used:\n  {}\nsupported operators: {}",
                            problems_.size(), proto_.node_size(), fmt::join(problems_, "\n  "),
                            fmt::join(supportedOperators(), ", ")));
        }
    }

    const onnx::GraphProto& proto_;
    std::int64_t opset_;
    Graph graph_;
    KnownValues known_;
    std::set<std::string> initializers_;
    std::map<std::string, ValueId> ids_;
    std::vector<std::string> problems_;
};

void makePrintable(std::string& name) {
    name = support::printable(name);
}

void makePrintable(onnx::GraphProto& graph) {
    for (onnx::NodeProto& node : *graph.mutable_node()) {
        makePrintable(*node.mutable_name());
        makePrintable(*node.mutable_op_type());
        makePrintable(*node.mutable_domain());
        for (auto* names : {node.mutable_input(), node.mutable_output()}) {
            for (std::string& name : *names) {
                makePrintable(name);
            }
        }
    }
    for (onnx::TensorProto& tensor : *graph.mutable_initializer()) {
        makePrintable(*tensor.mutable_name());
    }
    for (auto* values :
         {graph.mutable_input(), graph.mutable_output(), graph.mutable_value_info()}) {
        for (onnx::ValueInfoProto& value : *values) {
            makePrintable(*value.mutable_name());
        }
    }
}

}  // namespace

Graph parseOnnx(std::string_view bytes, const std::string& fileName) {
    onnx::ModelProto model;  // its names are shown, and stand in files
    if (bytes.empty() || bytes.size() > kMaxFileBytes ||
        !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        throw InputError(fmt::format("{}: this is no ONNX file (or a damaged one)", fileName));
    }
    makePrintable(*model.mutable_graph());
    try {
        return GraphReader(model.graph(), opsetOf(model)).read();
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", fileName, error.what()));
    }
}

Graph readOnnx(const std::filesystem::path& path) {
    return parseOnnx(support::readFile(path, kMaxFileBytes), path.filename().string());
}

}  // namespace aslog::ptq
