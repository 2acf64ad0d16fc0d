// cells.v of every technology against the models of its library, and what a wrong one is told.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "flows/library/cells_check.h"
#include "flows/library/technology.h"
#include "flows/workspace.h"
#include "gates/cell_model.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;

// NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
std::string searchPath() {
    const char* path = std::getenv("ASLOG_TECH_PATH");
    return path == nullptr ? "" : path;
}

// The library of a technology; empty, with a warning, if it is not on this machine.
std::vector<fs::path> libraryOf(const flows::Technology& technology) {
    try {
        return flows::findLibrary(technology, {.searchPath = searchPath()});
    } catch (const support::InputError&) {
        WARN("skipped: library of " << technology.name << " not found");
        return {};
    }
}

// What the check says of cells.v with `from` replaced by `to` once; "" if it finds nothing.
std::string messageFor(flows::Technology technology, const std::vector<fs::path>& files,
                       const std::string& from = {}, const std::string& to = {}) {
    const tests::TemporaryFolder folder;
    if (!from.empty()) {
        std::string cells = support::readFile(technology.cellsFile);
        const std::size_t at = cells.find(from);
        REQUIRE(at != std::string::npos);
        technology.cellsFile = folder / "cells.v";
        support::writeFile(technology.cellsFile, cells.replace(at, from.size(), to));
    }
    const gates::LibertyFile liberty = gates::LibertyFile::read(files);
    const flows::Workspace workspace(folder / "work");
    const fs::path mapping = workspace.temporary("mapping.lib");
    support::writeFile(mapping, flows::libraryForMapping(technology, liberty));
    const fs::path timing = workspace.temporary("timing.lib");
    support::writeFile(timing, flows::libraryForTiming(liberty));
    try {
        flows::checkCells(workspace, technology, timing, mapping, gates::CellModels::of(liberty));
    } catch (const support::Error& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("The cells of every technology whose library is there are what the flow takes them for") {
    for (const std::string& name : flows::technologyNames({})) {
        const flows::Technology technology = flows::readTechnology({.name = name});
        if (const auto library = libraryOf(technology); !library.empty()) {
            INFO(name);
            CHECK(messageFor(technology, library) == "");
        }
    }
}

TEST_CASE("A full adder with sum and carry swapped is named, with inputs and both outputs") {
    const flows::Technology technology = flows::readTechnology({.name = "osu018"});
    const auto library = libraryOf(technology);
    if (library.empty()) {
        SUCCEED();
        return;
    }
    const std::string message =
        messageFor(technology, library, ".YS(sum_o), .YC(carry_o)", ".YS(carry_o), .YC(sum_o)");
    INFO(message);
    CHECK(contains(message, "aslog_cell_fa with a_i="));
    CHECK(contains(message, "it should give sum_o="));
}

TEST_CASE("A latch of the other phase is named, with what was before") {
    const flows::Technology technology = flows::readTechnology({.name = "osu018"});
    const auto library = libraryOf(technology);
    if (library.empty()) {
        SUCCEED();
        return;
    }
    const std::string high = messageFor(technology, library, ".CLK(E)", ".CLK(~E)");
    INFO(high);
    CHECK(contains(high, "$_DLATCH_P_ with E="));
    CHECK(contains(high, " after "));
    // The library has no clock gate: the low-phase latch is part of the one that is made of it.
    CHECK(contains(messageFor(technology, library, ".CLK(enable)", ".CLK(E)"),
                   "aslog_clock_gate with clk_i="));
}

TEST_CASE("A clock gate without its enable is named") {
    const flows::Technology technology = flows::readTechnology({.name = "nangate45"});
    const auto library = libraryOf(technology);
    if (library.empty()) {
        SUCCEED();
        return;
    }
    CHECK(
        contains(messageFor(technology, library, ".E(en_i)", ".E(1'b1)"), "aslog_clock_gate with"));
}
