// Speed of the gate-level simulation on one core: `bench_gates RUN_FOLDER TECHNOLOGY LIBERTY`.
//
// Cycles a second of the full_rate suite on the netlist that `aslog synth` wrote, beside the same
// suite on the Verilated RTL; everything that the bench does in a cycle included (driving,
// sampling, comparing). Median of five runs each, and the time that the compilers took.
#include <algorithm>
#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "tb/verify.h"
#include "tb/verify_netlist.h"

namespace {

constexpr int kRuns = 5;
const auto kQuiet = [](const std::string&) {};

double medianRate(const std::function<aslog::tb::SuiteResult()>& run) {
    std::vector<double> rates;
    for (int i = 0; i < kRuns; ++i) {
        const aslog::tb::SuiteResult result = run();
        if (!result.passed()) {
            throw std::runtime_error("full_rate does not pass; no speed is reported");
        }
        rates.push_back(static_cast<double>(result.cycles) / result.seconds);
    }
    std::sort(rates.begin(), rates.end());
    return rates[kRuns / 2];
}

void run(const char* folder, const char* technology, const char* liberty) {
    aslog::tb::NetlistOptions gates;
    gates.technology = technology;
    gates.liberty = {liberty};
    gates.suite = "full_rate";
    gates.baselines = false;
    aslog::tb::VerifyOptions rtl;
    rtl.suite = "full_rate";
    rtl.baselines = false;
    double gatesSeconds = 0;
    double rtlSeconds = 0;
    std::size_t cells = 0;
    const double gatesRate = medianRate([&] {
        const auto report = aslog::tb::verifyNetlist(folder, gates, kQuiet);
        gatesSeconds = report.variants.front().compileSeconds;
        cells = report.variants.front().cells;
        return report.suites.front();
    });
    const double rtlRate = medianRate([&] {
        const auto report = aslog::tb::verify(folder, rtl, kQuiet);
        rtlSeconds = report.compileSeconds;
        return report.suites.front();
    });
    fmt::print("netlist of {} cells in {}: {:.0f} cycles/s, compiled in {:.1f} s\n", cells,
               technology, gatesRate, gatesSeconds);
    fmt::print("Verilated RTL: {:.0f} cycles/s, compiled in {:.1f} s\n", rtlRate, rtlSeconds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: bench_gates RUN_FOLDER TECHNOLOGY LIBERTY\n");
        return 2;
    }
    try {
        run(argv[1], argv[2], argv[3]);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_gates: {}\n", error.what());
        return 1;
    }
    return 0;
}
