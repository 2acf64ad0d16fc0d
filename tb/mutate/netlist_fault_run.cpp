#include "tb/mutate/netlist_fault_run.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "gates/cell_model.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/tools.h"
#include "tb/models/netlist_model.h"
#include "tb/mutate/netlist_faults.h"
#include "tb/suites/jobs.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class FaultRun {
  public:
    FaultRun(const Design& design, const fs::path& runFolder, const gates::CellModels& models,
             fs::path workFolder)
        : models_(models),
          workFolder_(std::move(workFolder)),
          devices_(devicesOf(design, runFolder, false)) {
        for (const Job& job : jobsOf(devices_, allSuites())) {
            if (job.suite->kind == ModelKind::array) {
                jobs_.push_back(job);
            }
        }
    }

    /// Who finds something wrong, and what.
    [[nodiscard]] NetlistFaultResult look(NetlistFault fault) const {
        NetlistFaultResult result{std::move(fault.kind), std::move(fault.where), "", ""};
        try {
            const NetlistBench bench = netlistArray(devices_.front(), std::move(fault.netlist));
            const NetlistModel model = compileNetlist(bench.netlist, models_, bench.ports, "fault",
                                                      workFolder_, Optimise::nothing);
            for (const Job& job : jobs_) {
                const SuiteResult suite = runJob(job, model.compiled, 1, true, {});
                if (!suite.passed()) {
                    result.foundBy = job.name();
                    result.how = suite.first ? fmt::format("expected {}, seen {}",
                                                           suite.first->expected, suite.first->seen)
                                             : "nothing was compared";
                    break;
                }
            }
        } catch (const support::InputError& refusal) {
            result.foundBy = "simulator";
            result.how = refusal.what();
        }
        return result;
    }

  private:
    const gates::CellModels& models_;
    fs::path workFolder_;
    std::vector<Device> devices_;
    std::vector<Job> jobs_;
};

}  // namespace

std::size_t NetlistFaultReport::found() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        results, [](const NetlistFaultResult& result) { return !result.foundBy.empty(); }));
}

NetlistFaultReport runNetlistFaults(const fs::path& runFolder, const std::string& technology,
                                    const std::vector<fs::path>& liberty,
                                    const fs::path& workFolder,
                                    const std::function<void(const std::string&)>& progress) {
    const Clock::time_point start = Clock::now();
    const RunFolder folder(runFolder);
    const gates::CellModels models = gates::CellModels::of(gates::LibertyFile::read(liberty));
    const gates::Netlist netlist =
        gates::readVerilogNetlist(runFolder / "synth" / technology / "netlists" / "slogii.v");
    const FaultRun run(folder.design(), runFolder, models, workFolder);
    const NetlistFaultResult healthy = run.look({"none", "", netlist});
    if (!healthy.foundBy.empty()) {
        throw support::Error(
            fmt::format("{} finds a fault where none was put: {}", healthy.foundBy, healthy.how));
    }
    NetlistFaultReport report{folder.design().spec.name, technology, {}, 0};
    std::vector<NetlistFault> faults = netlistFaults(netlist, models);
    for (NetlistFault& fault : faults) {
        support::throwIfInterrupted();
        progress(fmt::format("{} of {}: {}, {}", report.results.size() + 1, faults.size(),
                             fault.kind, fault.where));
        report.results.push_back(run.look(std::move(fault)));
    }
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return report;
}

support::Json toJson(const NetlistFaultReport& report) {
    support::Json json;
    json["design"] = report.design;
    json["technology"] = report.technology;
    json["faults"] = report.results.size();
    json["found"] = report.found();
    json["seconds"] = report.seconds;
    json["tools"] = support::toolsJson({"g++"});
    json["results"] = support::Json::array();
    for (const NetlistFaultResult& result : report.results) {
        json["results"].push_back({{"kind", result.kind},
                                   {"where", result.where},
                                   {"found_by", result.foundBy},
                                   {"how", result.how}});
    }
    return json;
}

}  // namespace aslog::tb
