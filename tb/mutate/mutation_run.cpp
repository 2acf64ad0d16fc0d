#include "tb/mutate/mutation_run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/subprocess.h"
#include "support/tools.h"
#include "tb/models/device.h"
#include "tb/models/wrapper.h"
#include "tb/mutate/equivalence.h"
#include "tb/suites/suites.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What is tried on a mutant, the quickest killers first.
constexpr std::array<const char*, 9> kSuites = {"array_random", "ae",           "mult8",
                                                "clocks",       "array_resets", "array_waits",
                                                "layers",       "full_rate",    "array_corners"};

const Suite& suiteNamed(const char* name) {
    const auto& suites = allSuites();
    return *std::find_if(suites.begin(), suites.end(), [name](const Suite& suite) {
        return std::string_view(suite.name) == name;
    });
}

std::vector<MutableFile> readFiles(const std::vector<fs::path>& paths) {
    std::vector<MutableFile> files;
    files.reserve(paths.size());
    for (const fs::path& path : paths) {
        files.push_back({path.filename().string(), support::readFile(path)});
    }
    return files;
}

std::vector<fs::path> writeFiles(const std::vector<MutableFile>& files, const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const MutableFile& file : files) {
        paths.push_back(folder / file.name);
        support::writeFile(paths.back(), file.text);
    }
    return paths;
}

/// The generate blocks that the design has, told by Icarus, which elaborates the probes.
std::set<int> existingBlocks(const std::vector<MutableFile>& probes, const fs::path& folder) {
    support::Command command;
    command.argv = {"iverilog", "-g2005", "-o", "probes.vvp"};
    for (const fs::path& path : writeFiles(probes, folder)) {
        command.argv.push_back(fs::absolute(path).string());
    }
    command.folder = folder;
    command.stdoutFile = folder / "iverilog.log";
    support::runChecked(command);
    command.argv = {"vvp", "-n", "probes.vvp"};
    command.stdoutFile = folder / "probes.log";
    support::runChecked(command);
    std::istringstream lines(support::readFile(folder / "probes.log"));
    std::set<int> blocks{0};
    std::string word;
    for (int number = 0; lines >> word;) {
        if (word == "block" && lines >> number) {
            blocks.insert(number);
        }
    }
    return blocks;
}

class Runner {
  public:
    Runner(const Device& device, const CompiledModel& model, std::uint64_t seed)
        : device_(device), model_(model), seed_(seed) {}

    /// The suite that finds the fault; empty if none does.
    [[nodiscard]] std::string killer(int number) const {
        for (const bool quick : {true, false}) {
            for (const char* name : kSuites) {
                SuiteResult result;
                Recorder recorder(result);
                SuiteContext context{device_, model_, seed_, quick, {}, recorder};
                context.model.constants["mutant_i"] = static_cast<std::uint32_t>(number);
                runSuite(suiteNamed(name), context);
                if (!result.passed()) {
                    return name;
                }
            }
        }
        return {};
    }

  private:
    const Device& device_;
    const CompiledModel& model_;
    std::uint64_t seed_;
};

}  // namespace

std::size_t MutationReport::count(MutantFate fate) const {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(),
                      [fate](const MutantResult& result) { return result.fate == fate; }));
}

MutationReport runMutations(const fs::path& runFolder, const fs::path& workFolder,
                            std::uint64_t seed, const MutationProgress& progress) {
    const Clock::time_point start = Clock::now();
    const RunFolder run(runFolder);
    run.requireUnchanged();
    Device device = makeDevice(run.design(), runFolder);
    const std::vector<MutableFile> files = readFiles(device.files);
    const MutationPlan plan = planMutants(files);
    const std::set<int> blocks = existingBlocks(plan.probes, workFolder / "probes");

    progress("compiling the model of all mutants");
    device.files = writeFiles(plan.files, workFolder / "rtl");
    const std::vector<CompiledModel> models =
        compileModels({mutantModel(device, kMutantBits)}, workFolder);
    const Runner runner(device, models.front(), seed);
    if (const std::string suite = runner.killer(0); !suite.empty()) {
        throw support::Error("suite " + suite + " fails without any fault");
    }
    MutationReport report;
    report.design = run.design().spec.name;
    report.seed = seed;
    report.compileSeconds = models.front().seconds;
    for (const Mutant& mutant : plan.mutants) {
        support::throwIfInterrupted();
        progress(fmt::format("mutant {} of {}", mutant.number, plan.mutants.size()));
        MutantResult result{mutant, MutantFate::absent, {}};
        if (blocks.contains(mutant.block)) {
            result.by = runner.killer(mutant.number);
            result.fate = result.by.empty() ? MutantFate::alive : MutantFate::killed;
        }
        if (result.fate == MutantFate::alive) {
            result.by = proveEquivalent(files, mutant, workFolder / "proofs");
            result.fate = result.by.empty() ? MutantFate::alive : MutantFate::equivalent;
        }
        report.results.push_back(std::move(result));
    }
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return report;
}

std::string fateName(MutantFate fate) {
    switch (fate) {
        case MutantFate::killed:
            return "killed";
        case MutantFate::equivalent:
            return "equivalent";
        case MutantFate::absent:
            return "absent";
        case MutantFate::alive:
            break;
    }
    return "alive";
}

support::Json toJson(const MutationReport& report) {
    support::Json json;
    json["design"] = report.design;
    json["seed"] = report.seed;
    json["mutants"] = report.results.size() - report.count(MutantFate::absent);
    for (const MutantFate fate :
         {MutantFate::killed, MutantFate::equivalent, MutantFate::alive, MutantFate::absent}) {
        json[fateName(fate)] = report.count(fate);
    }
    for (const MutantResult& result : report.results) {
        support::Json& count = json["kinds"][result.mutant.kind][fateName(result.fate)];
        count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    json["compile_seconds"] = report.compileSeconds;
    json["seconds"] = report.seconds;
    json["tools"] = support::toolsJson({"verilator", "g++", "iverilog", "yosys"});
    json["list"] = support::Json::array();
    for (const MutantResult& result : report.results) {
        json["list"].push_back({{"number", result.mutant.number},
                                {"file", result.mutant.file},
                                {"line", result.mutant.line},
                                {"kind", result.mutant.kind},
                                {"what", result.mutant.what},
                                {"fate", fateName(result.fate)},
                                {"by", result.by}});
    }
    return json;
}

}  // namespace aslog::tb
