#include "flows/picture.h"

#include <fmt/format.h>

#include "flows/bar_chart.h"
#include "flows/report.h"

namespace aslog::flows {
namespace {

ChartBar barOf(const std::string& name, const VariantResult& variant, int macs) {
    const AreaReport& area = variant.area;
    const double elements = area.areaOf("aslog_ae");
    const double trees = area.ownOf("aslog_column");
    const double weights = area.areaOf("aslog_weight_store");
    const double accumulators = area.areaOf("aslog_column") - elements - trees - weights;
    const double lanes = area.areaOf("aslog_lane");
    const double mu = area.areaOf("aslog_mu_ae");
    const double bce = area.areaOf("aslog_bce") + mu;
    const double pcf = area.areaOf("aslog_pcf_unit") - mu + area.areaOf("aslog_drain_select");
    const double rest =
        area.totalUm2 - elements - trees - weights - accumulators - lanes - bce - pcf;
    ChartBar bar{name, {elements, trees, weights, accumulators, lanes, bce, pcf, rest}, {}};
    for (double& part : bar.parts) {
        part /= macs;
    }
    return bar;
}

std::vector<ChartBar> barsOf(const SynthResult& result) {
    const Comparison comparison = compare(result);
    const int macs = result.design.aeCount;
    std::vector<ChartBar> bars = {barOf("aslog", result.variants.front(), macs)};
    const auto add = [&](const char* kind, const VariantResult* variant) {
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

std::string areaPicture(const SynthResult& result) {
    BarChart chart;
    chart.title = fmt::format("{}: cell area per multiply-accumulate in µm², {}, {:g} MHz",
                              result.design.spec.name, result.technology.title, result.clockMhz);
    chart.unit = "µm² per MAC";
    chart.footnote = fmt::format(
        "after logic synthesis: no layout, no clock tree; timing with {}{}", wiresOf(result),
        result.changedFiles.empty() ? "" : "; rtl/ is not as generated");
    chart.bars = barsOf(result);
    return toSvg(chart);
}

}  // namespace aslog::flows
