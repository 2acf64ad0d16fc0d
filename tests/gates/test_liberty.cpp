// Liberty files as makers of libraries write them: compressed, in parts, with included files,
// unquoted expressions and marks of all kinds.

#include <filesystem>
#include <string>
#include <vector>

#include <zlib.h>

#include "gates/cell_library.h"
#include "gates/cell_model.h"
#include "gates/liberty.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using aslog::gates::CellLibrary;
using aslog::gates::CellModels;
using aslog::gates::LibertyFile;
using aslog::gates::LibertyGroup;
using aslog::support::InputError;
using aslog::support::readFile;
using aslog::support::writeFile;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

const std::string kUnits =
    R"(  time_unit : "1ps"; capacitive_load_unit (1, ff); voltage_unit : "1V";)"
    "\n";

std::string withCell(const std::string& name, const std::string& more = {}) {
    return "library (" + name + ") {\n" + kUnits + more + "  cell (" + name +
           ") { area : 1; pin (A) { direction : input; capacitance : 1; } pin (Y) { direction : "
           "output; function : \"A\"; } }\n}\n";
}

void writeCompressed(const fs::path& file, const std::string& text) {
    gzFile out = gzopen(file.c_str(), "wb");
    REQUIRE(out != nullptr);
    REQUIRE(gzwrite(out, text.data(), static_cast<unsigned>(text.size())) ==
            static_cast<int>(text.size()));
    REQUIRE(gzclose(out) == Z_OK);
}

std::string errorOf(const std::vector<fs::path>& files) {
    try {
        static_cast<void>(LibertyFile::read(files));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("A compressed file reads as what it was, and a damaged one is refused") {
    const TemporaryFolder folder;
    const fs::path file = folder / "cells.lib.gz";
    writeCompressed(file, withCell("BUF"));
    const LibertyFile library = LibertyFile::read(file);
    CHECK(library.root().name() == "BUF");
    CHECK(library.name() == "cells.lib.gz");
    CHECK(library.sha256() == aslog::support::sha256OfFile(file));
    // Two members, one behind the other, are one file.
    const std::string text = withCell("BUF");
    writeCompressed(folder / "first", text.substr(0, 30));
    writeCompressed(folder / "second", text.substr(30));
    writeFile(file, readFile(folder / "first") + readFile(folder / "second"));
    CHECK(LibertyFile::read(file).root().groups.size() == 1);

    const std::string whole = readFile(file);
    for (const std::string& damaged :
         {whole.substr(0, whole.size() - 20), whole.substr(0, 11), std::string("\x1f\x8b")}) {
        writeFile(file, damaged);
        CHECK_THAT(errorOf({file}), ContainsSubstring("cells.lib.gz is a damaged gzip file"));
    }
}

TEST_CASE("Several files are one library, whose limits are the strictest") {
    const TemporaryFolder folder;
    const fs::path a = folder / "a.lib";
    const fs::path b = folder / "b.lib";
    const std::string table = "  lu_table_template (t) { variable_1 : x; index_1 (\"1, 2\"); }\n";
    writeFile(a, withCell("A", table + "  default_max_transition : 400;\n"));
    writeFile(b, withCell("B", table + "  default_max_transition : 320.0;\n"));
    const LibertyFile both = LibertyFile::read({a, b});
    CHECK(both.name() == "a.lib + b.lib");
    CHECK(both.sha256() == aslog::support::sha256(readFile(a) + readFile(b)));
    CHECK(both.root().groups.size() == 3);
    CHECK(both.root().attribute("default_max_transition") == "320.0");
    const CellLibrary library = CellLibrary::of(both);
    CHECK(library.find("A") != nullptr);
    REQUIRE(library.find("B") != nullptr);
    CHECK(library.find("B")->pins.at("Y").maxTransitionNs == Approx(0.32));
}

TEST_CASE("Files that say different things are not one library") {
    const TemporaryFolder folder;
    const fs::path a = folder / "a.lib";
    const fs::path b = folder / "b.lib";
    writeFile(a, withCell("A", "  nom_voltage : 0.70;\n  wire_load (w) { slope : 1; }\n"));
    const auto with = [&](const std::string& more) {
        writeFile(b, withCell("B", more));
        return errorOf({a, b});
    };
    CHECK(with("  nom_voltage : 0.7;\n").empty());
    CHECK_THAT(with("  nom_voltage : 0.8;\n"),
               ContainsSubstring("nom_voltage is 0.70 in the first and 0.8 in the second"));
    CHECK_THAT(with("  leakage_power_unit : \"1nW\";\n"),
               ContainsSubstring("leakage_power_unit is missing in the first"));
    CHECK_THAT(with("  wire_load (w) { slope : 2; }\n"),
               ContainsSubstring("wire_load (w) is not the same in both"));
    writeFile(b, withCell("B"));
    std::string text = readFile(b);
    text.replace(text.find("1ps"), 3, "1ns");
    writeFile(b, text);
    CHECK_THAT(errorOf({a, b}), ContainsSubstring("time_unit is 1ps"));
}

TEST_CASE("Included files stand where they are named, beside the file that names them") {
    const TemporaryFolder folder;
    const fs::path file = folder / "lib" / "main.lib";
    writeFile(file, "library (m) {\n" + kUnits + "  include_file (\"parts/cells.inc\");\n}\n");
    writeFile(folder / "lib" / "parts" / "cells.inc",
              "cell (A) { area : 1; pin (Y) { direction : output; } }\ninclude_file (more.inc)\n");
    writeFile(folder / "lib" / "parts" / "more.inc", "cell (B) { area : 2; }\n");
    const LibertyFile library = LibertyFile::read(file);
    REQUIRE(library.root().groups.size() == 2);
    CHECK(library.root().groups[1].name() == "B");
    CHECK(library.sha256() != aslog::support::sha256OfFile(file));  // the parts count

    writeFile(folder / "lib" / "parts" / "more.inc", "include_file (more.inc);");
    CHECK_THAT(errorOf({file}), ContainsSubstring("include each other too deeply"));
    fs::remove(folder / "lib" / "parts" / "more.inc");
    CHECK_THAT(errorOf({file}), ContainsSubstring("more.inc, which is not there"));
    CHECK_THROWS_AS(LibertyFile::parse(readFile(file), "x.lib"), InputError);
}

TEST_CASE("Functions without quotation marks, and whatever stands in a comment or a string") {
    const LibertyFile library = LibertyFile::parse(
        "\xef\xbb\xbf"
        R"(/* a "comment" } */
library ("odd") {
  capacitive_load_unit (1 , "pf") ;  // units may be quoted
  define (my_own, cell, string);
  comment : "it says \"hello\" } {";
  cell ("DFFR") {
    area : 2e1
    ff (IQ,IQN) { clocked_on : !CKN ; next_state : D; clear : !RN ; }
    test_cell () { pin (D) { direction : input; } ff (IQ,IQN) { next_state : SI; } }
    pin (CKN) { direction : input; clock : true ; capacitance : 0.001 ; }
    pin (D, RN) { direction : input; capacitance : 0.002; }
    pin (QN) { direction : output; function : IQN ; }
  }
  cell (OAI) {
    pin (A) { direction : input; } pin (B) { direction : input; } pin (C) { direction : input; }
    pin (Y) { direction : output; function : !((A+B) C); }
  }
})",
        "odd.lib");
    const CellModels models = CellModels::of(library);
    CHECK(models.at("OAI").outputs.size() == 1);
    REQUIRE(models.at("DFFR").state.has_value());
    CHECK(models.at("DFFR").state->clear.has_value());
    CHECK(models.at("DFFR").inputs.size() == 3);
    const CellLibrary cells = CellLibrary::of(library);
    CHECK(cells.find("DFFR")->areaUm2 == Approx(20));
    CHECK(cells.find("DFFR")->pins.at("D").capacitanceFf == Approx(2));
    CHECK(cells.find("DFFR")->pins.at("RN").isControl);
}
