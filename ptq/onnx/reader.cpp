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
#include "ptq/onnx/input_types.h"
#include "ptq/onnx/known_values.h"
#include "ptq/onnx/order.h"
#include "ptq/onnx/refusals.h"
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
                "opset: found {}, allowed {} to {}; convert the model with python3 -c 'import "
                "onnx; from onnx import version_converter as v; "
                "onnx.save(v.convert_version(onnx.load(\"OLD.onnx\"), 17), \"NEW.onnx\")'",
                set.version(), kOldestOpset, kNewestOpset));
        }
        return set.version();
    }
    throw InputError("opset_import is missing: this is no ONNX model");
}

// What some node or output of the graph needs to be known.
class Needed {
  public:
    // `order`: as computingOrder() gives it.
    Needed(const onnx::GraphProto& graph, const std::vector<int>& order)
        : nodes_(static_cast<std::size_t>(graph.node_size())) {
        for (const auto& output : graph.output()) {
            values_.insert(output.name());
        }
        const std::vector<int> backwards(order.rbegin(), order.rend());
        for (const int i : backwards) {
            const onnx::NodeProto& node = graph.node(i);
            if (std::any_of(node.output().begin(), node.output().end(),
                            [this](const std::string& output) { return isRead(output); })) {
                nodes_[static_cast<std::size_t>(i)] = true;
                values_.insert(node.input().begin(), node.input().end());
            }
        }
    }

    bool isRead(const std::string& value) const { return values_.contains(value); }
    bool hasNode(int index) const { return nodes_[static_cast<std::size_t>(index)]; }

  private:
    std::set<std::string> values_;
    std::vector<bool> nodes_;
};

// What to make of an input whose batch is a number: exporters write the one that they happened to
// trace, mostly 1.
enum class Batch { Free, AsGiven };

class GraphReader {
  public:
    GraphReader(const onnx::GraphProto& proto, std::int64_t opset, const ExternalData* external,
                const SymbolicSizes& sizes, Batch batch)
        : proto_(proto), opset_(opset), external_(external), sizes_(sizes), batch_(batch) {}

    Graph read() {
        if (proto_.sparse_initializer_size() > 0) {
            throw InputError("sparse initializers are not supported");
        }
        const std::vector<std::string> names = nodeNames(proto_);
        nodeNames_.insert(names.begin(), names.end());
        const std::vector<int> order = computingOrder(proto_, names);
        const Needed needed(proto_, order);
        readInitializers();
        readInputs();
        for (const int i : order) {
            if (!needed.hasNode(i)) {
                continue;
            }
            const std::string where =
                fmt::format("node \"{}\" ({})", names[i], proto_.node(i).op_type());
            try {
                readNode(proto_.node(i), names[i], needed);
            } catch (const RefusedBefore&) {
                refuse(proto_.node(i));
            } catch (const InputError& error) {
                problems_.push_back(fmt::format("{}: {}", where, error.what()));
                refuse(proto_.node(i));
            }
        }
        refuseProblems();
        readOutputs();
        const std::vector<Shape> shapes = inferShapes(graph_, inputShapes(graph_, 1));
        if (hasFreedBatch()) {
            requireRowForEachImage(shapes);
        }
        return std::move(graph_);
    }

    // Instead of read(): what came through.
    PartialModel readPartly() {
        PartialModel result;
        try {
            result.graph = read();
            return result;
        } catch (const InputError& error) {
            result.refusals =
                problems_.empty() ? std::vector<std::string>{error.what()} : problems_;
        }
        graph_.outputs.clear();
        const std::vector<std::size_t> readers = readerCounts(graph_);
        for (const Node& node : graph_.nodes) {
            if (readers[node.output] == 0) {
                graph_.outputs.push_back({graph_.values[node.output].name, node.output});
            }
        }
        result.graph = std::move(graph_);
        return result;
    }

    // The graph is read for any batch although the file gives one.
    bool hasFreedBatch() const { return known_.tracedBatch().has_value(); }

  private:
    // A network that was traced with one batch may mix it with other dimensions.
    void requireRowForEachImage(const std::vector<Shape>& ofOne) const {
        const std::vector<Shape> ofTwo = inferShapes(graph_, inputShapes(graph_, 2));
        for (const GraphOutput& output : graph_.outputs) {
            Shape wanted = ofOne[output.value];
            if (!wanted.empty()) {
                wanted[0] *= 2;
            }
            if (wanted.empty() || ofTwo[output.value] != wanted) {
                throw InputError(fmt::format("output \"{}\" is {} for one image and {} for two",
                                             output.name, shapeText(ofOne[output.value]),
                                             shapeText(ofTwo[output.value])));
            }
        }
    }

    void readInitializers() {
        for (const auto& tensor : proto_.initializer()) {
            try {
                known_.addConstant(tensor.name(), readTensor(tensor, external_));
                initializers_.insert(tensor.name());
            } catch (const InputError& error) {
                throw InputError(
                    fmt::format("initializer \"{}\": {}", tensor.name(), error.what()));
            }
        }
    }

    void readInputs() {
        std::set<std::string> symbolic;
        for (const auto& input : proto_.input()) {
            if (initializers_.contains(input.name())) {
                continue;
            }
            try {
                graph_.inputs.push_back(readInputType(input, sizes_, symbolic));
                graph_.inputs.back().value = addValue(input.name());
            } catch (const InputError& error) {
                throw InputError(fmt::format("input \"{}\": {}", input.name(), error.what()));
            }
        }
        for (const auto& [name, size] : sizes_) {
            if (!symbolic.contains(name)) {
                throw InputError(fmt::format(
                    "no input has a symbolic size \"{}\"; found: {}", support::printable(name),
                    symbolic.empty() ? "none" : fmt::format("{}", fmt::join(symbolic, ", "))));
            }
        }
        if (batch_ == Batch::Free) {
            freeBatch();
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

    // Of a single input: a batch of 1, or any batch of images.
    void freeBatch() {
        if (graph_.inputs.size() != 1) {
            return;
        }
        Shape& shape = graph_.inputs.front().shape;
        const bool isBatch = shape.size() >= 2 && (shape[0] == 1 || shape.size() == 4);
        if (isBatch && shape[0] != kSymbolicBatch) {
            known_.setTracedBatch(shape[0]);
            shape[0] = kSymbolicBatch;
        }
    }

    void readNode(const onnx::NodeProto& proto, const std::string& name, const Needed& needed) {
        if (!isOnnxDomain(proto.domain()) || !isSupported(proto.op_type())) {
            throw InputError(refusalOf(proto.op_type()));
        }
        // Of an activation some of them are nodes of the graph.
        const auto isOfActivation = [&] {
            return isConvertible(proto.op_type()) && proto.input_size() > 0 &&
                   known_.constant(proto.input(0)) == nullptr;
        };
        if (isConstantOperator(proto.op_type()) && !isOfActivation()) {
            FileConstant constant = evaluateConstant(proto, opset_, known_);
            known_.addConstant(proto.output(0), std::move(constant));
            return;
        }
        ConvertedNode converted = convert(proto, opset_, known_);
        std::vector<std::string> inputs;
        for (const std::size_t i : converted.operands) {
            inputs.push_back(proto.input(static_cast<int>(i)));
        }
        for (int i = 0; i < proto.output_size(); ++i) {
            const std::string& output = proto.output(i);
            const auto index = static_cast<std::size_t>(i);
            if (index < converted.outputs.size()) {
                addNode(i == 0 ? name : uniqueName(fmt::format("{}:{}", name, i)),
                        std::move(converted.outputs[index]), inputs, output);
            } else if (!output.empty() && needed.isRead(output)) {
                throw InputError(fmt::format(
                    "output {} (\"{}\") is read, which is not supported; only the first is", i,
                    output));
            }
        }
    }

    // Of one output of a node; without a name nobody reads it.
    void addNode(const std::string& name, Operator op, const std::vector<std::string>& inputs,
                 const std::string& output) {
        if (output.empty()) {
            return;
        }
        std::vector<const FileConstant*> constants;
        std::transform(inputs.begin(), inputs.end(), std::back_inserter(constants),
                       [this](const std::string& input) { return known_.constant(input); });
        if (auto result = evaluate(op, constants)) {
            known_.addConstant(output, std::move(*result));
            return;
        }
        Node node{name, std::move(op), {}, 0};
        for (const std::string& input : inputs) {
            node.inputs.push_back(operand(input));
        }
        known_.addResult(output, node.op, inputs);
        node.output = addValue(output);
        graph_.nodes.push_back(std::move(node));
    }

    std::string uniqueName(std::string name) {
        while (!nodeNames_.insert(name).second) {
            name += '_';
        }
        return name;
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
    const ExternalData* external_;
    const SymbolicSizes& sizes_;
    Batch batch_;
    Graph graph_;
    KnownValues known_;
    std::set<std::string> initializers_;
    std::set<std::string> nodeNames_;
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

// `bytes` are gone when it returns: its weights are in the model.
onnx::ModelProto modelOf(std::string bytes, const std::string& fileName) {
    onnx::ModelProto model;  // its names are shown, and stand in files
    if (bytes.empty() || bytes.size() > kMaxFileBytes ||
        !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        throw InputError(fmt::format("{}: this is no ONNX file (or a damaged one)", fileName));
    }
    makePrintable(*model.mutable_graph());
    return model;
}

Graph parse(std::string bytes, const std::string& fileName, const ExternalData* external,
            const SymbolicSizes& sizes) {
    const onnx::ModelProto model = modelOf(std::move(bytes), fileName);
    try {
        const std::int64_t opset = opsetOf(model);
        GraphReader reader(model.graph(), opset, external, sizes, Batch::Free);
        try {
            return reader.read();
        } catch (const InputError&) {
            if (!reader.hasFreedBatch()) {
                throw;
            }
            return GraphReader(model.graph(), opset, external, sizes, Batch::AsGiven).read();
        }
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", fileName, error.what()));
    }
}

}  // namespace

Graph parseOnnx(std::string_view bytes, const std::string& fileName, const SymbolicSizes& sizes) {
    return parse(std::string(bytes), fileName, nullptr, sizes);
}

Graph readOnnx(const std::filesystem::path& path, const SymbolicSizes& sizes) {
    const ExternalData external(path.parent_path());
    return parse(support::readFile(path, kMaxFileBytes), path.filename().string(), &external,
                 sizes);
}

PartialModel readOnnxPartly(const std::filesystem::path& path, const SymbolicSizes& sizes) {
    const std::string fileName = path.filename().string();
    const ExternalData external(path.parent_path());
    const onnx::ModelProto model = modelOf(support::readFile(path, kMaxFileBytes), fileName);
    try {
        const std::int64_t opset = opsetOf(model);
        GraphReader reader(model.graph(), opset, &external, sizes, Batch::Free);
        PartialModel result = reader.readPartly();
        if (result.refusals.empty() || !reader.hasFreedBatch()) {
            return result;
        }
        return GraphReader(model.graph(), opset, &external, sizes, Batch::AsGiven).readPartly();
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", fileName, error.what()));
    }
}

}  // namespace aslog::ptq
