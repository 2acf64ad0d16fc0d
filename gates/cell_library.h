// What the flow knows of a cell library: areas, pin loads, limits of loads and edges, wires,
// sequential cells.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "gates/liberty.h"
#include "gates/wire_load.h"
#include "support/json_file.h"

namespace aslog::gates {

struct LibraryPin {
    bool isOutput = false;
    bool isControl = false;                  // clock, latch enable, asynchronous set or reset
    double capacitanceFf = 0;                // of an input
    std::optional<double> maxCapacitanceFf;  // that an output may drive
    std::optional<double> maxTransitionNs;   // slowest edge that is allowed at the pin
    std::optional<double> slewLoadFf;        // that an output may drive to keep it: slew_load.h
};

struct LibraryCell {
    double areaUm2 = 0;         // 0 if the library has none
    bool isSequential = false;  // flip-flops, latches, clock gates
    std::map<std::string, LibraryPin> pins;
};

// The conditions that the library was characterised for.
struct Corner {
    std::string name;  // operating conditions, may be empty
    double process = 0;
    double voltageV = 0;
    double temperatureC = 0;
};

class CellLibrary {
  public:
    // Areas are taken as µm², the unit of all libraries of flows/tech; Liberty has no field for it.
    // Throws support::FileError; support::InputError if the file is no Liberty file, has no cells,
    // no unit of capacitance, or a strange unit of time or wire-load model.
    static CellLibrary read(const std::filesystem::path& path);

    // As read(); `name` stands for the file in messages.
    static CellLibrary parse(std::string text, const std::string& name);

    // Of a file that has been read.
    static CellLibrary of(const LibertyFile& file);

    const std::string& name() const { return name_; }
    const Corner& corner() const { return corner_; }
    const WireLoad& wireLoad() const { return wireLoad_; }
    const std::map<std::string, LibraryCell>& cells() const { return cells_; }

    // nullptr if the library has no such cell.
    const LibraryCell* find(const std::string& cell) const;

    // The area of a cell that the Liberty file gives as 0, from another source. Does nothing if the
    // library has an area. Throws support::InputError if there is no such cell.
    void completeArea(const std::string& cell, double areaUm2);

    // slewLoadFf of an output, which the library has.
    void limitLoad(const std::string& cell, const std::string& pin,
                   std::optional<double> slewLoadFf);

  private:
    std::string name_;
    Corner corner_;
    WireLoad wireLoad_;
    std::map<std::string, LibraryCell> cells_;
};

}  // namespace aslog::gates
