// Technologies as data: flows/tech/<name>/profile.json and cells.v. docs/flows.md says how to add
// one.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flows/fanout.h"
#include "gates/cell_library.h"

namespace aslog::flows {

struct Technology {
    std::string name;  // folder, and what --tech takes
    std::string title;
    double nodeNm = 0;
    std::vector<std::string> libertyFiles;    // names that the library is known by
    std::vector<std::string> libertyFolders;  // where packages put it
    std::string howToGet;
    std::filesystem::path cellsFile;  // Verilog for yosys' techmap
    std::vector<std::string> neededCells;
    std::vector<std::string> neverUsed;  // cells, or beginnings of names followed by '*'
    std::vector<BufferCell> buffers;
    double defaultMaxLoadFf = 0;
    std::map<std::string, double> areasUm2;  // of cells that the Liberty file gives as 0
    std::string areaSource;
};

// Names of all technologies, sorted.
std::vector<std::string> technologyNames(const std::filesystem::path& techFolder);

// Throws support::InputError if there is none of this name; the message lists those that are there.
// Throws support::InputError if the profile is not as it should be.
Technology readTechnology(const std::filesystem::path& techFolder, const std::string& name);

// The Liberty file: `given` if it is not empty, otherwise the first that is found in the folders of
// `searchPath` (separated by colons; <folder>/<technology>/<file> or <folder>/<file>), then in
// those of the profile. Throws support::InputError that says where it looked and how to get it.
std::filesystem::path findLibrary(const Technology& technology, const std::filesystem::path& given,
                                  const std::string& searchPath);

// Reads the library and completes its areas. Throws support::InputError if it is no Liberty file or
// lacks a cell that the technology needs.
gates::CellLibrary readLibrary(const Technology& technology, const std::filesystem::path& file);

// The text of the library without what the mapping of logic must not or need not see: cells that
// are never used, sequential cells, power. abc reads it for every module again.
std::string libraryForMapping(const Technology& technology, const std::filesystem::path& file);

}  // namespace aslog::flows
