// Cell libraries and technologies: what is read, and what is refused with which words.

#include <string>

#include "flows/technology.h"
#include "gates/cell_library.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using aslog::gates::CellLibrary;
using aslog::support::InputError;

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
    const auto names = aslog::flows::technologyNames(techFolder());
    CHECK(names.size() >= 5);
    for (const std::string& name : names) {
        INFO(name);
        const auto technology = aslog::flows::readTechnology(techFolder(), name);
        CHECK_FALSE(technology.libertyFiles.empty());
        CHECK_FALSE(technology.howToGet.empty());
        CHECK_FALSE(technology.buffers.empty());
        CHECK(std::filesystem::exists(technology.cellsFile));
    }
    CHECK_THROWS_AS(aslog::flows::readTechnology(techFolder(), "no_such_tech"), InputError);
}

TEST_CASE("A missing library says where it was looked for and how to get it") {
    const auto technology = aslog::flows::readTechnology(techFolder(), "nangate45");
    std::string message;
    try {
        static_cast<void>(aslog::flows::findLibrary(technology, "", "/nowhere:/neither"));
    } catch (const InputError& error) {
        message = error.what();
    }
    CHECK(message.find("/nowhere/nangate45/") != std::string::npos);
    CHECK(message.find("/neither/") != std::string::npos);
    CHECK(message.find(technology.howToGet) != std::string::npos);
}

TEST_CASE("A library is found below a folder of the path, and one without the cells is refused") {
    const aslog::tests::TemporaryFolder folder;
    const auto technology = aslog::flows::readTechnology(techFolder(), "nangate45");
    const auto file = folder.path() / "nangate45" / technology.libertyFiles.front();
    aslog::support::writeFile(file, kSmallLibrary);
    CHECK(aslog::flows::findLibrary(technology, "", folder.path().string()) == file);
    CHECK_THROWS_AS(aslog::flows::readLibrary(technology, file), InputError);
}
