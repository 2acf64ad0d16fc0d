#include "report/layer_tables.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "support/file.h"
#include "support/subprocess.h"
#include "support/table.h"
#include "support/tools.h"

namespace aslog::report {
namespace {

namespace fs = std::filesystem;

// Ours first, then the baselines; colours of Okabe and Ito (2008).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNetworks{
    {{"slogii", "#0072b2"}, {"int4", "#d55e00"}, {"int8", "#999999"}}};

std::string decibelText(const ptq::LayerError& layer) {
    const double value = layer.decibel();
    return std::isfinite(value) ? fmt::format("{:.1f}", value) : "exact";
}

std::vector<std::string_view> namesIn(const LayerTable& table) {
    std::vector<std::string_view> names;
    for (const auto& [name, colour] : kNetworks) {
        if (table.contains(std::string(name))) {
            names.push_back(name);
        }
    }
    return names;
}

// gnuplot reads '_' and '{' of a label as markup.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + "\"";
}

std::string dataText(const LayerTable& table) {
    std::string text;
    const std::vector<std::string_view> names = namesIn(table);
    const std::size_t layers = table.begin()->second.size();
    for (std::size_t i = 0; i < layers; ++i) {
        text += quoted(table.begin()->second[i].name);
        for (const std::string_view name : names) {
            const double value = table.at(std::string(name))[i].decibel();
            text += std::isfinite(value) ? fmt::format(" {:.3f}", value) : " NaN";
        }
        text += "\n";
    }
    return text;
}

std::string script(const LayerTable& table, const std::string& title, const fs::path& svg,
                   const fs::path& data) {
    const std::size_t layers = table.begin()->second.size();
    std::string text = fmt::format(
        "set terminal svg size {},520 enhanced background '#ffffff' font 'sans-serif,12'\n"
        "set output {}\n"
        "set title {} noenhanced\n"
        "set ylabel 'signal to quantisation noise, dB'\n"
        "set xtics rotate by -60 noenhanced font ',9'\n"
        "set grid ytics lc '#dddddd'\n"
        "set key outside top right\n"
        "set xrange [-0.5:{}]\n"
        "plot ",
        std::max<std::size_t>(700, 150 + 22 * layers), quoted(svg.string()), quoted(title),
        static_cast<double>(layers) - 0.5);
    int column = 2;
    for (const auto& [name, colour] : kNetworks) {
        if (table.contains(std::string(name))) {
            text += fmt::format(
                "{}{} using {}:xtic(1) with linespoints pt 7 ps 0.6 lc rgb '{}' "
                "title '{}'",
                column > 2 ? ", " : "", quoted(data.string()), column, colour, name);
            ++column;
        }
    }
    return text + "\n";
}

}  // namespace

std::string layersText(const LayerTable& table) {
    std::vector<support::Column> columns{{"layer"}};
    const std::vector<std::string_view> names = namesIn(table);
    for (const std::string_view name : names) {
        columns.push_back({fmt::format("{}, dB", name), support::Align::Right});
    }
    support::Table result(columns);
    for (std::size_t i = 0; i < table.begin()->second.size(); ++i) {
        std::vector<std::string> row{table.begin()->second[i].name};
        for (const std::string_view name : names) {
            row.push_back(decibelText(table.at(std::string(name))[i]));
        }
        result.addRow(row);
    }
    return result.text();
}

support::Json layersJson(const LayerTable& table) {
    support::Json json = support::Json::array();
    for (std::size_t i = 0; i < table.begin()->second.size(); ++i) {
        support::Json layer{{"name", table.begin()->second[i].name}};
        for (const auto& [name, errors] : table) {
            const double value = errors[i].decibel();
            layer["sqnr_db"][name] =
                std::isfinite(value) ? support::Json(value) : support::Json(nullptr);
        }
        json.push_back(layer);
    }
    return json;
}

void drawLayers(const LayerTable& table, const std::string& title, const std::string& path) {
    const fs::path data = path + ".dat";
    const fs::path plot = path + ".gnuplot";
    const fs::path drawn = path + ".part";
    const fs::path messages = path + ".log";
    support::writeFile(data, dataText(table));
    support::writeFile(plot, script(table, title, drawn, data));
    const auto clean = [&] {
        for (const fs::path& file : {data, plot, messages, drawn}) {
            std::error_code ignored;
            fs::remove(file, ignored);
        }
    };
    try {
        support::runChecked({.argv = {support::findTool("gnuplot").string(), plot.string()},
                             .folder = {},
                             .stdoutFile = messages,
                             .stderrFile = {},
                             .environment = {},
                             .timeout = std::chrono::seconds(60)});
        fs::rename(drawn, path);
    } catch (...) {
        clean();
        throw;
    }
    clean();
}

}  // namespace aslog::report
