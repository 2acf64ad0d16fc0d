// Figures of result files as Markdown: those of tests/cli/results/, made by hand, of a run with
// bias correction and one without, against results.md there.

#include <filesystem>
#include <string>

#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/golden_file.h"

namespace {

namespace fs = std::filesystem;
using aslog::support::Json;
using aslog::tests::Run;
using aslog::tests::runAslog;

const fs::path kSource = ASLOG_SOURCE_DIR;
const fs::path kResults = kSource / "tests" / "cli" / "results";

/// A run folder of an example with the results of `kResults`/<name>, which get its hash.
std::string makeRun(const fs::path& folder, const std::string& example, const std::string& name) {
    const std::string spec = (kSource / "examples" / (example + ".json")).string();
    REQUIRE(runAslog({"generate", spec, "-o", folder.string()}).exitCode == 0);
    const Json hash = aslog::support::readJson(folder / "design.json").at("design_hash");
    for (const auto& entry : fs::recursive_directory_iterator(kResults / name)) {
        if (entry.is_regular_file()) {
            Json json = aslog::support::readJson(entry.path());
            json["design_hash"] = hash;
            aslog::support::writeJson(folder / entry.path().lexically_relative(kResults / name),
                                      json);
        }
    }
    return folder.string();
}

}  // namespace

TEST_CASE("Results become the Markdown that they became before") {
    const aslog::tests::TemporaryFolder folder;
    const std::string with = makeRun(folder / "with", "tiny_3x5", "with_bce");
    const std::string without = makeRun(folder / "without", "small_4x4", "without_bce");
    const Run run = runAslog({"results", with, without});
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    CHECK(run.out == aslog::tests::goldenText(kResults / "results.md", run.out));
}

TEST_CASE("A result that lacks a figure, or belongs to another design, is refused") {
    const aslog::tests::TemporaryFolder folder;
    const std::string run = makeRun(folder.path(), "tiny_3x5", "with_bce");
    REQUIRE(runAslog({"results", run}).exitCode == 0);
    const fs::path file = folder / "synth" / "osu018" / "area.json";
    Json area = aslog::support::readJson(file);
    SECTION("no figure") {
        CHECK(area.at("ratios").erase("bce_share") == 1);
    }
    SECTION("another design") {
        CHECK(area.at("design_hash") != "other");
        area["design_hash"] = "other";
    }
    aslog::support::writeJson(file, area);
    CHECK(runAslog({"results", run}).exitCode != 0);
}
