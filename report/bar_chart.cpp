#include "report/bar_chart.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace aslog::report {
namespace {

constexpr double kLeft = 130;   // where the bars begin
constexpr double kWidth = 700;  // of the longest bar
constexpr double kTop = 60;     // of the first bar
constexpr double kHeight = 34;  // of a bar
constexpr double kPitch = 52;   // from bar to bar
constexpr double kPage = 960;   // width of the picture
constexpr double kDigit = 9.5;  // width of a digit, at most
constexpr std::size_t kLegendColumns = 4;

double sumOf(const ChartBar& bar) {
    return std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0);
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

std::string drawBar(const ChartBar& bar, double y, double scale, const std::string& unit) {
    std::string svg = text(kLeft - 10, y + kHeight / 2 + 5, "end", bar.name);
    double x = kLeft;
    for (std::size_t i = 0; i < bar.parts.size(); ++i) {
        const double width = bar.parts[i] * scale;
        svg += rectangle(x, y, width, kHeight, arrayParts()[i].colour,
                         fmt::format("{}: {:.1f} {}", arrayParts()[i].name, bar.parts[i], unit));
        const std::string label = fmt::format("{:.0f}", bar.parts[i]);
        if (width > kDigit * static_cast<double>(label.size())) {
            svg += text(x + width / 2, y + kHeight / 2 + 5, "middle", label);
        }
        x += width;
    }
    const std::string note = bar.note.empty() ? fmt::format("{:.0f}", sumOf(bar)) : bar.note;
    return svg + text(x + 8, y + kHeight / 2 + 5, "start", note);
}

std::string drawLegend(double y) {
    std::string svg;
    for (std::size_t i = 0; i < arrayParts().size(); ++i) {
        const std::size_t line = i / kLegendColumns;
        const auto row = static_cast<double>(line);
        const auto column = static_cast<double>(i % kLegendColumns);
        const double x = kLeft + column * (kWidth / static_cast<double>(kLegendColumns));
        const std::string name(arrayParts()[i].name);
        svg += rectangle(x, y + 24 * row, 14, 14, arrayParts()[i].colour, name);
        svg += text(x + 20, y + 24 * row + 12, "start", name);
    }
    return svg;
}

}  // namespace

// Colours that people with colour blindness can tell apart (Okabe and Ito 2008), light ones for
// dark text.
const std::vector<ChartPart>& arrayParts() {
    static const std::vector<ChartPart> parts = {
        {"elements", "#56b4e9"},     {"adder trees", "#e69f00"},      {"weight latches", "#7fd6b8"},
        {"accumulators", "#f0e442"}, {"activation lanes", "#cc9ec4"}, {"BCE", "#e8845a"},
        {"PCF units", "#8fa8d8"},    {"control, buffers", "#bbbbbb"}};
    return parts;
}

std::vector<double> splitByPart(const std::function<double(const std::string& module)>& all,
                                const std::function<double(const std::string& module)>& own,
                                double total) {
    const double elements = all("aslog_ae");
    const double trees = own("aslog_column");
    const double weights = all("aslog_weight_store");
    const double accumulators = all("aslog_column") - elements - trees - weights;
    const double lanes = all("aslog_lane");
    const double mu = all("aslog_mu_ae");
    const double bce = all("aslog_bce") + mu;
    const double pcf = all("aslog_pcf_unit") - mu + all("aslog_drain_select");
    const double rest = total - elements - trees - weights - accumulators - lanes - bce - pcf;
    return {elements, trees, weights, accumulators, lanes, bce, pcf, rest};
}

std::string toSvg(const BarChart& chart) {
    double longest = 0;
    for (const ChartBar& bar : chart.bars) {
        longest = std::max(longest, sumOf(bar));
    }
    const double legend = kTop + kPitch * static_cast<double>(chart.bars.size()) + 10;
    const double height = legend + 80;
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"14\">\n"
        "  <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        kPage, height);
    svg += text(20, 30, "start", chart.title);
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        svg += drawBar(chart.bars[i], kTop + kPitch * static_cast<double>(i), kWidth / longest,
                       chart.unit);
    }
    svg += drawLegend(legend);
    svg += text(kLeft, legend + 66, "start", chart.footnote);
    return svg + "</svg>\n";
}

}  // namespace aslog::report
