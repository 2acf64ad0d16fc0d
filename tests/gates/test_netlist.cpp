// Netlists of cells: what yosys reads of the Verilog that is written is the netlist, and JSON comes
// back as it went out.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gates/netlist.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/subprocess.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::gates::Bit;
using aslog::gates::Cell;
using aslog::gates::kOne;
using aslog::gates::kZero;
using aslog::gates::Module;
using aslog::gates::Netlist;
using aslog::gates::readNetlist;
using aslog::gates::toVerilog;
using aslog::gates::toYosysJson;

namespace {

const std::string kCells = R"(
module INV (input A, output Y); assign Y = ~A; endmodule
module NAND (input A, input B, output Y); assign Y = ~(A & B); endmodule
)";

// Escaped names of modules, instances and ports, and names that wires might have; constants;
// outputs that repeat an input, another output or nothing but a constant; vectors, also of one bit
// of a larger connection.
Netlist strangeNetlist() {
    Netlist netlist;
    netlist.top = "top";
    Module& part = netlist.modules["part.of[2]"];
    part.ports = {{"a[0]", false, {2, 3, 4}}, {"n20", true, {5, 6, 3}}};
    part.cells = {{"$weird\\name", "NAND", {{"A", {2}}, {"B", {3}}, {"Y", {5}}}, {}},
                  {"0", "NAND", {{"A", {5}}, {"B", {4}}, {"Y", {6}}}, {}}};
    Module& top = netlist.modules["top"];
    top.ports = {{"a", false, {2, 3, 4, 5}},
                 {"n30", false, {6}},
                 {"constant", true, {kOne, kZero}},
                 {"same", true, {10, 10, 4}},
                 {"y.z", true, {11, 12, 10, 13}}};
    top.cells = {{"u[0]", "part.of[2]", {{"a[0]", {2, kOne, 5}}, {"n20", {20, 12, 21}}}, {}},
                 {"u[1]", "part.of[2]", {{"a[0]", {20, 6, kZero}}, {"n20", {10, 11, 22}}}, {}},
                 {"n21", "INV", {{"A", {21}}, {"Y", {13}}}, {}}};
    return netlist;
}

// What yosys says of a script in a folder with the netlist as net.json and net.v.
bool yosysAccepts(const Netlist& netlist, const std::string& verilog, std::string& log) {
    const aslog::tests::TemporaryFolder folder;
    aslog::support::writeJson(folder / "net.json", toYosysJson(netlist.modules, {}));
    aslog::support::writeFile(folder / "net.v", verilog);
    aslog::support::writeFile(folder / "cells.v", kCells);
    aslog::support::writeFile(
        folder / "run.ys",
        "read_json net.json\nread_verilog cells.v\nhierarchy -check -top top\nflatten\n"
        "rename top gold\ndesign -stash gold\n"
        "read_verilog net.v cells.v\nhierarchy -check -top top\ncheck -assert\nflatten\n"
        "rename top gate\ndesign -stash gate\n"
        "design -copy-from gold gold\ndesign -copy-from gate gate\n"
        "miter -equiv -flatten -make_assert gold gate miter\n"
        "sat -verify -prove-asserts -show-ports miter\n");
    const auto captured =
        aslog::support::runCaptured({{"yosys", "run.ys"}, folder.path(), {}, {}, {}, {}});
    log = captured.output;
    return captured.result.ok();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("yosys reads the written Verilog as the netlist that it was") {
    const Netlist netlist = strangeNetlist();
    const std::string verilog = toVerilog(netlist);
    INFO(verilog);
    std::string log;
    const bool accepted = yosysAccepts(netlist, verilog, log);
    INFO(log);
    CHECK(accepted);
    // The same text with one pin on another net is not the same netlist.
    CHECK_FALSE(yosysAccepts(netlist, replaced(verilog, ".A(nn21)", ".A(nn20)"), log));
    CHECK(log.find("proof did fail") != std::string::npos);
    CHECK_FALSE(yosysAccepts(netlist, replaced(verilog, "1'b1", "1'b0"), log));
}

TEST_CASE("Each port, instance and assignment is written once, submodules first") {
    const std::string text = toVerilog(strangeNetlist());
    const auto count = [&text](const std::string& what) {
        int found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos;
             at = text.find(what, at + 1)) {
            ++found;
        }
        return found;
    };
    CHECK(count("module \\part.of[2]  (") == 1);
    CHECK(count("endmodule") == 2);
    CHECK(text.find("module \\part") < text.find("module top"));
    CHECK(count("  INV n21 (") == 1);
    CHECK(count("NAND") == 2);
    CHECK(count("output [1:0] constant;") == 1);
    CHECK(count("input n30;") == 1);
    CHECK(count("assign constant[0] = 1'b1;") == 1);
    CHECK(count("assign constant[1] = 1'b0;") == 1);
    CHECK(count("assign same[1] = same[0];") == 1);
    CHECK(count("assign same[2] = a[2];") == 1);
}

TEST_CASE("A cell that was not mapped is refused by its name") {
    Netlist netlist = strangeNetlist();
    netlist.modules.at("top").cells.push_back(
        {"g", "$_AND_", {{"A", {2}}, {"B", {3}}, {"Y", {30}}}, {}});
    try {
        static_cast<void>(toVerilog(netlist));
        FAIL("it was written");
    } catch (const aslog::support::Error& error) {
        CHECK(std::string(error.what()).find("$_AND_") != std::string::npos);
    }
}

TEST_CASE("A netlist comes back from JSON as it went out") {
    Netlist netlist = strangeNetlist();
    netlist.modules["part"] = netlist.modules.extract("part.of[2]").mapped();
    for (Cell& cell : netlist.modules.at("top").cells) {
        cell.type = cell.type == "part.of[2]" ? "part" : cell.type;
    }
    netlist.modules.at("part").cells.front().name = "plain";
    netlist.modules.at("part").cells.front().parameters = {{"WIDTH", "00000011"}};
    const aslog::tests::TemporaryFolder folder;
    const auto json = toYosysJson(netlist.modules, {});
    aslog::support::writeJson(folder / "net.json", json);
    const Netlist back = readNetlist(folder / "net.json", "top");
    CHECK(back.top == "top");
    CHECK(toYosysJson(back.modules, {}) == json);
    REQUIRE(back.modules.at("top").port("same") != nullptr);
    CHECK(back.modules.at("top").port("same")->bits == std::vector<Bit>{10, 10, 4});
    CHECK(back.modules.at("top").port("same")->isOutput);
    CHECK(back.modules.at("top").port("constant")->bits == std::vector<Bit>{kOne, kZero});
    CHECK(back.modules.at("top").cells.size() == 3);
}

TEST_CASE("A cell that yosys has named gets a name that no other cell has") {
    const aslog::tests::TemporaryFolder folder;
    aslog::support::writeFile(folder / "net.json", R"({"modules": {"top": {"ports": {}, "cells": {
        "$auto$7": {"type": "INV", "parameters": {}, "connections": {"Y": [2]}},
        "_1_": {"type": "INV", "parameters": {}, "connections": {"Y": [3]}},
        "$auto$8": {"type": "INV", "parameters": {}, "connections": {"Y": [4]}}}}}})");
    Netlist netlist = readNetlist(folder / "net.json", "top");
    std::set<std::string> names;
    for (const Cell& cell : netlist.modules.at("top").cells) {
        names.insert(cell.name);
    }
    CHECK(names == std::set<std::string>{"_1_", "_2_", "_3_"});
    CHECK(toYosysJson(netlist.modules, {}).at("modules").at("top").at("cells").size() == 3);

    netlist.modules.at("top").cells.back().name = "_1_";
    netlist.modules.at("top").cells.front().name = "_1_";
    CHECK_THROWS_AS(toYosysJson(netlist.modules, {}), aslog::support::Error);
}

TEST_CASE("Names of yosys become plain ones, and undefined constants become 0") {
    const aslog::tests::TemporaryFolder folder;
    aslog::support::writeFile(folder / "net.json", R"({"modules": {
        "$paramod\\part\\W=1": {"ports": {"q": {"direction": "output", "bits": ["x"]}}, "cells": {}},
        "$paramod\\part\\W=2": {"ports": {"q": {"direction": "output", "bits": ["1"]}}, "cells": {}},
        "top": {"ports": {}, "cells": {
          "$auto$7": {"type": "$paramod\\part\\W=2", "parameters": {}, "connections": {"q": [2]}}}}}})");
    const Netlist netlist = readNetlist(folder / "net.json", "top");
    CHECK(netlist.modules.at("part").ports.front().bits.front() == kOne);
    CHECK(netlist.modules.at("part_2").ports.front().bits.front() == kZero);
    CHECK(netlist.modules.at("top").cells.front().type == "part");
    CHECK(netlist.modules.at("top").cells.front().name == "_1_");

    for (const std::string text : {"{}", "[]", R"({"modules": {"top": {}}})",
                                   R"({"modules": {"top": {"ports": {}, "cells": {"a": {}}}}})"}) {
        INFO(text);
        aslog::support::writeFile(folder / "bad.json", text);
        CHECK_THROWS_AS(readNetlist(folder / "bad.json", "top"), aslog::support::Error);
    }
}
