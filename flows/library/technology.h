// Technologies as data: profile.json and cells.v of a folder that has the technology's name, such
// as those in flows/tech. docs/flows.md says how to add one.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flows/timing/fanout.h"
#include "gates/cell_library.h"
#include "gates/liberty.h"

namespace aslog::flows {

struct Technology {
    std::string name;  // of its folder, and what --tech takes
    std::string title;
    double nodeNm = 0;
    // Names that the library is known by; each is one file or several that belong together.
    std::vector<std::vector<std::string>> libertyFiles;
    std::vector<std::string> libertyFolders;  // where packages put it
    std::string howToGet;
    std::filesystem::path folder;     // of its profile
    std::filesystem::path cellsFile;  // Verilog for yosys' techmap
    std::vector<std::string> neededCells;
    std::vector<std::string> neverUsed;  // cells, or beginnings of names followed by '*'
    std::vector<BufferCell> buffers;
    double defaultMaxLoadFf = 0;
    std::map<std::string, double> areasUm2;  // of cells that the Liberty file gives as 0
    std::string areaSource;
};

// What --tech, --profile, --liberty and --tech-path say.
struct TechnologyChoice {
    std::string name = "osu018";                      // of the profile; results go to synth/<name>
    std::filesystem::path profile = {};               // its folder; empty: searched for
    std::vector<std::filesystem::path> liberty = {};  // files of the library; empty: searched for
    std::string searchPath = {};                      // folders, separated by colons
};

// Where a profile <name>/profile.json may lie: the folders of the search path, then flows/tech.
// Names of all that are there, sorted.
std::vector<std::string> technologyNames(const std::string& searchPath);

// Throws support::InputError if there is none of this name; the message lists those that are there.
// Throws support::InputError if the profile is not as it should be.
Technology readTechnology(const TechnologyChoice& choice);

// The files of the library: those of the choice if it names some, otherwise the first set that is
// found whole in a folder of the search path (<folder>/<technology>/<file> or <folder>/<file>) or
// of the profile; a file may be there as <file>.gz instead. Throws support::InputError that says
// where it looked and how to get it.
std::vector<std::filesystem::path> findLibrary(const Technology& technology,
                                               const TechnologyChoice& choice);

// The library with its areas completed, and loads limited by slew. Throws support::InputError if it
// lacks a cell that the technology needs.
gates::CellLibrary cellsOf(const Technology& technology, const gates::LibertyFile& liberty);

// What the tools read of a library is written by aslog (gates/liberty_text.h): they know less of
// the format than it allows. For the mapping of logic: without cells that are never used,
// sequential cells, power. abc reads it for every module again.
std::string libraryForMapping(const Technology& technology, const gates::LibertyFile& liberty);

// For timing and for the mapping of registers: without power and test_cell.
std::string libraryForTiming(const gates::LibertyFile& liberty);

}  // namespace aslog::flows
