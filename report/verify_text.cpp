#include "report/verify_text.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "run/run_folder.h"
#include "support/table.h"

namespace aslog::report {
namespace {

using support::Align;
using support::Table;

std::string verdictText(const tb::SuiteResult& suite) {
    if (!suite.skipped.empty()) {
        return "skipped";
    }
    if (suite.comparisons == 0) {
        return "compared nothing";
    }
    return suite.passed() ? "passed" : "FAILED";
}

Table suiteTable(const std::vector<tb::SuiteResult>& suites) {
    Table table({{"suite"},
                 {"comparisons", Align::Right},
                 {"mismatches", Align::Right},
                 {"cycles", Align::Right},
                 {"seconds", Align::Right},
                 {"result"}});
    for (const tb::SuiteResult& suite : suites) {
        table.addRow({suite.name, fmt::to_string(suite.comparisons),
                      fmt::to_string(suite.mismatches), fmt::to_string(suite.cycles),
                      fmt::format("{:.2f}", suite.seconds), verdictText(suite)});
    }
    return table;
}

std::string mismatchText(const tb::SuiteResult& suite) {
    const tb::Mismatch& first = *suite.first;
    std::string text = fmt::format("first mismatch of {} (seed {}):\n", suite.name, suite.seed);
    const auto line = [&text](const char* what, const std::string& value) {
        if (!value.empty()) {
            text += fmt::format("  {:<9} {}\n", what, value);
        }
    };
    line("layer", first.place.layer);
    line("channel", first.place.channel);
    line("pixel", first.place.pixel);
    line("cycle", fmt::to_string(first.cycle));
    line("expected", first.expected);
    line("seen", first.seen);
    return text;
}

Table layerTable(const tb::NetworkReport& report) {
    Table table({{"layer"},
                 {"comparisons", Align::Right},
                 {"mismatches", Align::Right},
                 {"beats", Align::Right},
                 {"cycles", Align::Right},
                 {"array used", Align::Right},
                 {"seconds", Align::Right},
                 {"result"}});
    for (const tb::LayerResult& layer : report.layers) {
        table.addRow({layer.counts.name, fmt::to_string(layer.counts.comparisons),
                      fmt::to_string(layer.counts.mismatches), fmt::to_string(layer.beats),
                      fmt::to_string(layer.cycles),
                      fmt::format("{:.1f} %", 100 * layer.utilisation),
                      fmt::format("{:.2f}", layer.counts.seconds), verdictText(layer.counts)});
    }
    return table;
}

std::string coverageText(const tb::CoverageReport& coverage) {
    std::string text = fmt::format("activation stream: {} of {} situations met\n", coverage.hit,
                                   coverage.reachable);
    for (const std::string& situation : coverage.missed) {
        text += fmt::format("  never met: {}\n", situation);
    }
    return text;
}

}  // namespace

std::string verifyText(const tb::VerifyReport& report) {
    std::string text = suiteTable(report.suites).text() + "\n";
    for (const tb::SuiteResult& suite : report.suites) {
        if (suite.first) {
            text += mismatchText(suite);
        }
        if (!suite.skipped.empty()) {
            text += fmt::format("{} skipped: {}\n", suite.name, suite.skipped);
        }
    }
    if (!report.notSimulated.empty()) {
        text += fmt::format("not simulated (--all-variants does): {}\n",
                            fmt::join(report.notSimulated, ", "));
    }
    for (const auto& trace : report.traces) {
        text += fmt::format("waveforms: {}\n", trace.string());
    }
    text += changedNote(report.changedFiles);
    if (report.coverage) {
        text += coverageText(*report.coverage);
    }
    if (report.macsPerSecond > 0) {
        text += fmt::format("simulated {:.1f} million MAC/s at full rate; ",
                            report.macsPerSecond / 1e6);
    }
    text += fmt::format("models compiled in {:.1f} s\n", report.compileSeconds);
    text +=
        fmt::format("{}: {} comparisons, {} mismatches\n", report.passed() ? "passed" : "FAILED",
                    report.comparisons(), report.mismatches());
    return text;
}

std::string netlistText(const tb::NetlistReport& report) {
    Table variants({{"netlist"},
                    {"cells", Align::Right},
                    {"compiled in s", Align::Right},
                    {"cycles/s", Align::Right}});
    for (const tb::NetlistVariant& variant : report.variants) {
        variants.addRow({variant.file, fmt::to_string(variant.cells),
                         fmt::format("{:.1f}", variant.compileSeconds),
                         fmt::format("{:.0f}", variant.cyclesPerSecond)});
    }
    std::string text = suiteTable(report.suites).text() + "\n" + variants.text() + "\n";
    for (const tb::SuiteResult& suite : report.suites) {
        if (suite.first) {
            text += mismatchText(suite);
        }
        if (!suite.skipped.empty()) {
            text += fmt::format("{} skipped: {}\n", suite.name, suite.skipped);
        }
    }
    if (!report.notMeasured.empty()) {
        text += fmt::format("no netlist of: {}\n", fmt::join(report.notMeasured, ", "));
    }
    text += changedNote(report.changedFiles);
    text += fmt::format("{} in {}: {} comparisons, {} mismatches\n",
                        report.passed() ? "passed" : "FAILED", report.options.technology,
                        report.comparisons(), report.mismatches());
    return text;
}

std::string networkText(const tb::NetworkReport& report) {
    std::string text = layerTable(report).text() + "\n";
    for (const tb::LayerResult& layer : report.layers) {
        if (layer.counts.first) {
            text += mismatchText(layer.counts);
        }
    }
    text += changedNote(report.changedFiles);
    text += fmt::format("model compiled in {:.1f} s\n", report.compileSeconds);
    return text + fmt::format("{}: {} comparisons, {} mismatches, {} image{}\n",
                              report.passed() ? "passed" : "FAILED", report.comparisons(),
                              report.mismatches(), report.images, report.images == 1 ? "" : "s");
}

}  // namespace aslog::report
