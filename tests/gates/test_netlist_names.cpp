// Names and kinds of modules in netlists that yosys wrote.

#include <string>

#include "gates/netlist.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog::gates;
using aslog::support::Json;

Json instanceOf(const std::string& type) {
    return {{"type", type}, {"parameters", Json::object()}, {"connections", Json::object()}};
}

Json moduleWith(const Json& cells, const Json& parameters = Json::object()) {
    return {{"ports", Json::object()}, {"parameter_default_values", parameters}, {"cells", cells}};
}

const std::string kThree(std::string(30, '0') + "11");
const std::string kMinusOne(32, '1');

// Two kinds under the top; `first` and `second` are the hashes of lanes with other parameters, and
// say in which order yosys lists them.
Json sample(const std::string& first, const std::string& second) {
    const std::string early = "$paramod$" + first + "\\lane";
    const std::string late = "$paramod$" + second + "\\lane";
    Json modules;
    modules["top"] = moduleWith({{"g[10].u", instanceOf(late)},
                                 {"g[2].u", instanceOf(early)},
                                 {"g[1].u", instanceOf(R"($paramod\unit\Width=s32'11)")},
                                 {"g[3].u", instanceOf(early)},
                                 {"x[10].u", instanceOf("$paramod$" + first + "\\other")},
                                 {"x[9].u", instanceOf("$paramod$" + second + "\\other")}});
    modules["$paramod$" + first + "\\other"] = moduleWith(Json::object(), {{"Lane", kThree}});
    modules["$paramod$" + second + "\\other"] = moduleWith(Json::object(), {{"Lane", kMinusOne}});
    modules[late] = moduleWith(Json::object(), {{"Lane", kMinusOne}, {"Name", "abc"}});
    modules[early] = moduleWith(Json::object(), {{"Lane", kThree}});
    modules[R"($paramod\unit\Width=s32'11)"] = moduleWith({{"u", instanceOf("lane_2")}});
    modules["lane_2"] = moduleWith(Json::object());
    return {{"modules", modules}};
}

Netlist read(const Json& json, const std::string& top) {
    const aslog::tests::TemporaryFolder folder;
    aslog::support::writeJson(folder / "netlist.json", json);
    return readNetlist(folder / "netlist.json", top);
}

}  // namespace

TEST_CASE("Modules are named by kind and numbered as a walk meets them, whatever their hashes") {
    for (const bool swapped : {false, true}) {
        const Netlist netlist = read(swapped ? sample("b", "a") : sample("a", "b"), "top");
        INFO(swapped);
        REQUIRE(netlist.modules.size() == 7);
        CHECK(netlist.modules.at("unit").kind == "unit");
        // There are more of g[2] than of g[10]; a module that is called like a numbered one keeps
        // its name.
        CHECK(netlist.modules.at("lane").parameters.at("Lane") == "3");
        CHECK(netlist.modules.at("lane_2").kind == "lane_2");
        const Module& other = netlist.modules.at("lane_3");
        CHECK(other.kind == "lane");
        CHECK(other.parameters.at("Lane") == "-1");
        CHECK(other.parameters.at("Name") == "abc");
        // x[9] comes before x[10].
        CHECK(netlist.modules.at("other").parameters.at("Lane") == "-1");
        CHECK(netlist.modules.at("other_2").parameters.at("Lane") == "3");
        CHECK(netlist.modules.at("top").cells.front().type == "lane_3");
    }
}

TEST_CASE("Without a top, modules are named in the order of their full names") {
    const Netlist netlist = read(sample("b", "a"), "");
    CHECK(netlist.modules.size() == 7);
    CHECK(netlist.modules.at("lane").parameters.at("Lane") == "-1");
}
