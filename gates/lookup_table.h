// A table of the Liberty format over the slew of an input and the load of an output.
#pragma once

#include <vector>

namespace aslog::gates {

// Between its points a table is bilinear; beyond them the last piece goes on, as OpenSTA does it.
class LookupTable {
  public:
    // A constant.
    explicit LookupTable(double value = 0) : values_{value} {}

    // Points are strictly ascending; an empty axis is one that the table does not depend on.
    // `values`: all loads of the first slew, then those of the second ... Throws
    // std::invalid_argument if sizes or order do not fit.
    LookupTable(std::vector<double> slews, std::vector<double> loads, std::vector<double> values);

    double at(double slew, double load) const;

  private:
    std::vector<double> slews_;
    std::vector<double> loads_;
    std::vector<double> values_;
};

}  // namespace aslog::gates
