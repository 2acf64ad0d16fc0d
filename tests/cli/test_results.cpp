// Figures of result files as Markdown: a run with bias correction and one without, made by hand in
// tests/cli/results/, against results.md there.

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

const fs::path kFolder = fs::path(ASLOG_SOURCE_DIR) / "tests" / "cli" / "results";

}  // namespace

TEST_CASE("Results become the Markdown that they became before") {
    const Run run =
        runAslog({"results", (kFolder / "with_bce").string(), (kFolder / "without_bce").string()});
    REQUIRE(run.exitCode == 0);
    CHECK(run.out == aslog::tests::goldenText(kFolder / "results.md", run.out));
}

TEST_CASE("A result that lacks a figure, or belongs to another design, is refused") {
    const aslog::tests::TemporaryFolder folder;
    fs::copy(kFolder / "with_bce", folder.path(), fs::copy_options::recursive);
    const fs::path file = folder / "synth" / "osu018" / "area.json";
    Json area = aslog::support::readJson(file);
    SECTION("no figure") {
        area.at("ratios").erase("bce_share");
    }
    SECTION("another design") {
        area["design_hash"] = "other";
    }
    aslog::support::writeJson(file, area);
    CHECK(runAslog({"results", folder.path().string()}).exitCode != 0);
}
