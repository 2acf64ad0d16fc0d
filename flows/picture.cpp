#include "flows/picture.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "flows/report.h"

namespace aslog::flows {
namespace {

constexpr double kLeft = 130;   // where the bars begin
constexpr double kWidth = 700;  // of the longest bar
constexpr double kTop = 60;     // of the first bar
constexpr double kHeight = 34;  // of a bar
constexpr double kPitch = 52;   // from bar to bar
constexpr double kPage = 960;   // width of the picture
constexpr int kLegendColumns = 4;

struct Part {
    std::string_view name;
    std::string_view colour;
};

// Colours that people with colour blindness can tell apart (Okabe and Ito 2008), light ones for
// dark text.
constexpr std::array<Part, 8> kParts = {{{"elements", "#56b4e9"},
                                         {"adder trees", "#e69f00"},
                                         {"weight latches", "#7fd6b8"},
                                         {"accumulators", "#f0e442"},
                                         {"activation lanes", "#cc9ec4"},
                                         {"BCE", "#e8845a"},
                                         {"PCF units", "#8fa8d8"},
                                         {"control, buffers", "#bbbbbb"}}};

struct Bar {
    std::string name;
    double perMacUm2 = 0;
    std::array<double, kParts.size()> parts{};  // µm² per MAC
};

Bar barOf(const std::string& name, const VariantResult& variant, int macs) {
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
    Bar bar{
        name, variant.perMacUm2, {elements, trees, weights, accumulators, lanes, bce, pcf, rest}};
    for (double& part : bar.parts) {
        part /= macs;
    }
    return bar;
}

std::vector<Bar> barsOf(const SynthResult& result) {
    const Comparison comparison = compare(result);
    const int macs = result.design.aeCount;
    std::vector<Bar> bars = {barOf("aslog", result.variants.front(), macs)};
    const auto add = [&](const char* kind, const VariantResult* variant) {
        if (variant != nullptr) {
            bars.push_back(barOf(kind, *variant, macs));
        }
    };
    add("int4, strong", comparison.int4Strong);
    add("int8, strong", comparison.int8Strong);
    add("int8, plain", comparison.int8Plain);
    return bars;
}

std::string text(double x, double y, std::string_view anchor, const std::string& content) {
    return fmt::format("  <text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y,
                       anchor, content);
}

std::string rectangle(double x, double y, double width, double height, std::string_view colour,
                      const std::string& title) {
    return fmt::format(
        "  <rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
        "stroke=\"#fff\"><title>{}</title></rect>\n",
        x, y, width, height, colour, title);
}

std::string drawBar(const Bar& bar, double y, double scale) {
    std::string svg = text(kLeft - 10, y + kHeight / 2 + 5, "end", bar.name);
    double x = kLeft;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const double width = bar.parts[i] * scale;
        svg += rectangle(x, y, width, kHeight, kParts[i].colour,
                         fmt::format("{}: {:.1f} µm² per MAC", kParts[i].name, bar.parts[i]));
        if (width > 28) {
            svg += text(x + width / 2, y + kHeight / 2 + 5, "middle",
                        fmt::format("{:.0f}", bar.parts[i]));
        }
        x += width;
    }
    return svg + text(x + 8, y + kHeight / 2 + 5, "start", fmt::format("{:.0f}", bar.perMacUm2));
}

std::string drawLegend(double y) {
    std::string svg;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const std::size_t line = i / kLegendColumns;
        const auto row = static_cast<double>(line);
        const auto column = static_cast<double>(i % kLegendColumns);
        const double x = kLeft + column * (kWidth / kLegendColumns);
        svg += rectangle(x, y + 24 * row, 14, 14, kParts[i].colour, std::string(kParts[i].name));
        svg += text(x + 20, y + 24 * row + 12, "start", std::string(kParts[i].name));
    }
    return svg;
}

}  // namespace

std::string areaPicture(const SynthResult& result) {
    const std::vector<Bar> bars = barsOf(result);
    double longest = 0;
    for (const Bar& bar : bars) {
        longest = std::max(longest, bar.perMacUm2);
    }
    const double legend = kTop + kPitch * static_cast<double>(bars.size()) + 10;
    const double height = legend + 80;
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"14\">\n"
        "  <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        kPage, height);
    svg += text(20, 30, "start",
                fmt::format("{}: cell area per multiply-accumulate in µm², {}, {:g} MHz",
                            result.design.spec.name, result.technology.title, result.clockMhz));
    for (std::size_t i = 0; i < bars.size(); ++i) {
        svg += drawBar(bars[i], kTop + kPitch * static_cast<double>(i), kWidth / longest);
    }
    svg += drawLegend(legend);
    svg += text(kLeft, legend + 66, "start",
                fmt::format("after logic synthesis: no layout, no clock tree; timing with {}",
                            wiresOf(result)));
    return svg + "</svg>\n";
}

}  // namespace aslog::flows
