#include "report/power_picture.h"

#include <cstddef>

#include <fmt/format.h>

#include "power/results.h"
#include "report/bar_chart.h"

namespace aslog::report {
namespace {

using power::arrayNamed;
using power::ArrayPower;
using power::Energy;
using power::inclusiveFj;
using power::PowerResult;
using power::strongest;
// Places are known by the kinds of their modules.
class Parts {
  public:
    Parts(const ArrayPower& array, const Energy& energy) : array_(array), energy_(energy) {}

    double all(const std::string& module) const { return sum(module, true); }
    double own(const std::string& module) const { return sum(module, false); }

  private:
    double sum(const std::string& module, bool inclusive) const {
        double result = 0;
        for (std::size_t i = 0; i < array_.places.size(); ++i) {
            if (array_.places[i].kind == module) {
                result += inclusive ? inclusiveFj(array_, energy_, i) : energy_.byPlace[i];
            }
        }
        return result;
    }

    const ArrayPower& array_;
    const Energy& energy_;
};

ChartBar barOf(const std::string& name, const PowerResult& result, const ArrayPower& array) {
    const Energy energy = array.energy();
    const Parts parts(array, energy);
    ChartBar bar{
        name,
        splitByPart([&](const std::string& module) { return parts.all(module); },
                    [&](const std::string& module) { return parts.own(module); }, energy.totalFj()),
        {}};
    for (double& part : bar.parts) {
        part /= static_cast<double>(array.beats()) * result.elements;
    }
    bar.note =
        fmt::format("{:.0f} ({:.0f})", result.perMacFj(array), result.settledPerMacFj(array));
    return bar;
}

}  // namespace

std::string powerPicture(const PowerResult& result) {
    BarChart chart;
    chart.title =
        fmt::format("{}: energy per multiply-accumulate in fJ, {}, {:g} MHz, {:g} V", result.design,
                    result.technology.title, result.clockMhz, result.corner.voltageV);
    chart.unit = "fJ per MAC";
    chart.footnote =
        "of a real layer, from simulation with the cells' delays; in brackets without "
        "glitches; no layout, no clock tree";
    if (!result.changedFiles.empty()) {
        chart.footnote += "; rtl/ is not as generated";
    }
    chart.bars.push_back(barOf("aslog", result, result.arrays.front()));
    const auto add = [&](const char* name, const ArrayPower* array) {
        if (array != nullptr) {
            chart.bars.push_back(barOf(name, result, *array));
        }
    };
    add("int4, strong", strongest(result, "int4"));
    add("int8, strong", strongest(result, "int8"));
    add("int8, plain", arrayNamed(result, "int8_plain"));
    return toSvg(chart);
}

}  // namespace aslog::report
