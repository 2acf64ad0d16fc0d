#include "tb/verify.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "generator/elab/design.h"
#include "golden/arithmetic/baselines.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"
#include "support/stopwatch.h"
#include "tb/models/wrapper.h"
#include "tb/result_json.h"
#include "tb/suites/jobs.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

/// Without bias correction an array differs from its twin by parameters of the PCF unit, so a few
/// elements stand for all, unless more is asked for. The others' names are returned.
std::vector<std::string> leaveOutTwins(std::vector<Device>& devices) {
    std::vector<std::string> leftOut;
    std::erase_if(devices, [&leftOut](const Device& device) {
        const golden::Baseline* baseline = golden::findBaseline(device.design.element.name);
        const bool isLeftOut = device.isTwin() && baseline != nullptr && !baseline->standsForTwins;
        if (isLeftOut) {
            leftOut.push_back(device.name);
        }
        return isLeftOut;
    });
    return leftOut;
}

using ModelKey = std::pair<const Device*, ModelKind>;

/// A baseline has one model for all suites.
ModelKey modelOf(const Job& job) {
    return {job.device, job.device->isBaseline() ? ModelKind::array : job.suite->kind};
}

std::map<ModelKey, CompiledModel> compileFor(const std::vector<Job>& jobs,
                                             const fs::path& buildFolder, Waves waves) {
    std::vector<ModelKey> keys;
    std::vector<ModelSource> sources;
    for (const Job& job : jobs) {
        const ModelKey key = modelOf(job);
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            keys.push_back(key);
            sources.push_back(key.second == ModelKind::array
                                  ? arrayModel(*key.first, Internals::seen)
                                  : unitsModel(*key.first));
            sources.back().waves = waves;
            sources.back().name += waves == Waves::none ? "" : "_" + extensionOf(waves);
        }
    }
    const std::vector<CompiledModel> compiled = compileModels(sources, buildFolder);
    std::map<ModelKey, CompiledModel> models;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        models.emplace(keys[i], compiled[i]);
    }
    return models;
}

/// Runs a suite once more, with waveforms of the cycles before and after its first mismatch, or of
/// its beginning if there is none.
fs::path traceJob(const Job& job, const SuiteResult& result, const VerifyOptions& options,
                  const fs::path& runFolder) {
    constexpr std::uint64_t kBefore = 300;
    constexpr std::uint64_t kAfter = 5;
    constexpr std::uint64_t kBeginning = 2000;
    std::string name = result.name;
    std::replace(name.begin(), name.end(), '/', '_');
    const Waves waves = options.waves == Waves::none ? Waves::vcd : options.waves;
    const fs::path file = fs::path("verify") / (name + "." + extensionOf(waves));
    const auto models = compileFor({job}, runFolder / "verify" / "build", waves);
    TraceWindow window{runFolder / file, 0, kBeginning};
    if (result.first) {
        const std::uint64_t cycle = result.first->cycle;
        window.firstCycle = cycle > kBefore ? cycle - kBefore : 0;
        window.lastCycle = cycle + kAfter;
    }
    (void)runJob(job, models.begin()->second, options.seed, options.quick, window);
    return file;
}

/// What all suites together have met on the design's own array.
std::optional<CoverageReport> coverageOf(const std::vector<SuiteResult>& suites,
                                         const Device& device) {
    Coverage coverage;
    for (const SuiteResult& suite : suites) {
        if (suite.variant == device.name) {
            coverage.add(suite.coverage);
        }
    }
    return coverage.isEmpty() ? std::nullopt : std::optional(reportCoverage(coverage, device));
}

void finish(VerifyReport& report, const std::map<ModelKey, CompiledModel>& models) {
    for (const auto& [key, model] : models) {
        report.compileSeconds += model.seconds;
    }
    for (const SuiteResult& suite : report.suites) {
        if (suite.macs > 0 && suite.seconds > 0 && suite.mismatches == 0) {
            report.macsPerSecond = static_cast<double>(suite.macs) / suite.seconds;
        }
    }
}

}  // namespace

std::uint64_t VerifyReport::comparisons() const {
    std::uint64_t sum = 0;
    for (const SuiteResult& suite : suites) {
        sum += suite.comparisons;
    }
    return sum;
}

std::uint64_t VerifyReport::mismatches() const {
    std::uint64_t sum = 0;
    for (const SuiteResult& suite : suites) {
        sum += suite.mismatches;
    }
    return sum;
}

bool VerifyReport::passed() const {
    // A quarter of the stimulus may miss a rare situation.
    const bool isWhole = options.suite.empty() && !options.quick;
    const bool isCovered = !isWhole || !coverage || coverage->missed.empty();
    return isCovered && comparisons() > 0 &&
           std::all_of(suites.begin(), suites.end(),
                       [](const auto& suite) { return suite.passed(); });
}

VerifyReport verify(const fs::path& runFolder, const VerifyOptions& options,
                    const ProgressFunction& progress) {
    const support::Stopwatch stopwatch;
    const RunFolder run(runFolder);
    VerifyReport report;
    report.design = run.design().spec.name;
    report.designHash = run.designHash();
    report.options = options;
    report.changedFiles = run.changedFiles();
    std::vector<Device> devices = devicesOf(run.design(), runFolder, options.baselines);
    if (!options.everyVariant && options.suite.empty()) {
        report.notSimulated = leaveOutTwins(devices);
    }
    const std::vector<Job> jobs = selectJobs(jobsOf(devices, options.suites), options.suite);
    progress("compiling the models");
    const auto models = compileFor(jobs, runFolder / "verify" / "build", Waves::none);
    for (const Job& job : jobs) {
        support::throwIfInterrupted();
        progress("suite " + job.name());
        const CompiledModel& model = models.at(modelOf(job));
        report.suites.push_back(runJob(job, model, options.seed, options.quick, {}));
        const SuiteResult& result = report.suites.back();
        if (options.waves != Waves::none || (options.trace && result.first)) {
            progress("waveforms of " + job.name());
            report.traces.push_back(traceJob(job, result, options, runFolder));
        }
    }
    report.coverage = coverageOf(report.suites, devices.front());
    finish(report, models);
    report.seconds = stopwatch.seconds();
    support::writeJson(runFolder / "verify" / "verify.json", toJson(report));
    return report;
}

support::Json toJson(const VerifyReport& report) {
    support::Json json;
    json["design"] = report.design;
    json["design_hash"] = report.designHash;
    json["passed"] = report.passed();
    json["partial"] = !report.options.suite.empty() || !report.options.baselines;
    json["quick"] = report.options.quick;
    json["not_simulated"] = report.notSimulated;
    json["comparisons"] = report.comparisons();
    json["mismatches"] = report.mismatches();
    json["macs_per_second"] = report.macsPerSecond;
    json["compile_seconds"] = report.compileSeconds;
    json["seconds"] = report.seconds;
    if (report.coverage) {
        json["coverage"] = coverageJson(*report.coverage);
    }
    json["changed_files"] = report.changedFiles;
    json["suites"] = support::Json::array();
    for (const SuiteResult& suite : report.suites) {
        json["suites"].push_back(suiteJson(suite));
    }
    json["traces"] = support::Json::array();
    for (const fs::path& trace : report.traces) {
        json["traces"].push_back(trace.string());
    }
    json["tools"] = toolsJson();
    return json;
}

}  // namespace aslog::tb
