#include "run/finished_results.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "run/run_folder.h"
#include "support/error.h"

namespace aslog {
namespace {

namespace fs = std::filesystem;
using support::Json;

Json readResult(const fs::path& path, const std::string& designHash) {
    Json json = support::readJson(path);
    if (json.at("design_hash") != designHash) {
        throw support::InputError(
            fmt::format("{} belongs to another design than the design.json of its run folder; run "
                        "`aslog flow` again",
                        path.string()));
    }
    return json;
}

Json readResultIfThere(const fs::path& path, const std::string& designHash) {
    return fs::exists(path) ? readResult(path, designHash) : Json();
}

}  // namespace

FinishedResults readResults(const std::vector<std::string>& folders) {
    FinishedResults results;
    for (const fs::path folder : folders) {
        const std::string hash = RunFolder(folder).designHash();
        if (fs::exists(folder / "verify" / "verify.json")) {
            results.verifications.push_back(readResult(folder / "verify" / "verify.json", hash));
        }
        if (fs::exists(folder / "prove" / "prove.json")) {
            results.proves.push_back(readResult(folder / "prove" / "prove.json", hash));
        }
        std::vector<fs::path> technologies;
        if (fs::is_directory(folder / "synth")) {
            for (const auto& entry : fs::directory_iterator(folder / "synth")) {
                if (fs::exists(entry.path() / "area.json")) {
                    technologies.push_back(entry.path());
                }
            }
        }
        std::sort(technologies.begin(), technologies.end());
        for (const fs::path& path : technologies) {
            Json area = readResult(path / "area.json", hash);
            const std::string name = area.at("name");
            results.syntheses.push_back(
                {name, std::move(area), readResult(path / "timing.json", hash)});
            const std::string technology = path.filename().string();
            results.evidence.push_back(
                {name, technology, readResultIfThere(path / "proofs.json", hash),
                 readResultIfThere(folder / "verify" / fmt::format("netlist_{}.json", technology),
                                   hash),
                 results.syntheses.back().timing});
            if (fs::exists(path / "power.json")) {
                results.powers.push_back(readResult(path / "power.json", hash));
            }
        }
    }
    if (results.syntheses.empty() && results.verifications.empty()) {
        throw support::InputError("no results in these folders; run `aslog flow` first");
    }
    return results;
}

}  // namespace aslog
