// Static timing analysis by OpenSTA: setup only, ideal clocks, wires by the library's wire-load
// model if it has one, otherwise none.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flows/workspace.h"

namespace aslog::flows {

// Share of the clock period that the world outside takes at every input and at every output.
inline constexpr double kPortShare = 0.2;

// A netlist and how it is driven. Times in ns.
struct TimedNetlist {
    std::filesystem::path verilog;
    std::filesystem::path extraLibrary;  // Liberty file for this netlist only; may be empty
    std::string top;
    std::vector<std::string> clockPorts;
    std::vector<std::string> idealPorts;  // not timed: the reset
    double periodNs = 0;
    double arrivalNs = 0;    // of the inputs after the clock edge
    double departureNs = 0;  // of the outputs before the next one
};

struct PathPoint {
    double arrivalNs = 0;
    std::string pin;  // with its hierarchical path, "g_lane[0].u_lane/_31_/Q"
};

struct Slack {
    double worstNs = 0;
    double negativeNs = 0;  // sum of all negative ones, one for each end of paths; 0 or less
};

struct Timing {
    Slack slack;
    std::vector<PathPoint> path;  // with the smallest slack
    double minPeriodNs = 0;       // at which the slack is 0; 0 unless asked for
};

class Sta {
  public:
    // `wireLoad`: a model of the library, or "" for no wires.
    Sta(const Workspace& workspace, std::filesystem::path library, std::string wireLoad,
        std::filesystem::path scripts);

    // The worst path, and, if wanted, the period at which its slack is 0 (ports take kPortShare).
    // Throws support::Error if OpenSTA fails or a figure is missing.
    Timing analyse(const std::string& name, const TimedNetlist& netlist, bool wantsPeriod) const;

    // Of each; a netlist without any path has no slack of its own and gets infinity.
    std::vector<Slack> slacks(const std::string& name,
                              const std::vector<TimedNetlist>& netlists) const;

  private:
    std::string run(const std::string& name, const std::string& commands) const;

    const Workspace& workspace_;
    std::filesystem::path library_;
    std::string wireLoad_;
    std::filesystem::path scripts_;
};

}  // namespace aslog::flows
