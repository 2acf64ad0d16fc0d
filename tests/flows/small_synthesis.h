// A mapper for small modules in osu018, and the faults that are put into what it works with.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "flows/library/technology.h"
#include "flows/mapping/carry_save.h"
#include "flows/mapping/equivalence.h"
#include "flows/mapping/mapping.h"
#include "flows/workspace.h"
#include "gates/cell_library.h"
#include "support/file.h"
#include "support/version.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

inline const std::filesystem::path kOsu018 = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

class SmallSynthesis {
  public:
    SmallSynthesis()
        : workspace(folder_.path() / "work"),
          technology(flows::readTechnology({.name = "osu018"})),
          liberty(gates::LibertyFile::read(kOsu018)),
          cells(flows::cellsOf(technology, liberty)),
          models(flows::modelsFor(liberty)),
          prover(workspace, 20) {
        support::writeFile(workspace.temporary("mapping.lib"),
                           flows::libraryForMapping(technology, liberty));
    }

    static std::filesystem::path flowsFolder() { return support::dataFolder() / "flows"; }

    // cells.v of the technology with a text replaced; every place where it stands.
    void replaceInCells(const std::string& from, const std::string& to) {
        std::string text = support::readFile(technology.cellsFile);
        std::size_t at = text.find(from);
        if (at == std::string::npos) {
            throw support::Error("cells.v does not hold " + from);
        }
        for (; at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
        technology.cellsFile = folder_.path() / "cells.v";
        support::writeFile(technology.cellsFile, text);
    }

    flows::Mapper mapper(std::vector<flows::Recipe> recipes) {
        return flows::Mapper({workspace, technology, cells, kOsu018,
                              workspace.temporary("mapping.lib"), flowsFolder() / "scripts",
                              std::move(recipes), models, prover});
    }

  private:
    TemporaryFolder folder_;

  public:
    flows::Workspace workspace;
    flows::Technology technology;
    gates::LibertyFile liberty;
    gates::CellLibrary cells;
    gates::LogicModels models;
    flows::Prover prover;
};

}  // namespace aslog::tests
