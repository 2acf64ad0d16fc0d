#include "flows/fpga/route.h"

#include <algorithm>
#include <limits>
#include <regex>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"

namespace aslog::flows {
namespace {

namespace fs = std::filesystem;

// The slowest clock of a report of nextpnr.
double fmaxOf(const fs::path& report) {
    double slowest = std::numeric_limits<double>::max();
    const support::Json json = support::readJson(report);
    for (const auto& [clock, figures] : json.at("fmax").items()) {
        slowest = std::min(slowest, figures.at("achieved").get<double>());
    }
    if (json.at("fmax").empty()) {
        throw support::Error(fmt::format("{} has no clock", report.string()));
    }
    return slowest;
}

}  // namespace

double FpgaRouting::medianMhz() const {
    std::vector<double> sorted = fmaxMhz;
    std::ranges::sort(sorted);
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double FpgaRouting::slowestMhz() const {
    return *std::ranges::min_element(fmaxMhz);
}

double FpgaRouting::fastestMhz() const {
    return *std::ranges::max_element(fmaxMhz);
}

std::string routerOf(const FpgaFamily& family) {
    return family.name == std::string("ice40") ? "nextpnr-ice40" : "";
}

bool readUtilisation(const std::string& log, FpgaRouting& routing) {
    static const std::regex line(R"(ICESTORM_LC: *(\d+)/ *(\d+))");
    std::smatch match;
    if (!std::regex_search(log, match, line)) {
        return false;
    }
    routing.cells = std::stoi(match[1]);
    routing.available = std::stoi(match[2]);
    return true;
}

FpgaRouting route(const Workspace& workspace, const FpgaFamily& family, const std::string& name,
                  const fs::path& netlist, double clockMhz, int seeds) {
    FpgaRouting routing{.device = "hx8k-ct256", .fmaxMhz = {}};
    for (int seed = 1; seed <= seeds; ++seed) {
        const std::string run = fmt::format("route_{}_{}", name, seed);
        const fs::path report = workspace.temporary(run + ".json");
        const Attempt attempt = workspace.attempt(
            run, {routerOf(family), "--hx8k", "--package", "ct256", "--json",
                  workspace.nameOf(netlist), "--freq", fmt::format("{}", clockMhz), "--seed",
                  std::to_string(seed), "--timing-allow-fail", "--report", "tmp/" + run + ".json"});
        const auto fail = [&] {
            throw support::Error(fmt::format("{} ended with code {}; it printed:\n{}",
                                             routerOf(family), attempt.result.exitCode,
                                             attempt.log));
        };
        if (!readUtilisation(attempt.log, routing)) {
            fail();
        }
        if (!routing.fits()) {
            return routing;
        }
        if (!attempt.result.ok()) {
            fail();
        }
        routing.fmaxMhz.push_back(fmaxOf(report));
    }
    return routing;
}

}  // namespace aslog::flows
