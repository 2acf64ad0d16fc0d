// The wire-load model of a library: what the wires of a net weigh, estimated from the number of
// its sinks alone, as Liberty defines it.
#pragma once

#include <map>
#include <string>

#include "gates/liberty.h"

namespace aslog::gates {

class WireLoad {
  public:
    // No wires.
    WireLoad() = default;

    // default_wire_load of a library; no wires if it names none. `unitFf`: femtofarads per unit of
    // capacitance. Throws support::InputError, with `fileName`, if the model is not there or lacks
    // a figure.
    static WireLoad ofLibrary(const LibertyGroup& library, double unitFf,
                              const std::string& fileName);

    // Of the model; "" for no wires.
    const std::string& name() const { return name_; }

    // Capacitance of a net with so many sinks; 0 if it has none. Between the entries of the table
    // lengths are interpolated; outside they go on with the model's slope.
    double capacitanceFf(int sinks) const;

  private:
    std::string name_;
    double capacitanceFf_ = 0;       // per unit of length
    double slope_ = 0;               // length per sink outside the table
    std::map<int, double> lengths_;  // by the number of sinks
};

}  // namespace aslog::gates
