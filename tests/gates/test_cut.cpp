// Modules cut at their registers: names of functions, twins, and what is refused.

#include <map>
#include <string>

#include "gates/cut.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;

// d -> r -> y, with an inverter in front; a second register of the same.
Module twoRegisters() {
    Module module;
    module.ports = {{"c", false, {2}}, {"d", false, {3}}, {"y", true, {5, 6}}};
    module.cells = {{"invert", "$_NOT_", {{"A", {3}}, {"Y", {4}}}, {}},
                    {"r", "$_DFF_P_", {{"C", {2}}, {"D", {4}}, {"Q", {5}}}, {}},
                    {"s", "$_DFF_P_", {{"C", {2}}, {"D", {4}}, {"Q", {6}}}, {}}};
    return module;
}

const LogicModels& models() {
    static const LogicModels all(modelsFromCells(R"lib(
        cell (DFF) { ff (IQ, IQN) { clocked_on : "K"; next_state : "E D + !E IQ"; clear : "!R"; }
            pin (K, D, E, R) { direction : input; } pin (Q) { direction : output; function : "IQ"; } }
        cell (BUS) { bus (A) { direction : input; } })lib"));
    return all;
}

CutLogic cut(const Module& module) {
    return cutAtRegisters("small", module, models(), {});
}

}  // namespace

TEST_CASE("A register is an input and five functions") {
    const CutLogic logic = cut(twoRegisters());
    CHECK(logic.inputs.contains("state r"));
    CHECK(logic.outputs.at("port y[0]") == logic.inputs.at("state r"));
    CHECK(logic.outputs.at("data r") == AndInverterGraph::inverse(logic.inputs.at("port d[0]")));
    CHECK(logic.outputs.at("clock r") == logic.inputs.at("port c[0]"));
    CHECK(logic.outputs.at("latch r") == AndInverterGraph::kFalse);
    CHECK(logic.outputs.at("clear r") == AndInverterGraph::kFalse);
}

TEST_CASE("A cell of the library and the gate of yosys that it stands for are cut alike") {
    Module gates;
    gates.ports = {{"c", false, {2}},
                   {"d", false, {3}},
                   {"e", false, {4}},
                   {"n", false, {5}},
                   {"q", true, {6}}};
    gates.cells = {
        {"r", "$_DFFE_PN0P_", {{"C", {2}}, {"D", {3}}, {"E", {4}}, {"R", {5}}, {"Q", {6}}}, {}}};
    Module cells = gates;
    cells.cells = {{"r", "DFF", {{"K", {2}}, {"D", {3}}, {"E", {4}}, {"R", {5}}, {"Q", {6}}}, {}}};
    CHECK(cut(gates).outputs == cut(cells).outputs);
    CHECK(cut(gates).outputs.at("clear r") ==
          AndInverterGraph::inverse(cut(gates).inputs.at("port n[0]")));
}

TEST_CASE("A register that is missing in the other version is its twin") {
    Module merged = twoRegisters();
    merged.ports[2].bits = {5, 5};
    merged.cells.pop_back();
    const CutLogic kept = cut(merged);
    const CutLogic logic = withoutTwins(cut(twoRegisters()), kept);
    CHECK(logic.inputs.size() == kept.inputs.size());
    CHECK_FALSE(logic.outputs.contains("data s"));
    CHECK(logic.outputs.at("port y[1]") == logic.inputs.at("state r"));

    // The one that stays may be one that nothing has read before.
    Module unread = twoRegisters();
    unread.ports[2].bits = {5};
    Module other = unread;
    other.ports[2].bits = {6};
    other.cells.erase(other.cells.begin() + 1);
    const CutLogic replaced = withoutTwins(cut(unread), cut(other));
    CHECK(replaced.outputs.at("port y[0]") == replaced.inputs.at("state s"));
    CHECK_FALSE(replaced.inputs.contains("state r"));
    CHECK_FALSE(replaced.outputs.contains("data r"));

    Module different = twoRegisters();
    different.cells[2].connections[1].second = {3};
    CHECK(withoutTwins(cut(different), kept).inputs.contains("state s"));
}

TEST_CASE("A register between inverters holds the inverse, and is compared as what it stands for") {
    Module preset;
    preset.ports = {{"c", false, {2}}, {"d", false, {3}}, {"n", false, {4}}, {"q", true, {5}}};
    preset.cells = {{"r", "$_DFF_PN1_", {{"C", {2}}, {"D", {3}}, {"R", {4}}, {"Q", {5}}}, {}}};
    Module cleared = preset;
    cleared.cells = {{"in", "$_NOT_", {{"A", {3}}, {"Y", {6}}}, {}},
                     {"r", "$_DFF_PN0_", {{"C", {2}}, {"D", {6}}, {"R", {4}}, {"Q", {7}}}, {}},
                     {"out", "$_NOT_", {{"A", {7}}, {"Y", {5}}}, {}}};
    CHECK(cut(cleared).outputs != cut(preset).outputs);
    CHECK(withPolarityOf(cut(cleared), cut(preset)).outputs == cut(preset).outputs);
    CHECK(withPolarityOf(cut(preset), cut(cleared)).outputs == cut(cleared).outputs);
    CHECK(withPolarityOf(cut(preset), cut(preset)).outputs == cut(preset).outputs);

    Module lost = cleared;  // the second inverter
    lost.ports[3].bits = {7};
    CHECK(withPolarityOf(cut(lost), cut(preset)).outputs != cut(preset).outputs);
}

TEST_CASE("Nets without a driver, with two, in a loop, and unknown cells are refused") {
    Module module = twoRegisters();
    module.cells[0].connections[0].second = {9};
    CHECK_THROWS_WITH(cut(module), Catch::Matchers::ContainsSubstring("net 9 has no driver"));
    module = twoRegisters();
    module.cells[2].connections[2].second = {5};
    CHECK_THROWS_WITH(cut(module), Catch::Matchers::ContainsSubstring("net 5 has two drivers"));
    module = twoRegisters();
    module.cells[0].connections[0].second = {4};
    CHECK_THROWS_WITH(cut(module), Catch::Matchers::ContainsSubstring("net 4 depends on itself"));
    module = twoRegisters();
    module.cells[0].type = "BUS";
    CHECK_THROWS_WITH(cut(module), Catch::Matchers::ContainsSubstring("can not be modelled"));
    module.cells[0].type = "$mul";
    CHECK_THROWS_WITH(cut(module), Catch::Matchers::ContainsSubstring("has no cell $mul"));
}

TEST_CASE("An instance is an input for each bit it gives, and an output for each that it takes") {
    Module child;
    child.ports = {{"a", false, {2, 3}}, {"y", true, {4}}};
    Module parent;
    parent.ports = {{"x", false, {2}}, {"z", true, {3}}};
    parent.cells = {{"u", "child", {{"a", {2, kOne}}, {"y", {3}}}, {}}};
    const CutLogic logic = cutAtRegisters("parent", parent, models(), {{"child", child}});
    CHECK(logic.outputs.at("port z[0]") == logic.inputs.at("child u (child) y[0]"));
    CHECK(logic.outputs.at("child u (child) a[0]") == logic.inputs.at("port x[0]"));
    CHECK(logic.outputs.at("child u (child) a[1]") == AndInverterGraph::kTrue);
}
