#include "tb/suites/jobs.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "support/diagnostics.h"
#include "support/error.h"
#include "support/stopwatch.h"
#include "tb/result_json.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

bool applies(const Suite& suite, const Device& device) {
    return (suite.forBaselines || !device.isBaseline()) &&
           (suite.kind == ModelKind::array || !device.isTwin()) &&
           (!suite.needsBiasCorrection || device.design.hasBiasCorrection());
}

}  // namespace

std::vector<Device> devicesOf(const Design& design, const fs::path& runFolder, bool baselines) {
    std::vector<Device> devices{makeDevice(design, runFolder)};
    if (baselines) {
        for (const std::string& variant : variantsOf(runFolder)) {
            devices.push_back(makeBaselineDevice(design, variant, runFolder));
        }
    }
    return devices;
}

std::vector<Job> jobsOf(const std::vector<Device>& devices, const std::vector<Suite>& suites) {
    std::vector<Job> jobs;
    for (const Device& device : devices) {
        for (const Suite& suite : suites) {
            if (applies(suite, device)) {
                jobs.push_back({&device, &suite});
            }
        }
    }
    return jobs;
}

std::vector<Job> selectJobs(std::vector<Job> jobs, const std::string& wanted) {
    if (wanted.empty()) {
        return jobs;
    }
    std::vector<std::string> names;
    std::ranges::transform(jobs, std::back_inserter(names), &Job::name);
    std::erase_if(jobs, [&wanted](const Job& job) { return job.name() != wanted; });
    if (jobs.empty()) {
        const std::string nearest = support::nearestName(wanted, names);
        throw support::InputError(
            fmt::format("no suite \"{}\"{}; the suites of this design are: {}", wanted,
                        nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest),
                        fmt::join(names, ", ")));
    }
    return jobs;
}

SuiteResult runJob(const Job& job, const CompiledModel& model, std::uint64_t seed, bool quick,
                   const TraceWindow& trace) {
    const support::Stopwatch stopwatch;
    SuiteResult result;
    result.name = job.name();
    result.variant = job.device->name;
    result.seed = seed;
    Recorder recorder(result);
    SuiteContext context{*job.device, model, seed, quick, {.trace = trace}, recorder};
    runSuite(*job.suite, context);
    result.seconds = result.seconds > 0 ? result.seconds : stopwatch.seconds();
    if (result.first && result.cycles == 0) {
        result.cycles = result.first->cycle;
    }
    return result;
}

support::Json suiteJson(const SuiteResult& suite) {
    support::Json json;
    json["name"] = suite.name;
    json["variant"] = suite.variant;
    json["passed"] = suite.passed();
    json["comparisons"] = suite.comparisons;
    json["mismatches"] = suite.mismatches;
    json["seed"] = suite.seed;
    json["cycles"] = suite.cycles;
    json["seconds"] = suite.seconds;
    if (!suite.skipped.empty()) {
        json["skipped"] = suite.skipped;
    }
    if (suite.handshakes > 0) {
        json["handshakes"] = suite.handshakes;
    }
    if (suite.clockPulses > 0) {
        json["clock_pulses"] = suite.clockPulses;
    }
    if (suite.utilisation) {
        json["utilisation"] = *suite.utilisation;
    }
    if (suite.first) {
        json["first_mismatch"] = mismatchJson(*suite.first);
    }
    return json;
}

}  // namespace aslog::tb
