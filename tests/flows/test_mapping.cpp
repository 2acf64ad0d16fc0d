// Technology mapping with recipes and cells that lie: nothing is taken that is not what the words
// say. In osu018, which Debian packages.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "flows/mapping/netlist_proof.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/flows/small_synthesis.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog::flows;
using namespace aslog::gates;
using aslog::tests::kOsu018;
using aslog::tests::SmallSynthesis;
using Catch::Matchers::ContainsSubstring;

const Recipe kGood = {"good", "strash; &get -n; &nf; &put", true};
const Recipe kOther = {"other", "strash; dch; amap", true};
// Output 0 becomes the constant 0; outputs 0 and 1 change places.
const Recipe kZeroed = {"zeroed", "strash; zeropo -N 0; &get -n; &nf; &put", true};
const Recipe kSwapped = {"swapped", "strash; swappos -N 1; &get -n; &nf; &put", true};

// A sum of three words into a register, a latch of the low phase, a select, a constant.
Netlist smallWords() {
    Module module;
    module.ports = {{"clk", false, {2}},
                    {"a", false, {3, 4, 5}},
                    {"b", false, {6, 7, 8}},
                    {"c", false, {9, 10, 11}},
                    {"sum", true, {20, 21, 22, 23, 24}},
                    {"held", true, {25}},
                    {"picked", true, {26, 27, 28}},
                    {"one", true, {kOne}}};
    const std::string term = "00001100";  // no factor, 3 bits, added, unsigned
    const std::string config = term + term + term + "0011";
    module.cells = {{"add",
                     "$macc",
                     {{"A", {3, 4, 5, 6, 7, 8, 9, 10, 11}}, {"B", {}}, {"Y", {30, 31, 32, 33, 34}}},
                     {{"CONFIG", config}}},
                    {"keep",
                     "$dff",
                     {{"CLK", {2}}, {"D", {30, 31, 32, 33, 34}}, {"Q", {20, 21, 22, 23, 24}}},
                     {{"CLK_POLARITY", "1"}, {"WIDTH", "101"}}},
                    {"hold",
                     "$dlatch",
                     {{"EN", {2}}, {"D", {3}}, {"Q", {25}}},
                     {{"EN_POLARITY", "0"}, {"WIDTH", "1"}}},
                    {"pick",
                     "$mux",
                     {{"A", {3, 4, 5}}, {"B", {6, 7, 8}}, {"S", {9}}, {"Y", {26, 27, 28}}},
                     {{"WIDTH", "11"}}}};
    Netlist netlist;
    netlist.top = "small";
    netlist.modules["small"] = module;
    return netlist;
}

MappingRequest requestFor(const Netlist& words) {
    return {&words, "small", Method::Fused, kRippleOnly, false};
}

CandidateList mapped(Mapper& mapper, const Netlist& words) {
    return *mapper.map("map", {requestFor(words)}, 1).front();
}

std::string errorOf(Mapper& mapper) {
    const Netlist words = smallWords();
    try {
        static_cast<void>(mapper.map("map", {requestFor(words)}, 1));
    } catch (const aslog::support::Error& error) {
        return error.what();
    }
    return "";
}

// True if there is nothing to test with.
bool lacksLibrary() {
    if (fs::exists(kOsu018)) {
        return false;
    }
    WARN("skipped: qflow-tech-osu018 not found");
    SUCCEED();
    return true;
}

// A program on PATH in front of the others.
class FakeProgram {
  public:
    FakeProgram(const std::string& name, const std::string& script)
        : path_(std::getenv("PATH")) {  // NOLINT(concurrency-mt-unsafe)
        const fs::path file = folder_.path() / name;
        aslog::support::writeFile(file, "#!/bin/sh\n" + script);
        fs::permissions(file, fs::perms::owner_all);
        ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
    }
    ~FakeProgram() { ::setenv("PATH", path_.c_str(), 1); }
    FakeProgram(const FakeProgram&) = delete;
    FakeProgram& operator=(const FakeProgram&) = delete;

  private:
    aslog::tests::TemporaryFolder folder_;
    std::string path_;
};

// The verdict on netlists of the small module, as they were mapped or with a fault.
class Judge {
  public:
    Judge(SmallSynthesis& flow, Mapper& mapper) : flow_(flow), mapper_(mapper) {
        good_ = mapped(mapper, words_).front().module;
    }

    const Module& good() const { return good_; }

    // Empty if the netlist is proven after it was written and read back.
    std::string errorOf(const Module& module) {
        Netlist cells = words_;
        cells.modules["small"] = module;
        return errorOf(toVerilog(cells));
    }

    std::string errorOf(const std::string& verilog) {
        const fs::path file = flow_.workspace.temporary("small.v");
        aslog::support::writeFile(file, verilog);
        const ArrayDesign design({.name = "small", .element = "small", .folder = {}}, words_);
        try {
            const auto proofs = proveNetlist(flow_.workspace, mapper_, flow_.prover, design, file);
            CHECK(proofs.size() == 1);
            CHECK(proofs.front().proof.verdict == Verdict::Proven);
        } catch (const aslog::support::Error& error) {
            return error.what();
        }
        return "";
    }

    // The same without Verilog.
    Verdict verdictOf(const Module& module) {
        const CutLogic cells = cutAtRegisters("small", module, flow_.models, {});
        return flow_.prover.prove("fault", mapper_.reference(requestFor(words_)), cells).verdict;
    }

  private:
    SmallSynthesis& flow_;
    Mapper& mapper_;
    Netlist words_ = smallWords();
    Module good_;
};

// Whether a cell computes the same with two of its inputs exchanged.
bool areAlike(const CellModel& model, const std::string& first, const std::string& second) {
    std::vector<std::uint64_t> values = {0xaaaa, 0xcccc, 0xf0f0, 0xff00, 0, 0};
    std::vector<std::uint64_t> exchanged = values;
    std::swap(exchanged[model.inputIndex(first)], exchanged[model.inputIndex(second)]);
    return std::all_of(model.outputs.begin(), model.outputs.end(), [&](const CellOutput& output) {
        return output.function.evaluate(values) == output.function.evaluate(exchanged);
    });
}

// A buffer of this cell in front of the first output.
Module withBuffer(Module module, const std::string& cell) {
    Port& port = module.ports[4];
    const Bit driver = port.bits[0];
    port.bits[0] = module.unusedBit();
    module.cells.push_back({"fanout_0", cell, {{"A", {driver}}, {"Y", {port.bits[0]}}}, {}});
    return module;
}

}  // namespace

TEST_CASE("Every unit and recipe has a verdict, and the results are sorted by area") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    Mapper mapper = flow.mapper(readRecipes(SmallSynthesis::flowsFolder() / "recipes.json"));
    const CandidateList list = mapped(mapper, smallWords());
    REQUIRE(list.size() > 1);
    CHECK(std::is_sorted(list.begin(), list.end(), [](const Candidate& a, const Candidate& b) {
        return a.areaUm2 < b.areaUm2;
    }));
    const MappingProofs proofs = mapper.proofs();
    CHECK(proofs.units == 1);
    CHECK(proofs.recipes == 6);
    CHECK(proofs.sums == 1);
    CHECK(proofs.proven == 6);
    CHECK(proofs.dropped.empty());
}

TEST_CASE("A sum of many words that yosys forms is proven") {
    if (lacksLibrary()) {
        return;
    }
    Netlist words;
    words.top = "wide";
    Module& module = words.modules[words.top];
    std::string config = "0101";  // bits of each number of bits below
    std::vector<Bit> addends;
    for (int word = 0; word < 16; ++word) {
        module.ports.push_back({fmt::format("a{}", word), false, {}});
        for (int bit = 0; bit < 16; ++bit) {
            addends.push_back(2 + 16 * word + bit);
            module.ports.back().bits.push_back(addends.back());
        }
        config.insert(0, "000001000000");  // no factor, 16 bits, added, unsigned
    }
    Port sum = {"sum", true, {}};
    for (int bit = 0; bit < 20; ++bit) {
        sum.bits.push_back(300 + bit);
    }
    module.ports.push_back(sum);
    module.cells = {{"add",
                     "$macc",
                     {{"A", addends}, {"B", {}}, {"Y", sum.bits}},
                     {{"CONFIG", config},
                      {"CONFIG_WIDTH", fmt::format("{:b}", config.size())},
                      {"A_WIDTH", fmt::format("{:b}", addends.size())},
                      {"B_WIDTH", "0"},
                      {"Y_WIDTH", fmt::format("{:b}", sum.bits.size())}}}};
    SmallSynthesis flow;
    Mapper mapper = flow.mapper({kGood});
    static_cast<void>(mapper.map("map", {{&words, "wide", Method::Plain, kRippleOnly, false}}, 1));
    CHECK(mapper.proofs().proven == 1);
    CHECK(mapper.proofs().undecided.empty());
}

TEST_CASE("A recipe that forces an output to 0, or swaps two, is dropped and reported") {
    if (lacksLibrary()) {
        return;
    }
    // Behind a proven one the result of a recipe is compared with that first.
    for (const auto& recipes : {std::vector<Recipe>{kZeroed, kGood}, {kGood, kSwapped}}) {
        const Recipe& lie = recipes.front().name == "good" ? recipes.back() : recipes.front();
        SmallSynthesis flow;
        Mapper mapper = flow.mapper(recipes);
        for (const Candidate& each : mapped(mapper, smallWords())) {
            CHECK(each.recipe == "good");
        }
        const MappingProofs proofs = mapper.proofs();
        CHECK(proofs.proven == 1);
        REQUIRE(proofs.dropped.size() == 1);
        CHECK(proofs.dropped.front().module == "small");
        CHECK(proofs.dropped.front().recipe == lie.name);
        CHECK(proofs.dropped.front().proof.verdict == Verdict::Wrong);

        SmallSynthesis alone;
        Mapper liar = alone.mapper({lie});
        CHECK_THAT(errorOf(liar), ContainsSubstring("small") && ContainsSubstring(lie.name));
    }
}

TEST_CASE("A proven sibling vouches for its equals, and only for those with its registers") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    Mapper mapper = flow.mapper({kGood});
    Module module = mapped(mapper, smallWords()).front().module;
    const CutLogic& words = mapper.reference(requestFor(smallWords()));
    const CutLogic good = cutAtRegisters("good", module, flow.models, {});
    CHECK(flow.prover.prove("equal", words, good, &good).verdict == Verdict::Proven);

    std::vector<Bit*> data;
    for (Cell& cell : module.cells) {
        for (auto& [pin, bits] : cell.connections) {
            if (pin == "D" && (cell.name == "reg_0_0" || cell.name == "reg_0_1")) {
                data.push_back(&bits.front());
            }
        }
    }
    REQUIRE(data.size() == 2);
    std::swap(*data[0], *data[1]);
    const CutLogic wrong = cutAtRegisters("wrong", module, flow.models, {});
    CHECK(flow.prover.prove("other", words, wrong, &good).verdict == Verdict::Wrong);
    CutLogic blind = wrong;  // does not say what the two registers take
    std::erase_if(blind.outputs, [](const auto& output) {
        return output.first.ends_with("reg_0_0") || output.first.ends_with("reg_0_1");
    });
    CHECK(flow.prover.prove("blind", words, wrong, &blind).verdict == Verdict::Wrong);
}

TEST_CASE("What abc can not decide is taken for want of better, and what it prints is understood") {
    if (lacksLibrary()) {
        return;
    }
    {
        const FakeProgram abc("yosys-abc", "echo 'Networks are UNDECIDED.  Time = 1.00 sec'\n");
        SmallSynthesis flow;
        Mapper mapper = flow.mapper({kGood});
        CHECK(errorOf(mapper).empty());
        CHECK(mapper.proofs().proven == 0);
        CHECK(mapper.proofs().dropped.empty());
        REQUIRE(mapper.proofs().undecided.size() == 1);
        CHECK(mapper.proofs().undecided.front().proof.verdict == Verdict::NotProven);
    }
    for (const char* text : {"", "Networks seem equivalent", "The networks are equivalent"}) {
        const FakeProgram abc("yosys-abc", fmt::format("echo '{}'\n", text));
        SmallSynthesis flow;
        Mapper mapper = flow.mapper({kGood});
        CHECK_THAT(errorOf(mapper), ContainsSubstring("0 verdicts"));
    }
    CHECK(verdictOf("a\nNetworks are equivalent after structural hashing.\n") == Verdict::Proven);
    CHECK(verdictOf("ABC command line: ...\n\nTimed out after 281 seconds.\n") ==
          Verdict::NotProven);
    CHECK(verdictOf("Networks are NOT EQUIVALENT.  Time = 0 sec\n") == Verdict::Wrong);
    CHECK_THROWS(verdictOf("Networks are equivalent.\nNetworks are UNDECIDED.\n"));
}

TEST_CASE("Flip-flops that cells.v names are taken, for those with an enable, too") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    flow.replaceInCells("module aslog_cell_ha",
                        "module \\$_DFF_P_ (input C, D, output Q);\n"
                        "  DFFSR _TECHMAP_REPLACE_ (.CLK(C), .D(D), .Q(Q), .R(1'b1), .S(1'b1));\n"
                        "endmodule\n"
                        "module aslog_cell_ha");
    Netlist words = smallWords();
    Cell& keep = words.modules.at("small").cells[1];
    keep.type = "$dffe";
    keep.connections.push_back({"EN", {10}});
    keep.parameters["EN_POLARITY"] = "1";
    Mapper mapper = flow.mapper({kGood});
    int named = 0;
    for (const Cell& cell : mapped(mapper, words).front().module.cells) {
        CHECK(cell.type != "DFFPOSX1");
        named += cell.type == "DFFSR" ? 1 : 0;
    }
    CHECK(named == 5);
}

TEST_CASE("Cells that are not what they are taken for are found") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis swapped;  // sum and carry of every full adder
    swapped.replaceInCells(".YS(sum_o), .YC(carry_o)", ".YS(carry_o), .YC(sum_o)");
    Mapper first = swapped.mapper({kGood});
    CHECK_THAT(errorOf(first), ContainsSubstring("good: wrong, data reg_0_"));

    SmallSynthesis phase;  // every latch of the low phase becomes one of the high phase
    phase.replaceInCells(".CLK(enable)", ".CLK(E)");
    Mapper second = phase.mapper({kGood});
    CHECK_THAT(errorOf(second), ContainsSubstring("good: wrong, clock reg_1_0"));
}

TEST_CASE("A cell that the library lacks, or that has no area, is an error") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis unknown;
    unknown.replaceInCells("FAX1", "NOSUCH");
    Mapper first = unknown.mapper({kGood});
    CHECK_THAT(errorOf(first), ContainsSubstring("NOSUCH"));

    SmallSynthesis weightless;
    weightless.technology.areasUm2.clear();
    weightless.cells = cellsOf(weightless.technology, weightless.liberty);
    Mapper second = weightless.mapper({kGood});
    CHECK_THAT(errorOf(second), ContainsSubstring("no area for LATCH"));
}

TEST_CASE("The same module is mapped in one run, whoever asks") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    Mapper mapper = flow.mapper({kGood, kOther});
    const Netlist words = smallWords();
    const Netlist again = smallWords();
    const auto first = mapper.map("first", {requestFor(words), requestFor(again)}, 2);
    const auto second = mapper.map("second", {requestFor(again)}, 2);
    CHECK(first[0] == first[1]);
    CHECK(first[0] == second[0]);
    const fs::path logs = flow.workspace.folder() / "logs";
    CHECK(fs::exists(logs / "first_1.log"));
    CHECK_FALSE(fs::exists(logs / "first_2.log"));
    CHECK_FALSE(fs::exists(logs / "second_1.log"));
    CHECK(mapper.proofs().units == 1);
}

TEST_CASE("The netlist that is written is proven, and its faults are found") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    Mapper mapper = flow.mapper({kGood});
    Judge judge(flow, mapper);
    CHECK(judge.errorOf(judge.good()).empty());
    CHECK(judge.errorOf(withBuffer(judge.good(), "BUFX2")).empty());
    CHECK_THAT(judge.errorOf(withBuffer(judge.good(), "INVX1")),
               ContainsSubstring("the netlist of small") && ContainsSubstring("port "));

    Netlist cells = smallWords();
    cells.modules["small"] = judge.good();
    std::string verilog = toVerilog(cells);
    REQUIRE(verilog.find("1'b1") != std::string::npos);
    verilog.replace(verilog.find("1'b1"), 4, "1'b0");
    CHECK_THAT(judge.errorOf(verilog), ContainsSubstring("port one[0] differs"));
}

TEST_CASE("Every exchange of two pins that are not alike is found") {
    if (lacksLibrary()) {
        return;
    }
    SmallSynthesis flow;
    Mapper mapper = flow.mapper({kGood});
    Judge judge(flow, mapper);
    int faults = 0;
    for (std::size_t i = 0; i < judge.good().cells.size(); ++i) {
        const Cell& cell = judge.good().cells[i];
        const CellModel& model = flow.models.at(cell.type);
        const auto isInput = [&model](const std::string& pin) {
            return model.inputIndex(pin) < model.inputs.size();
        };
        for (std::size_t a = 0; a < cell.connections.size(); ++a) {
            for (std::size_t b = a + 1; b < cell.connections.size(); ++b) {
                const std::string& first = cell.connections[a].first;
                const std::string& second = cell.connections[b].first;
                const bool sameNet = cell.connections[a].second == cell.connections[b].second;
                const bool comparable = isInput(first) == isInput(second) && !sameNet;
                if (!comparable ||
                    (isInput(first) && !model.state && areAlike(model, first, second))) {
                    continue;
                }
                Module bad = judge.good();
                std::swap(bad.cells[i].connections[a].second, bad.cells[i].connections[b].second);
                INFO(cell.type << " " << cell.name << " " << first << " " << second);
                CHECK(judge.verdictOf(bad) == Verdict::Wrong);
                ++faults;
            }
        }
    }
    CHECK(faults >= 8);
}
