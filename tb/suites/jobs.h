// A suite on a device: what a verification runs, whatever the model is made of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/json_file.h"
#include "tb/models/device.h"
#include "tb/suites/suites.h"

namespace aslog::tb {

/// One suite on one device.
struct Job {
    const Device* device;
    const Suite* suite;

    /// "array_random", "int8_booth/ae"
    [[nodiscard]] std::string name() const {
        return device->isBaseline() ? device->name + "/" + suite->name : suite->name;
    }
};

/// aslog's own array first, then the baselines of the run folder.
[[nodiscard]] std::vector<Device> devicesOf(const Design& design,
                                            const std::filesystem::path& runFolder, bool baselines);

/// All suites that apply; `devices` and `suites` must outlive them.
[[nodiscard]] std::vector<Job> jobsOf(const std::vector<Device>& devices,
                                      const std::vector<Suite>& suites);

/// The one of this name, or all if it is empty. Throws support::InputError that lists the names.
[[nodiscard]] std::vector<Job> selectJobs(std::vector<Job> jobs, const std::string& wanted);

[[nodiscard]] SuiteResult runJob(const Job& job, const CompiledModel& model, std::uint64_t seed,
                                 bool quick, const TraceWindow& trace);

/// A row of `suites` in the result files.
[[nodiscard]] support::Json suiteJson(const SuiteResult& suite);

}  // namespace aslog::tb
