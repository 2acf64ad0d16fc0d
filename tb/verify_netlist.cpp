#include "tb/verify_netlist.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gates/cell_model.h"
#include "gates/netlist.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/sha256.h"
#include "support/stopwatch.h"
#include "tb/models/netlist_model.h"
#include "tb/models/wrapper.h"
#include "tb/result_json.h"
#include "tb/suites/jobs.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using support::InputError;

/// synth/<technology>/ of a run folder.
class Synthesis {
  public:
    Synthesis(const fs::path& runFolder, const NetlistOptions& options)
        : folder_(runFolder / "synth" / options.technology),
          buildFolder_(runFolder / "verify" / "build_netlist" / options.technology),
          liberty_(gates::LibertyFile::read(options.liberty)),
          models_(gates::CellModels::of(liberty_)) {}

    [[nodiscard]] const gates::LibertyFile& liberty() const { return liberty_; }

    /// The netlists must be those of this design in this library. Returns their area.json.
    [[nodiscard]] support::Json check(const std::string& designHash,
                                      const std::string& librarySha256) const {
        const fs::path file = folder_ / "area.json";
        if (!fs::exists(file)) {
            throw InputError(
                fmt::format("{} is not there; run `aslog synth` first", file.string()));
        }
        const support::Json area = support::readJson(file);
        if (area.value("design_hash", "") != designHash) {
            throw InputError(fmt::format(
                "{} belongs to another design than design.json; run `aslog synth` again",
                file.string()));
        }
        const std::string used = area.value("library", support::Json::object()).value("sha256", "");
        if (used != librarySha256) {
            throw InputError(fmt::format(
                "the netlists in {} were made with another version of the library (SHA-256 {}, "
                "not {}); name it with --liberty, or run `aslog synth` again",
                folder_.string(), used, librarySha256));
        }
        return area;
    }

    [[nodiscard]] NetlistVariant variantOf(const std::string& name) const {
        NetlistVariant variant;
        variant.name = name;
        variant.file = fmt::format("netlists/{}.v", name);
        variant.sha256 = support::sha256OfFile(folder_ / variant.file);
        return variant;
    }

    [[nodiscard]] NetlistModel compileArray(const Device& device) const {
        const NetlistBench bench = netlistArray(device, arrayNetlist(device.name));
        return compileNetlist(bench.netlist, models_, bench.ports, device.name + "_array",
                              buildFolder_);
    }

    /// The units inside the array, and the elements that were mapped alone.
    [[nodiscard]] NetlistModel compileUnits(const Device& device) const {
        std::map<std::string, gates::Module> modules = arrayNetlist(device.name).modules;
        for (const std::string& name : {device.name, std::string("multiplier")}) {
            const fs::path file = folder_ / "netlists" / "elements" / (name + ".v");
            if (fs::exists(file)) {
                modules.merge(gates::readVerilogNetlist(file).modules);
            }
        }
        const NetlistBench units = netlistUnits(unitsModel(device).ports, modules);
        return compileNetlist(units.netlist, models_, units.ports, device.name + "_units",
                              buildFolder_);
    }

  private:
    [[nodiscard]] gates::Netlist arrayNetlist(const std::string& variant) const {
        return gates::readVerilogNetlist(folder_ / "netlists" / (variant + ".v"));
    }

    fs::path folder_;
    fs::path buildFolder_;
    gates::LibertyFile liberty_;
    gates::CellModels models_;
};

/// What a suite of units reads; the model lacks it if the netlist has no such module.
std::string missingFor(const std::string& suite, const PortList& ports) {
    static const std::map<std::string, std::vector<const char*>> kReads = {
        {"ae", {"ae_p_o", "element_raw_o"}},
        {"mult8", {"mult_p_o"}},
        {"mu_ae", {"mu_p_o"}},
        {"bce", {"bce_drain_o"}},
        {"pcf_unit", {"pcf_y_o"}}};
    const auto reads = kReads.find(suite);
    if (reads == kReads.end()) {
        return "";
    }
    for (const char* name : reads->second) {
        if (std::ranges::find(ports.outputs, name, &Port::name) == ports.outputs.end()) {
            return name;
        }
    }
    return "";
}

class NetlistRun {
  public:
    NetlistRun(const fs::path& runFolder, const NetlistOptions& options,
               const ProgressFunction& progress)
        : options_(options), progress_(progress), synthesis_(runFolder, options) {
        const RunFolder folder(runFolder);
        report_.design = folder.design().spec.name;
        report_.designHash = folder.designHash();
        report_.options = options;
        report_.libertyFiles = synthesis_.liberty().name();
        report_.libertyName = std::string(synthesis_.liberty().root().name());
        report_.libertySha256 = synthesis_.liberty().sha256();
        const support::Json area = synthesis_.check(report_.designHash, report_.libertySha256);
        report_.changedFiles = area.value("changed_files", std::vector<std::string>());
        report_.notMeasured = area.value("not_measured", std::vector<std::string>());
        devices_ = devicesOf(folder.design(), runFolder, options.baselines);
        std::erase_if(devices_, [this](const Device& device) {
            return std::ranges::find(report_.notMeasured, device.name) != report_.notMeasured.end();
        });
    }

    NetlistReport run() {
        const std::vector<Job> jobs = selectJobs(jobsOf(devices_, options_.suites), options_.suite);
        for (const Device& device : devices_) {
            std::vector<Job> own;
            std::ranges::copy_if(jobs, std::back_inserter(own),
                                 [&device](const Job& job) { return job.device == &device; });
            if (!own.empty()) {
                runDevice(device, own);
            }
        }
        return std::move(report_);
    }

  private:
    void runDevice(const Device& device, const std::vector<Job>& jobs) {
        NetlistVariant variant = synthesis_.variantOf(device.name);
        std::uint64_t cycles = 0;
        double seconds = 0;
        std::map<ModelKind, NetlistModel> models;
        for (const Job& job : jobs) {
            support::throwIfInterrupted();
            const ModelKind kind = job.suite->kind == ModelKind::units || isElementSuite(job)
                                       ? ModelKind::units
                                       : ModelKind::array;
            if (!models.contains(kind)) {
                progress_(fmt::format("compiling the netlist of {}", device.name));
                models.emplace(kind, kind == ModelKind::units ? synthesis_.compileUnits(device)
                                                              : synthesis_.compileArray(device));
                variant.compileSeconds += models.at(kind).compiled.seconds;
            }
            const NetlistModel& model = models.at(kind);
            progress_("suite " + job.name());
            report_.suites.push_back(runOne(job, model.compiled));
            if (kind == ModelKind::array) {
                variant.cells = model.cells;
                cycles += report_.suites.back().cycles;
                seconds += report_.suites.back().seconds;
            }
        }
        variant.cyclesPerSecond = seconds > 0 ? static_cast<double>(cycles) / seconds : 0;
        report_.variants.push_back(std::move(variant));
    }

    static bool isElementSuite(const Job& job) { return std::string(job.suite->name) == "ae"; }

    [[nodiscard]] SuiteResult runOne(const Job& job, const CompiledModel& model) const {
        const std::string missing = missingFor(job.suite->name, model.ports);
        if (missing.empty()) {
            return runJob(job, model, options_.seed, options_.quick, {});
        }
        SuiteResult result;
        result.name = job.name();
        result.variant = job.device->name;
        result.seed = options_.seed;
        result.skipped = fmt::format("the netlist has no module with {}", missing);
        return result;
    }

    const NetlistOptions& options_;
    const ProgressFunction& progress_;
    Synthesis synthesis_;
    NetlistReport report_;
    std::vector<Device> devices_;
};

support::Json variantJson(const NetlistVariant& variant) {
    return {{"name", variant.name},
            {"netlist", variant.file},
            {"netlist_sha256", variant.sha256},
            {"cells", variant.cells},
            {"compile_seconds", variant.compileSeconds},
            {"cycles_per_second", variant.cyclesPerSecond}};
}

}  // namespace

std::uint64_t NetlistReport::comparisons() const {
    std::uint64_t sum = 0;
    for (const SuiteResult& suite : suites) {
        sum += suite.comparisons;
    }
    return sum;
}

std::uint64_t NetlistReport::mismatches() const {
    std::uint64_t sum = 0;
    for (const SuiteResult& suite : suites) {
        sum += suite.mismatches;
    }
    return sum;
}

bool NetlistReport::passed() const {
    return comparisons() > 0 && std::ranges::all_of(suites, &SuiteResult::passed);
}

NetlistReport verifyNetlist(const fs::path& runFolder, const NetlistOptions& options,
                            const ProgressFunction& progress) {
    const support::Stopwatch stopwatch;
    NetlistReport report = NetlistRun(runFolder, options, progress).run();
    report.seconds = stopwatch.seconds();
    support::writeJson(runFolder / "verify" / fmt::format("netlist_{}.json", options.technology),
                       toJson(report));
    return report;
}

support::Json toJson(const NetlistReport& report) {
    support::Json json;
    json["design"] = report.design;
    json["design_hash"] = report.designHash;
    json["technology"] = report.options.technology;
    json["library"] = {{"name", report.libertyName},
                       {"file", report.libertyFiles},
                       {"sha256", report.libertySha256}};
    json["passed"] = report.passed();
    json["partial"] =
        !report.options.suite.empty() || !report.options.baselines || !report.notMeasured.empty();
    json["quick"] = report.options.quick;
    json["comparisons"] = report.comparisons();
    json["mismatches"] = report.mismatches();
    json["seconds"] = report.seconds;
    json["changed_files"] = report.changedFiles;
    json["not_measured"] = report.notMeasured;
    json["variants"] = support::Json::array();
    for (const NetlistVariant& variant : report.variants) {
        json["variants"].push_back(variantJson(variant));
    }
    json["suites"] = support::Json::array();
    for (const SuiteResult& suite : report.suites) {
        json["suites"].push_back(suiteJson(suite));
    }
    json["tools"] = toolsJson();
    return json;
}

}  // namespace aslog::tb
