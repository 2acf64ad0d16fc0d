// Cell libraries and technologies: what is read, and what is refused with which words.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "flows/library/technology.h"
#include "gates/cell_library.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using aslog::gates::CellLibrary;
using aslog::gates::LibertyFile;
using aslog::support::InputError;
using aslog::support::Json;
using Files = std::vector<std::filesystem::path>;

const std::string kSmallLibrary = R"(library (small) {
  capacitive_load_unit (1, ff);
  nom_voltage : 1.1;
  cell (INV) {
    area : 0.5;
    pin (A) { direction : input; capacitance : 1.5; }
    pin (Y) { direction : output; function : "!A"; max_capacitance : 60; }
  }
  cell (DFF) {
    area : 4.5;
    ff (IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin (C) { direction : input; clock : true; capacitance : 0.9; }
    pin (D) { direction : input; capacitance : 1.1; }
    pin (Q) { direction : output; function : "IQ"; }
  }
}
)";

std::string messageOf(const std::string& text) {
    try {
        static_cast<void>(CellLibrary::parse(text, "x.lib"));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::filesystem::path techFolder() {
    return aslog::support::dataFolder() / "flows" / "tech";
}

}  // namespace

TEST_CASE("A Liberty file gives areas, loads and what is sequential") {
    const CellLibrary library = CellLibrary::parse(kSmallLibrary, "small.lib");
    CHECK(library.name() == "small");
    REQUIRE(library.find("INV") != nullptr);
    CHECK(library.find("INV")->areaUm2 == 0.5);
    CHECK(library.find("INV")->pins.at("A").capacitanceFf == 1.5);
    CHECK(library.find("INV")->pins.at("Y").maxCapacitanceFf == 60.0);
    CHECK_FALSE(library.find("INV")->isSequential);
    CHECK(library.find("DFF")->isSequential);
    CHECK(library.find("DFF")->pins.at("C").isControl);
    CHECK(library.find("NAND") == nullptr);
}

TEST_CASE("What is no Liberty file is refused, and the message names the file") {
    for (const std::string text :
         {"", "this is a text\n", "{\"json\": true}\n", "library (a) { cell (b) {",
          "\x7f"
          "ELF\0"}) {
        INFO("'" << text << "'");
        CHECK(messageOf(text).find("x.lib") != std::string::npos);
    }
    CHECK(messageOf(kSmallLibrary).empty());
}

TEST_CASE("Every technology has a complete profile") {
    const auto names = aslog::flows::technologyNames({});
    CHECK(names.size() >= 5);
    for (const std::string& name : names) {
        INFO(name);
        const auto technology = aslog::flows::readTechnology({.name = name});
        CHECK_FALSE(technology.libertyFiles.empty());
        CHECK_FALSE(technology.howToGet.empty());
        CHECK_FALSE(technology.buffers.empty());
        CHECK(std::filesystem::exists(technology.cellsFile));
    }
    CHECK_THROWS_AS(aslog::flows::readTechnology({.name = "no_such_tech"}), InputError);
}

TEST_CASE("A missing library says where it was looked for and how to get it") {
    const auto technology = aslog::flows::readTechnology({.name = "nangate45"});
    std::string message;
    try {
        static_cast<void>(
            aslog::flows::findLibrary(technology, {.searchPath = "/nowhere:/neither"}));
    } catch (const InputError& error) {
        message = error.what();
    }
    CHECK(message.find("/nowhere/nangate45/") != std::string::npos);
    CHECK(message.find("/neither/") != std::string::npos);
    CHECK(message.find(technology.howToGet) != std::string::npos);
}

TEST_CASE("A library is found below a folder of the path, and one without the cells is refused") {
    const aslog::tests::TemporaryFolder folder;
    const auto technology = aslog::flows::readTechnology({.name = "nangate45"});
    const auto file = folder.path() / "nangate45" / technology.libertyFiles.front().front();
    aslog::support::writeFile(file, kSmallLibrary);
    const Files found =
        aslog::flows::findLibrary(technology, {.searchPath = folder.path().string()});
    CHECK(found == Files{file});
    CHECK_THROWS_AS(aslog::flows::cellsOf(technology, LibertyFile::read(found)), InputError);
}

TEST_CASE("A profile may lie anywhere, and its library beside it, compressed or not") {
    const aslog::tests::TemporaryFolder folder;
    const auto profile = folder / "mine" / "profile.json";
    Json json = aslog::support::readJson(techFolder() / "osu018" / "profile.json");
    json["library"]["files"] = Json::array({Json::array({"a.lib", "b.lib"})});
    json["library"]["folders"] = Json::array();
    aslog::support::writeJson(profile, json);
    aslog::support::writeFile(folder / "mine" / "a.lib", "library (a) { }");
    const aslog::flows::TechnologyChoice byPath = {.name = "mine",
                                                   .searchPath = folder.path().string()};
    const aslog::flows::TechnologyChoice byFolder = {.name = "own", .profile = folder / "mine"};
    for (const auto& choice : {byPath, byFolder}) {
        const auto technology = aslog::flows::readTechnology(choice);
        CHECK(technology.name == choice.name);
        CHECK(technology.cellsFile == folder / "mine" / "cells.v");
        CHECK_THROWS_AS(aslog::flows::findLibrary(technology, choice), InputError);  // no b.lib
        aslog::support::writeFile(folder / "mine" / "b.lib.gz", "library (b) { }");
        CHECK(aslog::flows::findLibrary(technology, choice) ==
              Files{folder / "mine" / "a.lib", folder / "mine" / "b.lib.gz"});
        std::filesystem::remove(folder / "mine" / "b.lib.gz");
    }
    const auto names = aslog::flows::technologyNames(folder.path().string());
    CHECK(std::find(names.begin(), names.end(), "mine") != names.end());
    CHECK(std::find(names.begin(), names.end(), "osu018") != names.end());
}

TEST_CASE("What tools read of a library is quoted, and has no power and no test_cell") {
    const auto file = aslog::gates::LibertyFile::parse(
        "\xef\xbb\xbf"
        R"(library (odd) {
  /* a comment */ time_unit : "1ns"
  capacitive_load_unit (1, pF);
  cell (DFF) {
    area : 4.5;
    ff (IQ, IQN) { clocked_on : CLK ; next_state : D; clear : !RN ; }
    test_cell () { ff (IQ, IQN) { clocked_on : CLK; next_state : D; clear : !RN; } }
    leakage_power () { value : 1; when : "!D"; }
    pin (Q) {
      direction : output; function : IQ;
      char_note : "say \"Q\"";
      internal_power () { rise_power (t) { values ("1, 2", \
                                                   "3, 4"); } }
      timing () { related_pin : "CLK"; cell_rise (t) { values ("1, 2", "3, 4"); } }
    }
  }
  cell (NAND) { pin (Y) { direction : output; function : !(A B); } }
})",
        "odd.lib");
    const std::string timing = aslog::flows::libraryForTiming(file);
    using Catch::Matchers::ContainsSubstring;
    CHECK_THAT(timing, ContainsSubstring("clear : \"!RN\";") &&
                           ContainsSubstring("function : \"!(A B)\";") &&
                           ContainsSubstring("capacitive_load_unit (1, pf);") &&
                           ContainsSubstring("values (\"1, 2\", \"3, 4\");") &&
                           ContainsSubstring("time_unit : \"1ns\";") &&
                           ContainsSubstring(R"("say \"Q\"")"));
    for (const char* gone : {"test_cell", "leakage_power", "internal_power", "comment"}) {
        CHECK(timing.find(gone) == std::string::npos);
    }
    // What was written reads the same.
    const auto again = aslog::gates::LibertyFile::parse(timing, "again.lib");
    CHECK(aslog::flows::libraryForTiming(again) == timing);
    aslog::flows::Technology technology;
    technology.neverUsed = {"NAND"};
    const std::string mapping = aslog::flows::libraryForMapping(technology, file);
    CHECK(mapping.find("DFF") == std::string::npos);
    CHECK(mapping.find("NAND") == std::string::npos);
    technology.neverUsed.clear();
    CHECK_THAT(aslog::flows::libraryForMapping(technology, file), ContainsSubstring("NAND"));
}
