// The table of operators agrees with what the reader does, and docs/onnx.md with the table.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "golden/network/network.h"
#include "ptq/onnx/operator_table.h"
#include "ptq/onnx/reader.h"
#include "ptq/onnx/refusals.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

namespace {

using namespace aslog;
using namespace aslog::ptq;
using aslog::test::errorOf;
using aslog::test::ModelBuilder;
using Catch::Matchers::ContainsSubstring;

const std::filesystem::path kPage = std::filesystem::path(ASLOG_SOURCE_DIR) / "docs/onnx.md";

/// What the reader says of a node with this attribute, of a type that no operator has.
std::string errorOfAttribute(const OperatorRow& row, const std::string& attribute,
                             std::int64_t opset) {
    ModelBuilder model(opset);
    model.input("x", {1, 4, 4, 4}).output("y").integers("i", {1});
    std::vector<std::string> inputs = {"x", "i"};
    if (row.name == "Constant") {
        inputs.clear();
    } else if (row.name == "ConstantOfShape") {
        inputs = {"i"};
    } else if (row.name == "Resize") {
        model.constant("scales", {{4}, {1, 1, 2, 2}});
        inputs = {"x", "", "scales"};
    }
    onnx::NodeProto& node = model.node(std::string(row.name), inputs, "y");
    if (row.name.ends_with("Pool") && !row.name.starts_with("Global") &&
        attribute != "kernel_shape") {
        test::setAttributes(node, "kernel_shape", {1, 1});
    }
    if (row.name == "DepthToSpace" && attribute != "blocksize") {
        test::setAttribute(node, "blocksize", std::int64_t{1});
    }
    onnx::AttributeProto& wrong = *node.add_attribute();
    wrong.set_name(attribute);
    wrong.set_type(onnx::AttributeProto::GRAPHS);
    return errorOf(model);
}

}  // namespace

TEST_CASE("The table has a row for each operator that the reader knows, and no other") {
    std::vector<std::string> names;
    for (const OperatorRow& row : operatorTable()) {
        names.emplace_back(row.name);
        CHECK(findOperator(row.name) == &row);
        CHECK_FALSE(row.reference.empty());
        CHECK_FALSE(row.steps.empty());
    }
    CHECK(names == supportedOperators());
    CHECK(findOperator("Einsum") == nullptr);
}

TEST_CASE("What operators become are steps of the integer network") {
    std::set<std::string> steps;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (steps.insert(std::variant_alternative_t<I, golden::Operation>::kName), ...);
    }
    (std::make_index_sequence<std::variant_size_v<golden::Operation>>());
    std::set<std::string> named;
    for (const OperatorRow& row : operatorTable()) {
        const std::string text(row.steps);
        for (std::size_t i = text.find('`'); i != std::string::npos; i = text.find('`', i + 1)) {
            const std::size_t end = text.find('`', i + 1);
            named.insert(text.substr(i + 1, end - i - 1));
            i = end;
        }
    }
    steps.erase("constant");  // a value, no operator
    CHECK(named == steps);
}

TEST_CASE("Operators that are refused with a reason are not read, and the reason is told") {
    std::set<std::string_view> refused;
    for (const Refusal& row : refusals()) {
        for (const std::string_view name : row.operators) {
            INFO(name);
            CHECK(findOperator(name) == nullptr);
            CHECK(refused.insert(name).second);
            ModelBuilder model;
            model.input("x", {-1, 2}).output("y").node(std::string(name), {"x"}, "y");
            CHECK_THAT(errorOf(model), ContainsSubstring(std::string(row.reason)));
        }
    }
    CHECK(refusalOf("Unheard") == "this operator is not supported");
}

TEST_CASE("An opset that is too old is refused with the command that converts it") {
    ModelBuilder model(6);
    model.input("x", {-1, 2}).output("y").node("Relu", {"x"}, "y");
    CHECK_THAT(errorOf(model), ContainsSubstring("opset: found 6, allowed 7 to 24") &&
                                   ContainsSubstring("v.convert_version(onnx.load("));
}

TEST_CASE("Each attribute of the table is read by some opset, or ignored, and no other is") {
    std::size_t read = 0;
    for (const OperatorRow& row : operatorTable()) {
        CHECK_THAT(errorOfAttribute(row, "surprise", 17),
                   ContainsSubstring("attribute surprise is not supported"));
        for (const AttributeRow& attribute : row.attributes) {
            const std::string name(attribute.name);
            INFO(row.name << ", " << name);
            const std::vector<std::int64_t> opsets = {7, 9, 10, 12, 13, 17, 18, 22};
            const bool isRead = std::ranges::any_of(opsets, [&](std::int64_t opset) {
                return errorOfAttribute(row, name, opset)
                           .find("attribute " + name + ": found type GRAPHS") != std::string::npos;
            });
            const bool isIgnored = attribute.limits == "ignored";
            CHECK(isRead != isIgnored);
            if (isIgnored) {
                CHECK(errorOfAttribute(row, name, 18).find("attribute " + name + " is not") ==
                      std::string::npos);
            }
            ++read;
        }
    }
    CHECK(read > 80);
}

TEST_CASE("docs/onnx.md is what `aslog operators --markdown` prints") {
    if (std::getenv("ASLOG_UPDATE_GOLDEN") != nullptr) {
        support::writeFile(kPage, operatorsMarkdown());
    }
    CHECK(support::readFile(kPage) == operatorsMarkdown());
}
