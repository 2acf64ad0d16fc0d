// Place and route with nextpnr, for the families that Debian has it for: an iCE40 hx8k.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flows/fpga/family.h"
#include "flows/workspace.h"

namespace aslog::flows {

struct FpgaRouting {
    std::string device;
    int cells = 0;  // logic cells taken, the registers at the pins included
    int available = 0;
    std::vector<double> fmaxMhz;  // of each placement, by seed; empty: too large

    bool fits() const { return cells <= available; }
    double medianMhz() const;
    double slowestMhz() const;
    double fastestMhz() const;
};

// What routes this family, "nextpnr-ice40"; "" if aslog knows nothing that does.
std::string routerOf(const FpgaFamily& family);

// Places and routes `netlist` (JSON of yosys) once for each seed 1 ... `seeds`, aiming at a clock.
// An array that is too large has no fmax. Throws support::MissingTool, and support::Error if the
// program fails or its answer lacks a figure.
FpgaRouting route(const Workspace& workspace, const FpgaFamily& family, const std::string& name,
                  const std::filesystem::path& netlist, double clockMhz, int seeds);

// From the log of nextpnr: cells taken and there. False if it has no such line.
bool readUtilisation(const std::string& log, FpgaRouting& routing);

}  // namespace aslog::flows
