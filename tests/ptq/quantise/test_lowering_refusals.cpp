// What has no integer form is refused with the node's name and the reason.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ptq/quantise/lowering.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using Catch::Matchers::ContainsSubstring;

const ptq::Shape kInputShape{-1, 4, 6, 6};

struct Refusal {
    std::function<void(SmallNetwork&)> build;  // of x, to y
    std::string fragment;
    ptq::Shape input = kInputShape;
};

void checkAll(const std::vector<Refusal>& refusals) {
    for (const Refusal& refusal : refusals) {
        INFO("expected: " << refusal.fragment);
        SmallNetwork net;
        refusal.build(net);
        const ptq::Graph graph = net.graph(refusal.input, "y");
        CHECK_THROWS_AS(ptq::lower(graph), support::InputError);
        CHECK_THROWS_WITH(ptq::lower(graph), ContainsSubstring(refusal.fragment));
    }
}

}  // namespace

TEST_CASE("Operators without an integer form are refused by name") {
    checkAll({
        {[](auto& n) {
             setAttributes(n.node("Transpose", {"x"}, "y"), "perm", {1, 0, 2, 3});
         },
         "node \"y\" (Transpose): \"y\" is [4, 1, 6, 6] for one image"},
        {[](auto& n) {
             n.node("Softmax", {"x"}, "s");
             n.node("GlobalMaxPool", {"s"}, "y");
         },
         "node \"s\" (Softmax): only at the end of the network, where the host computes it"},
        {[](auto& n) {
             n.node("MatMul", {"x", "x"}, "y");
         },
         "node \"y\" (MatMul): it has no integer form"},
        {[](auto& n) {
             n.node("Div", {"x", "x"}, "y");
         },
         "node \"y\" (Div): of two activations only the sum, the difference and the product have"},
        {[](auto& n) {
             n.node("GlobalAveragePool", {"x"}, "g");
             setAttribute(n.node("Flatten", {"g"}, "f"), "axis", std::int64_t{1});
             n.node("Mul", {"x", "f"}, "y");
         },
         "node \"y\" (Mul): it multiplies [1, 4, 4, 4] and [1, 4]; one of them must have the size",
         {-1, 4, 4, 4}},
        {[](auto& n) {
             setAttributes(n.node("ReduceMean", {"x"}, "rows"), "axes", {2});
             n.node("Mul", {"x", "rows"}, "y");
         },
         "node \"rows\" (ReduceMean): only the mean"},
        {[](auto& n) {
             setAttributes(n.node("Transpose", {"x"}, "t"), "perm", {0, 2, 3, 1});
             n.model().constant("scales", {{4}, {1, 1, 1, 2}});
             n.node("Resize", {"t", "", "scales"}, "w");
             setAttributes(n.node("Transpose", {"w"}, "y"), "perm", {0, 3, 1, 2});
         },
         "node \"w\" (Resize): only rows and columns can be repeated"},
        {[](auto& n) {
             n.node("Conv", {"x", "x"}, "y");
         },
         "node \"y\" (Conv): the weights must be constant",
         {1, 4, 6, 6}},
    });
}

TEST_CASE("Numbers that are no scale of a channel are refused") {
    checkAll({
        {[](auto& n) {
             n.number("k", 1).node("Div", {"k", "x"}, "y");
         },
         "node \"y\" (Div): a number divided by an activation has no integer form"},
        {[](auto& n) {
             n.constant("k", {6, 6}).node("Div", {"k", "x"}, "y");
         },
         "node \"y\" (Div): a constant [6, 6] is neither one number nor one a channel"},
        {[](auto& n) {
             n.constant("k", {6, 6}).node("PRelu", {"x", "k"}, "y");
         },
         "node \"y\" (PRelu): a constant [6, 6] is neither one number nor one a channel"},
        {[](auto& n) {
             n.model().constant("k", ptq::filled({6, 6}, 0));
             n.node("Div", {"x", "k"}, "y");
         },
         "node \"y\" (Div): a constant [6, 6] is neither one number nor one a channel"},
        {[](auto& n) {
             n.constant("k", {4, 1, 1}).node("Mul", {"x", "k"}, "y");
         },
         "node \"y\" (Mul): it makes [1, 4, 6, 6] of [1, 1, 6, 6]",
         {-1, 1, 6, 6}},
        {[](auto& n) {
             n.constant("k", {1, 1, 1, 1, 1}).node("Mul", {"x", "k"}, "y");
         },
         "\"y\" is [1, 1, 4, 6, 6] for one image; [1, C, H, W], [1, C, W] or [1, C] is",
         {1, 4, 6, 6}},
        {[](auto& n) {
             n.node("GlobalAveragePool", {"x"}, "g");
             n.node("Add", {"x", "g"}, "y");
         },
         "node \"y\" (Add): it adds [1, 4, 6, 6] and [1, 4, 1, 1]; two of one size are needed"},
        {[](auto& n) {
             n.number("low", 1).number("high", 2).node("Clip", {"x", "low", "high"}, "y");
         },
         "node \"y\" (Clip): it clamps to 1 ... 2; a range that contains 0 is needed"},
        {[](auto& n) {
             n.number("low", -2).number("high", -1).node("Clip", {"x", "low", "high"}, "y");
         },
         "node \"y\" (Clip): it clamps to -2 ... -1; a range"},
    });
}

TEST_CASE("Windows, means, pads and slices of other dimensions are refused") {
    checkAll({
        {[](auto& n) { setAttributes(n.node("ReduceMean", {"x"}, "y"), "axes", {1}); },
         "node \"y\" (ReduceMean): only the mean, maximum or sum over both spatial dimensions has"},
        {[](auto& n) {
             setAttributes(n.node("ReduceMean", {"x"}, "y"), "axes", {1, 2, 3});
         },
         "node \"y\" (ReduceMean): "},
        {[](auto& n) { n.node("ReduceMean", {"x"}, "y"); }, "node \"y\" (ReduceMean): "},
        {[](auto& n) {
             setAttribute(n.node("Concat", {"x", "x"}, "y"), "axis", std::int64_t{2});
         },
         "node \"y\" (Concat): only channels can be joined"},
        {[](auto& n) {
             n.constant("k", {1, 4, 6, 6});
             setAttribute(n.node("Concat", {"x", "k"}, "y"), "axis", std::int64_t{1});
         },
         "node \"y\" (Concat): it joins a constant",
         {1, 4, 6, 6}},
        {[](auto& n) {
             auto& pad = n.pad("x", "y", {0, 0, 1, 0, 0, 0, 0, 0}).model().proto();
             setText(*pad.mutable_graph()->mutable_node(0), "mode", "edge");
         },
         "node \"y\" (Pad): only zeros around channels and planes have an integer form"},
        {[](auto& n) {
             n.pad("x", "y", {1, 0, 0, 0, 0, 0, 0, 0});
         },
         "node \"y\" (Pad): \"y\" is [2, 4, 6, 6] for one image"},
        {[](auto& n) {
             n.number("k", 1).model().integers("p", {0, 1, 0, 0, 0, 0, 0, 0});
             n.node("Pad", {"x", "p", "k"}, "y");
         },
         "node \"y\" (Pad): only zeros around"},
        {[](auto& n) { n.slice("x", "y", {-1}, {-99}, {1}, {-1}); },
         "node \"y\" (Slice): it turns a dimension round, or takes a part of the batch"},
        {[](auto& n) {
             n.model().integers("s", {0, 4, 6, 3, 2});
             n.node("Reshape", {"x", "s"}, "r");
             n.node("GlobalAveragePool", {"r"}, "y");
         },
         "node \"r\" (Reshape): \"r\" is [1, 4, 6, 3, 2] for one image; [1, C, H, W]"},
    });
}

TEST_CASE("Inputs that are no images are refused") {
    checkAll({{[](auto& n) { n.node("GlobalAveragePool", {"x"}, "y"); },
               "the input is of [1, 4, 9]; images [N, C, H, W] are needed",
               {-1, 4, 9}}});
}

TEST_CASE("All refusals come in one message, and networks need one input") {
    SmallNetwork net;
    net.node("Div", {"x", "x"}, "first");
    net.node("Div", {"first", "x"}, "second");
    try {
        ptq::lower(net.graph(kInputShape, "second"));
        FAIL("accepted");
    } catch (const support::InputError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("node \"first\" (Div)"));
        CHECK_THAT(error.what(), ContainsSubstring("node \"second\" (Div)"));
    }
    SmallNetwork two;
    two.model().input("z", kInputShape).output("r");
    two.node("Relu", {"x"}, "r");
    two.node("Add", {"r", "z"}, "y");
    CHECK_THROWS_WITH(ptq::lower(two.graph(kInputShape, "y")),
                      ContainsSubstring("2 inputs and 2 outputs found; one input is needed"));
}
