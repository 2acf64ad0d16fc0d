// aslog-mutate RUN_FOLDER WORK_FOLDER [SEED]: the mutation check of the test bench.
// Writes WORK_FOLDER/mutation.json and a table; exit code 1 if a mutant is alive.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "support/error.h"
#include "support/interrupt.h"
#include "support/progress.h"
#include "support/table.h"
#include "tb/mutate/mutation_run.h"

namespace {

using aslog::tb::MutantFate;
using aslog::tb::MutationReport;

using Counts = std::map<std::string, std::map<MutantFate, int>>;

void printCounts(const char* what, Counts& counts) {
    using aslog::support::Align;
    aslog::support::Table table({{what},
                                 {"killed", Align::Right},
                                 {"equivalent", Align::Right},
                                 {"alive", Align::Right},
                                 {"absent", Align::Right}});
    for (auto& [name, fates] : counts) {
        table.addRow({name, std::to_string(fates[MutantFate::killed]),
                      std::to_string(fates[MutantFate::equivalent]),
                      std::to_string(fates[MutantFate::alive]),
                      std::to_string(fates[MutantFate::absent])});
    }
    fmt::print("{}\n", table.text());
}

void printReport(const MutationReport& report) {
    Counts ofFiles;
    Counts ofKinds;
    for (const auto& result : report.results) {
        ++ofFiles[result.mutant.file][result.fate];
        ++ofKinds[result.mutant.kind][result.fate];
    }
    printCounts("file", ofFiles);
    printCounts("kind of fault", ofKinds);
    for (const auto& result : report.results) {
        if (result.fate == MutantFate::alive || result.fate == MutantFate::equivalent) {
            fmt::print("{} {}:{} {} {}\n", aslog::tb::fateName(result.fate), result.mutant.file,
                       result.mutant.line, result.mutant.what, result.by);
        }
    }
    fmt::print("{}: {} mutants, {} killed, {} equivalent, {} alive; {:.1f} s\n", report.design,
               report.results.size() - report.count(MutantFate::absent),
               report.count(MutantFate::killed), report.count(MutantFate::equivalent),
               report.count(MutantFate::alive), report.seconds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || argc > 4) {
        fmt::print(stderr, "usage: aslog-mutate RUN_FOLDER WORK_FOLDER [SEED]\n");
        return 2;
    }
    aslog::support::catchInterrupts();
    try {
        const std::uint64_t seed = argc == 4 ? std::stoull(argv[3]) : 1;
        const MutationReport report = [&] {
            aslog::support::Progress progress("mutants");
            return aslog::tb::runMutations(
                argv[1], argv[2], seed,
                [&progress](const std::string& step) { progress.update(step); });
        }();
        aslog::support::writeJson(std::filesystem::path(argv[2]) / "mutation.json",
                                  aslog::tb::toJson(report));
        printReport(report);
        return report.count(MutantFate::alive) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "aslog-mutate: {}\n", error.what());
        return 2;
    }
}
