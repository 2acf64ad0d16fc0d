#include "prove/prove.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "prove/catalogue.h"
#include "prove/solver.h"
#include "run/run_folder.h"
#include "support/diagnostics.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/stopwatch.h"
#include "support/tools.h"

namespace aslog::prove {
namespace {

namespace fs = std::filesystem;

std::vector<Proof> chosen(std::vector<Proof> proofs, const std::string& only) {
    if (only.empty()) {
        return proofs;
    }
    std::vector<std::string> names;
    names.reserve(proofs.size());
    for (const Proof& proof : proofs) {
        names.push_back(proof.name);
    }
    std::erase_if(proofs, [&only](const Proof& proof) { return proof.name != only; });
    if (proofs.empty()) {
        throw support::InputError(
            fmt::format("there is no proof {}; there are: {}", only, fmt::join(names, ", ")));
    }
    return proofs;
}

// Old results would be taken for those of this run. What else lies there is the user's.
void removeResults(const std::vector<Proof>& proofs, const fs::path& folder) {
    std::error_code error;
    for (const char* name : {"prove.json", "report.txt", "tmp"}) {
        fs::remove_all(folder / name, error);
        if (error) {
            throw support::FileError(
                fmt::format("cannot remove {}: {}", (folder / name).string(), error.message()));
        }
    }
    for (const Proof& proof : proofs) {
        removeEvidence(proof, folder);
    }
}

}  // namespace

bool ProveReport::passed() const {
    return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(), [](const auto& proof) {
        return proof.verdict == Verdict::Proven;
    });
}

ProveReport prove(const fs::path& runFolder, const ProveOptions& options,
                  const ProgressFunction& progress) {
    const support::Stopwatch stopwatch;
    const RunFolder run(runFolder);
    const Design& design = run.design();
    const std::vector<Proof> proofs =
        chosen(allProofs(runFolder, design, options.baselines), options.only);
    ProveReport report{.design = design.spec.name,
                       .designHash = run.designHash(),
                       .partial = !options.only.empty() || !options.baselines,
                       .changedFiles = run.changedFiles(),
                       .proofs = std::vector<ProofResult>(proofs.size())};
    for (const char* tool : {"yosys", "yosys-smtbmc", "z3"}) {
        static_cast<void>(support::findTool(tool));
    }
    const fs::path folder = runFolder / "prove";
    removeResults(allProofs(runFolder, design, true), folder);
    support::makeFolder(folder / "tmp");
    support::inParallel(proofs.size(), options.jobs, [&](std::size_t i) {
        progress(proofs[i].name);
        report.proofs[i] = runProof(proofs[i], folder, options.timeout);
    });
    std::error_code ignored;
    fs::remove_all(folder / "tmp", ignored);
    report.seconds = stopwatch.seconds();
    support::writeJson(folder / "prove.json", toJson(report));
    return report;
}

}  // namespace aslog::prove
