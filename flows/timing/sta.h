// Static timing analysis by OpenSTA: setup only, ideal clocks, wires by the library's wire-load
// model if it has one, otherwise none.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flows/workspace.h"
#include "gates/cell_library.h"

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

// A limit of the library, and the pins that keep it or do not. Nets with a clock, latch enable or
// asynchronous reset on them are ideal: what they violate says nothing, and is counted apart.
struct LimitCheck {
    long checked = 0;          // pins with a limit
    long violations = 0;       // pins beyond it, on nets that are not ideal
    long idealViolations = 0;  // and on those that are
    double worst = 0;          // of nets that are not ideal, the largest share of its limit: value,
    double limit = 0;          // limit
    std::string pin;           // and pin; "" if there is none
};

struct LimitChecks {
    LimitCheck capacitanceFf;  // of outputs
    LimitCheck slewNs;         // of all pins
};

struct Timing {
    Slack slack;
    std::vector<PathPoint> path;  // with the smallest slack
    double minPeriodNs = 0;       // at which the slack is 0; 0 unless asked for
    LimitChecks checks;           // empty unless asked for
};

class StaAnswer;

class Sta {
  public:
    // `library`: what `libraryFile` holds: its wire-load model and limits. `defaultMaxLoadFf`:
    // limit of outputs that have none in the library.
    Sta(const Workspace& workspace, std::filesystem::path libraryFile,
        const gates::CellLibrary& library, double defaultMaxLoadFf, std::filesystem::path scripts);

    // The worst path, and, if the netlist is the final one, the period at which its slack is 0
    // (ports take kPortShare) and the checks of limits. Throws support::Error if OpenSTA fails or
    // its answer is not complete, has something twice, or something that is not known.
    Timing analyse(const std::string& name, const TimedNetlist& netlist, bool isFinal) const;

    // Of each; a netlist without any path has no slack of its own and gets infinity. Throws as
    // analyse() does.
    std::vector<Slack> slacks(const std::string& name,
                              const std::vector<TimedNetlist>& netlists) const;

  private:
    StaAnswer run(const std::string& name, const std::string& commands) const;

    const Workspace& workspace_;
    std::filesystem::path libraryFile_;
    std::string wireLoad_;
    std::string limits_;  // as sta.tcl takes them
    std::filesystem::path scripts_;
};

}  // namespace aslog::flows
