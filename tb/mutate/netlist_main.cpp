// aslog-netlist-faults RUN_FOLDER TECHNOLOGY LIBERTY WORK_FOLDER: can the gate-level suites fail?
// Writes WORK_FOLDER/netlist_faults.json and a table; exit code 1 if a fault is not found.

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "support/interrupt.h"
#include "support/progress.h"
#include "support/table.h"
#include "tb/mutate/netlist_fault_run.h"

namespace {

void printReport(const aslog::tb::NetlistFaultReport& report) {
    aslog::support::Table table({{"fault"}, {"where"}, {"found by"}});
    for (const auto& result : report.results) {
        table.addRow(
            {result.kind, result.where, result.foundBy.empty() ? "NOTHING" : result.foundBy});
    }
    fmt::print("{}\n{} in {}: {} faults, {} found; {:.1f} s\n", table.text(), report.design,
               report.technology, report.results.size(), report.found(), report.seconds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        fmt::print(stderr,
                   "usage: aslog-netlist-faults RUN_FOLDER TECHNOLOGY LIBERTY WORK_FOLDER\n");
        return 2;
    }
    aslog::support::catchInterrupts();
    try {
        const aslog::tb::NetlistFaultReport report = [&] {
            aslog::support::Progress progress("faults of the flow");
            return aslog::tb::runNetlistFaults(
                argv[1], argv[2], {argv[3]}, argv[4],
                [&progress](const std::string& step) { progress.update(step); });
        }();
        aslog::support::writeJson(std::filesystem::path(argv[4]) / "netlist_faults.json",
                                  aslog::tb::toJson(report));
        printReport(report);
        return report.found() == report.results.size() ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "aslog-netlist-faults: {}\n", error.what());
        return 2;
    }
}
