// A picture of horizontal bars that consist of parts, as SVG.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::report {

struct ChartPart {
    std::string_view name;
    std::string_view colour;
};

// Parts of an array that area and power are split into; areas or energies in this order.
const std::vector<ChartPart>& arrayParts();

/// What of an array's total belongs to each of arrayParts(). `all` of a module is what it and all
/// that is in it take, `own` what it takes without that.
std::vector<double> splitByPart(const std::function<double(const std::string& module)>& all,
                                const std::function<double(const std::string& module)>& own,
                                double total);

struct ChartBar {
    std::string name;
    std::vector<double> parts;  // one for each of arrayParts()
    std::string note;           // behind the bar; empty: the sum
};

struct BarChart {
    std::string title;
    std::string unit;  // of the numbers, "µm² per MAC"
    std::string footnote;
    std::vector<ChartBar> bars;
};

std::string toSvg(const BarChart& chart);

}  // namespace aslog::report
