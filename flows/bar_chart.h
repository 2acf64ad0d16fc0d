// A picture of horizontal bars that consist of parts, as SVG.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aslog::flows {

struct ChartPart {
    std::string_view name;
    std::string_view colour;
};

// Parts of an array that area and power are split into; areas or energies in this order.
const std::vector<ChartPart>& arrayParts();

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

}  // namespace aslog::flows
