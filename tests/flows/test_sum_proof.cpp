// The proof that adders add up to their words: it holds for what the builder makes, in both forms
// of yosys, and for no fault that is put into it.

#include <string>
#include <utility>
#include <vector>

#include "flows/library/adder_cells.h"
#include "flows/mapping/carry_save.h"
#include "flows/mapping/sum_proof.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using namespace aslog::gates;
using aslog::flows::kFullAdder;
using aslog::flows::mapSums;
using aslog::flows::proveSums;

using Word = std::vector<Bit>;

std::string binary(std::size_t value, std::size_t bits) {
    std::string text;
    for (std::size_t i = bits; i-- > 0;) {
        text += ((value >> i) & 1) != 0 ? '1' : '0';
    }
    return text;
}

// y = a * b - c + 5, all signed, of 5, 4 and 6 bits; 12 bits of y.
const Word kA = {2, 3, 4, 5, 6};
const Word kB = {7, 8, 9, 10};
const Word kC = {11, 12, 13, 14, 15, 16};
const Word kFive = {kOne, kZero, kOne, kZero};
const Word kY = {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

Word joined(const std::vector<Word>& words) {
    Word all;
    for (const Word& word : words) {
        all.insert(all.end(), word.begin(), word.end());
    }
    return all;
}

Module moduleWith(Cell sum) {
    Module module;
    module.ports = {{"a", false, kA}, {"b", false, kB}, {"c", false, kC}, {"y", true, kY}};
    module.cells = {std::move(sum)};
    return module;
}

// The last term is written first: the first one has the lowest bits.
Module oldForm() {
    const auto term = [](bool isSubtracted, const Word& a, const Word& b) {
        return binary(b.size(), 3) + binary(a.size(), 3) + (isSubtracted ? "1" : "0") + "1";
    };
    const std::string config =
        term(false, kFive, {}) + term(true, kC, {}) + term(false, kA, kB) + binary(3, 4);
    return moduleWith({"sum",
                       "$macc",
                       {{"A", joined({kA, kB, kC, kFive})}, {"B", {}}, {"Y", kY}},
                       {{"CONFIG", config}}});
}

Module newForm() {
    return moduleWith({"sum",
                       "$macc_v2",
                       {{"A", kA}, {"B", kB}, {"C", joined({kC, kFive})}, {"Y", kY}},
                       {{"NPRODUCTS", binary(1, 32)},
                        {"NADDENDS", binary(2, 32)},
                        {"A_WIDTHS", binary(kA.size(), 16)},
                        {"B_WIDTHS", binary(kB.size(), 16)},
                        {"C_WIDTHS", binary(kFive.size(), 16) + binary(kC.size(), 16)},
                        {"A_SIGNED", "1"},
                        {"B_SIGNED", "1"},
                        {"C_SIGNED", "11"},
                        {"PRODUCT_NEGATED", "0"},
                        {"ADDEND_NEGATED", "01"}}});
}

Module built(Module words) {
    mapSums(words);
    return words;
}

}  // namespace

TEST_CASE("Sums of both forms of yosys are built the same, and proven") {
    const Module old = built(oldForm());
    const Module fresh = built(newForm());
    CHECK(toYosysJson({{"m", old}}, {}) == toYosysJson({{"m", fresh}}, {}));
    CHECK(proveSums(oldForm(), old, "m") == 1);
    CHECK(proveSums(newForm(), fresh, "m") == 1);
    CHECK(proveSums(oldForm(), fresh, "m") == 1);
}

TEST_CASE("No adder can be changed without being found") {
    const Module good = built(newForm());
    int faults = 0;
    for (std::size_t i = 0; i < good.cells.size(); ++i) {
        const Cell& cell = good.cells[i];
        for (std::size_t pin = 0; pin < cell.connections.size(); ++pin) {
            if (cell.connections[pin].first == "X" || cell.connections[pin].first == "CO") {
                continue;
            }
            for (std::size_t bit = 0; bit < cell.connections[pin].second.size(); ++bit) {
                Module bad = good;
                Bit& changed = bad.cells[i].connections[pin].second[bit];
                changed = changed == kZero ? kOne : kZero;
                INFO(cell.name << " " << cell.type << " " << cell.connections[pin].first << bit);
                CHECK_THROWS_AS(proveSums(newForm(), bad, "m"), aslog::support::Error);
                ++faults;
            }
        }
        if (cell.type == kFullAdder) {
            Module bad = good;
            auto& pins = bad.cells[i].connections;
            std::swap(pins[3].second, pins[4].second);  // sum and carry
            CHECK_THROWS_WITH(proveSums(newForm(), bad, "m"),
                              Catch::Matchers::ContainsSubstring("the adders of m"));
            ++faults;
        }
    }
    CHECK(faults > 100);
}

TEST_CASE("A sum of other words, a gate of another kind and a lost cell are found") {
    const Module good = built(newForm());
    Module words = newForm();
    words.cells[0].parameters["ADDEND_NEGATED"] = "00";
    CHECK_THROWS_AS(proveSums(words, good, "m"), aslog::support::Error);
    words = newForm();
    words.cells[0].parameters["A_SIGNED"] = "0";
    CHECK_THROWS_AS(proveSums(words, good, "m"), aslog::support::Error);
    words = newForm();
    words.cells.push_back({"other", "$_NOT_", {{"A", {2}}, {"Y", {40}}}, {}});
    CHECK_THROWS_WITH(proveSums(words, good, "m"),
                      Catch::Matchers::ContainsSubstring("the cell other is lost"));
    for (std::size_t i = 0; i < good.cells.size(); ++i) {
        if (good.cells[i].type == "$_AND_") {
            Module bad = good;
            bad.cells[i].type = "$_OR_";
            CHECK_THROWS_AS(proveSums(newForm(), bad, "m"), aslog::support::Error);
        }
    }
}

TEST_CASE("What no sum takes is refused by name, in every form of a word") {
    using aslog::flows::requireNoArithmetic;
    for (const char* type : {"$macc", "$macc_v2", "$alu", "$mul", "$add", "$sub", "$neg", "$lt"}) {
        Module module;
        module.cells = {{"left_over", type, {}, {}}};
        CHECK_THROWS_WITH(requireNoArithmetic(module, "aslog_x"),
                          Catch::Matchers::ContainsSubstring("aslog_x") &&
                              Catch::Matchers::ContainsSubstring(std::string(type) + " left_over"));
    }
    Module module = built(newForm());
    aslog::flows::mapAdders(module, 0);
    CHECK_NOTHROW(requireNoArithmetic(module, "aslog_x"));
}

TEST_CASE("A $macc_v2 that is not understood and an $alu of unusual ports are refused") {
    for (const char* parameter : {"NPRODUCTS", "A_WIDTHS", "C_SIGNED", "ADDEND_NEGATED"}) {
        Module module = newForm();
        module.cells[0].parameters.erase(parameter);
        CHECK_THROWS_WITH(mapSums(module), Catch::Matchers::ContainsSubstring("$macc_v2 sum"));
    }
    Module module;
    module.cells = {{"add",
                     "$alu",
                     {{"A", {2}},
                      {"B", {3}},
                      {"CI", {kZero}},
                      {"BI", {kZero, kZero}},
                      {"X", {4}},
                      {"Y", {5}},
                      {"CO", {6}}},
                     {}}};
    CHECK_THROWS_WITH(aslog::flows::mapAdders(module, 0),
                      Catch::Matchers::ContainsSubstring("unusual"));
}
