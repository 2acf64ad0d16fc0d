// Netlists that aslog wrote as Verilog are read back as they were.

#include <string>

#include "gates/netlist.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;

// A child with an escaped name, vectors, constants, an output that repeats an input, one that is
// constant, an open pin.
Netlist sample() {
    Netlist netlist;
    netlist.top = "top";
    netlist.modules["child.1"] = {"child",
                                  {{"a", false, {2, 3}}, {"y", true, {4}}},
                                  {{"u[0]", "NAND2", {{"A", {2}}, {"B", {3}}, {"Y", {4}}}, {}}}};
    Module& top = netlist.modules["top"];
    top.ports = {{"in", false, {2, 3, 4}}, {"same", true, {3}}, {"out", true, {5, kOne, 6}}};
    top.cells = {{"g.u", "child.1", {{"a", {4, kZero}}, {"y", {5}}}, {}},
                 {"_1_", "INV", {{"A", {7}}, {"Y", {6}}}, {}},
                 {"_2_", "TIE", {{"Y", {7}}, {"N", {}}}, {}}};
    return netlist;
}

std::string errorOf(const std::string& text) {
    try {
        static_cast<void>(parseVerilogNetlist(text, "x.v"));
    } catch (const aslog::support::InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("A netlist that was written and read is written as before") {
    const std::string text = toVerilog(sample());
    const Netlist read = parseVerilogNetlist(text, "x.v");
    CHECK(read.top == "top");
    CHECK(read.modules.at("child.1").kind == "child");
    CHECK(read.modules.at("top").kind.empty());
    REQUIRE(read.modules.size() == 2);
    const Module& top = read.modules.at("top");
    REQUIRE(top.cells.size() == 3);
    CHECK(top.cells[0].type == "child.1");
    CHECK(top.cells[0].name == "g.u");
    const Port& in = *top.port("in");
    REQUIRE(top.cells[0].connection("a") != nullptr);
    CHECK(*top.cells[0].connection("a") == std::vector<Bit>{in.bits[2], kZero});
    CHECK(top.port("same")->bits == std::vector<Bit>{in.bits[1]});
    CHECK(top.port("out")->bits[1] == kOne);
    CHECK(top.port("out")->bits[0] == top.cells[0].connection("y")->front());
    CHECK(top.cells[1].connection("A")->front() == top.cells[2].connection("Y")->front());
    CHECK(top.cells[2].connection("N")->empty());
}

TEST_CASE("What aslog does not write is refused with its line") {
    const std::string good = toVerilog(sample());
    CHECK(errorOf(good).empty());
    for (const std::string text : {"", "modul x;", "module m (a);\nendmodule",
                                   "module m (a);\n input a;\n INV u (.A(b));\nendmodule",
                                   "module m (a);\n input [1:0] a;\n INV u (.A(a[2]));\nendmodule",
                                   "module m (a);\n input a;\n input a;\nendmodule",
                                   "module m (a);\n input a;\n assign a = 1'b0;\nendmodule",
                                   "module m (a);\n input a;\n INV u (a);\nendmodule",
                                   "module m ();\nendmodule\nmodule m ();\nendmodule",
                                   "(* other = \"a\" *)\nmodule m ();\nendmodule",
                                   "(* aslog_kind = a *)\nmodule m ();\nendmodule"}) {
        INFO(text);
        CHECK(errorOf(text).find("x.v:") == 0);
    }
    // Cut off anywhere, it is an error or the modules before.
    for (std::size_t size = 0; size + 10 < good.size(); ++size) {
        const std::string part = good.substr(0, size);
        if (part.find_last_not_of(" \n") == std::string::npos ||
            !part.substr(0, part.find_last_not_of(" \n") + 1).ends_with("endmodule")) {
            INFO(part);
            CHECK_FALSE(errorOf(part).empty());
        }
    }
}
