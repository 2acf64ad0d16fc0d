#include "report/area_picture.h"

#include <fmt/format.h>

#include "flows/results.h"
#include "report/bar_chart.h"

namespace aslog::report {
namespace {

ChartBar barOf(const std::string& name, const flows::VariantResult& variant, int macs) {
    const flows::AreaReport& area = variant.area;
    ChartBar bar{
        name,
        splitByPart([&](const std::string& module) { return area.areaOf(module); },
                    [&](const std::string& module) { return area.ownOf(module); }, area.totalUm2),
        {}};
    for (double& part : bar.parts) {
        part /= macs;
    }
    return bar;
}

std::vector<ChartBar> barsOf(const flows::SynthResult& result) {
    const flows::Comparison comparison = flows::compare(result);
    const int macs = result.design.aeCount;
    std::vector<ChartBar> bars = {barOf("aslog", result.variants.front(), macs)};
    const auto add = [&](const char* kind, const flows::VariantResult* variant) {
        if (variant != nullptr) {
            bars.push_back(barOf(kind, *variant, macs));
        }
    };
    add("aslog, no BCE", comparison.withoutBce);
    add("int4, strong", comparison.int4Strong);
    add("int8, strong", comparison.int8Strong);
    add("int8, plain", comparison.int8Plain);
    return bars;
}

}  // namespace

std::string areaPicture(const flows::SynthResult& result) {
    BarChart chart;
    chart.title = fmt::format("{}: cell area per multiply-accumulate in µm², {}, {:g} MHz",
                              result.design.spec.name, result.technology.title, result.clockMhz);
    chart.unit = "µm² per MAC";
    chart.footnote = fmt::format(
        "after logic synthesis: no layout, no clock tree; timing with {}{}", flows::wiresOf(result),
        result.changedFiles.empty() ? "" : "; rtl/ is not as generated");
    chart.bars = barsOf(result);
    return toSvg(chart);
}

}  // namespace aslog::report
