// ONNX's own backend tests, one for each variant of each operator, as Debian's libonnx-testdata
// brings them. Which of them are ours is decided by what is in the model, not by a list.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "ptq/onnx/constant_operators.h"
#include "ptq/onnx/reader.h"
#include "ptq/onnx/tensors.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace aslog::ptq;

namespace {

// ONNX's own tolerances are 1e-3 relative and 1e-7 absolute; sums of floats near zero, in another
// order than numpy's, need a little more.
constexpr double kRelative = 1e-3;
constexpr double kAbsolute = 1e-6;

template <typename Proto>
Proto parsed(const fs::path& path) {
    Proto proto;
    REQUIRE(proto.ParseFromString(aslog::support::readFile(path)));
    return proto;
}

bool isOurs(const onnx::GraphProto& graph) {
    const std::vector<std::string> known = supportedOperators();
    return graph.node_size() > 0 &&
           std::all_of(graph.node().begin(), graph.node().end(), [&](const auto& node) {
               return std::find(known.begin(), known.end(), node.op_type()) != known.end() &&
                      (node.domain().empty() || node.domain() == "ai.onnx");
           });
}

bool isTraining(const onnx::NodeProto& node) {
    return std::any_of(node.attribute().begin(), node.attribute().end(),
                       [](const auto& a) { return a.name() == "training_mode" && a.i() != 0; });
}

// Why a test with our operators is outside what we read; "" if it is not. The first input and the
// first output of each node are the values that flow; other inputs may be whole numbers.
std::string skipReason(const onnx::ModelProto& model, const fs::path& data) {
    for (const auto& set : model.opset_import()) {
        if (set.domain().empty() &&
            (set.version() > kNewestOpset || set.version() < kOldestOpset)) {
            return fmt::format("opset outside {} to {}", kOldestOpset, kNewestOpset);
        }
    }
    for (const auto& node : model.graph().node()) {
        if (isTraining(node)) {
            return "training mode";
        }
        if (node.op_type() == "Dropout" && node.input_size() == 3 &&
            parsed<onnx::TensorProto>(data / "input_2.pb").raw_data() != std::string(1, '\0')) {
            return "training mode";
        }
        if (node.output_size() > 1 && node.op_type() != "Split") {
            return "second output (mask, indices)";
        }
    }
    const auto isFloat = [](const onnx::ValueInfoProto& value) {
        return value.type().tensor_type().elem_type() == onnx::TensorProto::FLOAT;
    };
    const auto& graph = model.graph();
    for (const auto& input : graph.input()) {
        for (const auto& dim : input.type().tensor_type().shape().dim()) {
            // Lists of whole numbers may be empty, but the network's input may not.
            if (isFloat(input) && dim.has_dim_value() && dim.dim_value() == 0) {
                return "an input without elements";
            }
        }
    }
    for (const auto* value :
         {graph.input_size() > 0 ? &graph.input(0) : nullptr, &graph.output(0)}) {
        if (value != nullptr && !value->type().has_tensor_type()) {
            return "a sequence or an optional value, not a tensor";
        }
        if (value != nullptr && !isFloat(*value)) {
            return "element type " + elementTypeName(value->type().tensor_type().elem_type());
        }
    }
    for (const auto& node : graph.node()) {
        if (isConstantOperator(node.op_type()) && node.input_size() > 0 &&
            node.input(0) == graph.input(0).name()) {
            return "an operator that we have for whole numbers alone, on floats";
        }
    }
    return "";
}

// Resize and Upsample take their factors as floats.
bool isResized(const onnx::GraphProto& graph) {
    return std::any_of(graph.node().begin(), graph.node().end(), [](const auto& node) {
        return node.op_type() == "Resize" || node.op_type() == "Upsample";
    });
}

// What the reader says of forms of an operator that docs/onnx.md excludes: refused, not wrong.
bool isRefusal(const std::string& problem) {
    const std::vector<std::string> reasons = {"(Resize): mode: found",
                                              "(Resize): coordinate_transformation_mode",
                                              "(Resize): a map is scaled by", "(Expand): it gives"};
    return std::ranges::any_of(reasons, [&](const std::string& reason) {
        return problem.find(reason) != std::string::npos;
    });
}

// Makes an initializer of each input that we need as a constant: those of other types than float,
// and scalars and factors behind the first input. Returns the values of the other inputs.
std::vector<FloatTensor> bindInputs(onnx::ModelProto& model, const fs::path& data) {
    std::vector<FloatTensor> inputs;
    for (int i = 0; i < model.graph().input_size(); ++i) {
        auto proto = parsed<onnx::TensorProto>(data / fmt::format("input_{}.pb", i));
        const FileConstant value = readTensor(proto);
        const auto* tensor = std::get_if<FloatTensor>(&value);
        if (tensor == nullptr || (i > 0 && (tensor->shape.empty() || isResized(model.graph())))) {
            proto.set_name(model.graph().input(i).name());
            *model.mutable_graph()->add_initializer() = proto;
        } else {
            inputs.push_back(*tensor);
        }
    }
    return inputs;
}

// "" if a result is as expected.
std::string difference(const FloatTensor& found, const FloatTensor& expected) {
    if (found.shape != expected.shape) {
        return fmt::format("found shape {}, expected {}", shapeText(found.shape),
                           shapeText(expected.shape));
    }
    for (std::size_t i = 0; i < found.data.size(); ++i) {
        const double error = std::abs(double{found.data[i]} - double{expected.data[i]});
        if (!(error <= kAbsolute + kRelative * std::abs(double{expected.data[i]}))) {
            return fmt::format("element {}: found {}, expected {}", i, found.data[i],
                               expected.data[i]);
        }
    }
    return "";
}

// "" if the model computes what the data set expects.
std::string difference(onnx::ModelProto model, const fs::path& data) {
    const std::vector<FloatTensor> inputs = bindInputs(model, data);
    const Graph graph = parseOnnx(model.SerializeAsString(), "model.onnx");
    const std::vector<FloatTensor> found = run(graph, inputs);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto expected = std::get<FloatTensor>(
            readTensor(parsed<onnx::TensorProto>(data / fmt::format("output_{}.pb", i))));
        if (const std::string problem = difference(found[i], expected); !problem.empty()) {
            return fmt::format("output {}: {}", i, problem);
        }
    }
    return "";
}

std::vector<fs::path> modelFolders(const fs::path& root) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(root)) {
        if (fs::exists(entry.path() / "model.onnx")) {
            folders.push_back(entry.path());
        }
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

}  // namespace

TEST_CASE("Every node test of ONNX with our operators passes") {
    const fs::path root = fs::path(ASLOG_ONNX_TEST_DATA) / "node";
    if (!fs::is_directory(root)) {
        WARN("skipped: libonnx-testdata not found");
        SUCCEED();
        return;
    }
    std::map<std::string, std::vector<std::string>> skipped;
    std::size_t passed = 0;
    for (const fs::path& folder : modelFolders(root)) {
        const auto model = parsed<onnx::ModelProto>(folder / "model.onnx");
        if (!isOurs(model.graph())) {
            continue;
        }
        const std::string name = folder.filename().string();
        const fs::path data = folder / "test_data_set_0";
        if (const std::string reason = skipReason(model, data); !reason.empty()) {
            skipped[reason].push_back(name);
            continue;
        }
        std::string problem;
        try {
            problem = difference(model, data);
        } catch (const aslog::support::Error& error) {
            problem = error.what();
        }
        if (isRefusal(problem)) {
            skipped["resizing that repeats no elements, dimensions that are added"].push_back(name);
            continue;
        }
        INFO(name << ": " << problem);
        CHECK(problem.empty());
        passed += problem.empty() ? 1 : 0;
        std::cout << (problem.empty() ? "passed  " : "FAILED  ") << name << '\n';
    }
    for (const auto& [reason, names] : skipped) {
        std::cout << fmt::format("skipped {} for: {}\n", names.size(), reason);
        for (const std::string& name : names) {
            std::cout << "    " << name << '\n';
        }
    }
    std::cout << fmt::format("{} node tests passed\n", passed);
    // The suite of ONNX 1.12 has more than a hundred of ours: far fewer means that the search
    // fails.
    REQUIRE(passed > 100);
}
