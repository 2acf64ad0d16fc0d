// One array on its way to cells: its modules in words, and the result of technology mapping that
// was chosen for each.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flows/mapping/elaborate.h"
#include "flows/mapping/mapping.h"
#include "flows/timing/fanout.h"
#include "flows/timing/sta.h"
#include "gates/netlist.h"

namespace aslog::flows {

class ArrayDesign {
  public:
    // `words`: from elaborateVerilog(). Nothing is chosen yet.
    ArrayDesign(Variant variant, gates::Netlist words);

    const Variant& variant() const { return variant_; }
    const gates::Netlist& words() const { return words_; }

    // Modules of the array, submodules first.
    const std::vector<std::string>& modules() const { return modules_; }

    // How often a module stands in the array.
    int instancesOf(const std::string& module) const;

    // What the mapper can make of a module, and what is taken of it.
    void choose(const std::string& module, Candidate candidate);
    const Candidate& chosen(const std::string& module) const { return chosen_.at(module); }
    const std::map<std::string, Candidate>& allChosen() const { return chosen_; }

    // The chosen cells of `top` and of all modules below it.
    gates::Netlist cells(const std::string& top) const;

    // Type of the module that holds a pin or cell "g_lane[0].u_lane/_31_/Q", and the path of its
    // instance ("g_lane[0].u_lane"). A port of the array is in the array.
    struct Place {
        std::string module;
        std::string instance;
    };
    Place placeOf(const std::string& pin) const;

  private:
    Variant variant_;
    gates::Netlist words_;
    std::vector<std::string> modules_;
    std::map<std::string, Candidate> chosen_;
    std::map<std::string, std::map<std::string, std::string>> children_;  // instance -> type
};

// A stretch of a path inside one instance.
struct PathStretch {
    std::string module;
    std::string instance;  // hierarchical path; empty: the array itself
    double delayNs = 0;
    double endsAtNs = 0;  // arrival at its last pin
};

std::vector<PathStretch> stretchesOf(const ArrayDesign& design, const std::vector<PathPoint>& path);

}  // namespace aslog::flows
