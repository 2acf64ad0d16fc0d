// Layers with two codes a weight compute the same in float.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "ptq/graph/double_codes.h"
#include "ptq/graph/fold.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/onnx/model_builder.h"

namespace {

using namespace aslog;
using test::ModelBuilder;
using test::randomTensor;

/// conv -> matrix product of either kind -> Gemm of either kind.
ptq::Graph threeLayers(bool transposes) {
    std::mt19937 random(1);
    ModelBuilder model;
    model.input("x", {-1, 3, 4, 4})
        .constant("w", randomTensor(random, {2, 3, 3, 3}))
        .constant("m", randomTensor(random, {8, 5}))
        .constant("g", randomTensor(random, transposes ? ptq::Shape{4, 5} : ptq::Shape{5, 4}));
    model.node("Conv", {"x", "w"}, "c");
    model.node("Flatten", {"c"}, "f");
    model.node("MatMul", {"f", "m"}, "p");
    test::setAttribute(model.node("Gemm", {"p", "g"}, "y"), "transB",
                       std::int64_t{transposes ? 1 : 0});
    model.output("y");
    return model.graph();
}

std::string errorOf(ptq::Graph graph, const std::string& layer) {
    try {
        ptq::doubleCodes(graph, layer);
    } catch (const support::InputError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("A layer with its input twice and half its weights computes the same") {
    std::mt19937 random(2);
    const ptq::FloatTensor images = randomTensor(random, {5, 3, 4, 4});
    for (const bool transposes : {false, true}) {
        const ptq::Graph graph = threeLayers(transposes);
        const ptq::FloatTensor wanted = ptq::run(graph, {images}).front();
        for (const std::string layer : {"c", "p", "y", "last"}) {
            INFO(layer << ", transposed " << transposes);
            ptq::Graph doubled = graph;
            CHECK(ptq::doubleCodes(doubled, layer) == (layer == "last" ? "y" : layer));
            CHECK(doubled.nodes.size() == graph.nodes.size() + 1);
            const ptq::FloatTensor found = ptq::run(doubled, {images}).front();
            REQUIRE(found.data.size() == wanted.data.size());
            for (std::size_t i = 0; i < found.data.size(); ++i) {
                CHECK(std::abs(found.data[i] - wanted.data[i]) < 1e-5);
            }
        }
    }
}

TEST_CASE("Layers that cannot have two codes a weight are refused") {
    CHECK(errorOf(threeLayers(false), "conv1") ==
          "no layer with weights is named \"conv1\"; there are: c, p, y");
    std::mt19937 random(3);
    ModelBuilder model;
    model.input("x", {-1, 4, 4, 4}).constant("w", randomTensor(random, {4, 2, 1, 1}));
    test::setAttribute(model.node("Conv", {"x", "w"}, "y"), "group", std::int64_t{2});
    model.output("y");
    CHECK(errorOf(model.graph(), "y") ==
          "layer \"y\" works in 2 groups; only a layer of one group gets two codes a weight");
}
