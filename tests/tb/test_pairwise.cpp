// Specs over the whole range generate, are clean in three tools, and verify.

#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "examples/networks/fashion_suite.h"
#include "generator/elab/design.h"
#include "generator/rtl/file_list.h"
#include "run/run_folder.h"
#include "support/diagnostics.h"
#include "support/subprocess.h"
#include "tb/verify.h"
#include "tests/catch.h"
#include "tests/tb/pairwise.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
namespace fs = std::filesystem;
namespace test = tb::test;

constexpr std::uint64_t kSeed = 1;

/// What the tool says about the files of files.f; nothing is what it should say.
std::string complaints(std::vector<std::string> argv, const fs::path& list) {
    for (const fs::path& file : readFileList(list)) {
        argv.push_back(file.string());
    }
    support::Command command;
    command.argv = std::move(argv);
    const support::CapturedResult result = support::runCaptured(command);
    return result.result.ok() ? result.output : "failed: " + result.output;
}

std::string yosysComplaints(const fs::path& list) {
    std::string files;
    for (const fs::path& file : readFileList(list)) {
        files += " " + file.string();
    }
    support::Command command;
    command.argv = {
        "yosys", "-q", "-p",
        "read_verilog" + files + "; hierarchy -check -top aslog_pcf_array; proc; check -assert"};
    const support::CapturedResult result = support::runCaptured(command);
    return result.result.ok() ? result.output : "failed: " + result.output;
}

void lint(const fs::path& list) {
    INFO(list.string());
    CHECK(complaints({"verilator", "--lint-only", "-Wall", "--top-module", "aslog_pcf_array"}, list)
              .empty());
    CHECK(complaints({"iverilog", "-tnull", "-g2005", "-Wall", "-s", "aslog_pcf_array"}, list)
              .empty());
    CHECK(yosysComplaints(list).empty());
    // The shell is not in files.f, it names another top.
    const std::string shell = (list.parent_path() / "aslog_axis.v").string();
    CHECK(
        complaints({"verilator", "--lint-only", "-Wall", "--top-module", "aslog_axis", shell}, list)
            .empty());
}

void checkSpec(const ArchSpec& spec) {
    INFO(test::describe(spec));
    const tests::TemporaryFolder folder;
    support::Diagnostics diagnostics;
    const Design design = elaborate(spec, diagnostics);
    (void)writeRunFolder(design, folder.path());
    lint(folder / "rtl" / "files.f");
    tb::VerifyOptions options;
    options.quick = true;
    options.suites.push_back(examples::fashionSuite());
    // The baselines do not depend on the format; the largest of them take minutes to compile.
    options.baselines = design.aeCount <= 64;
    const tb::VerifyReport report = tb::verify(folder.path(), options, [](const std::string&) {});
    for (const tb::SuiteResult& suite : report.suites) {
        INFO(suite.name);
        if (suite.first) {
            INFO(suite.first->place.layer
                 << ", channel " << suite.first->place.channel << ", pixel "
                 << suite.first->place.pixel << ", cycle " << suite.first->cycle << ": expected "
                 << suite.first->expected << ", seen " << suite.first->seen);
            CHECK(suite.passed());
        }
        CHECK(suite.passed());
    }
    CHECK(report.passed());
    fmt::print("{}: {} comparisons, {:.1f} s\n", test::describe(spec), report.comparisons(),
               report.seconds);
    std::fflush(stdout);
}

TEST_CASE("Forty specs cover the range in pairs") {
    const test::PairwiseSpecs drawn = test::drawPairwise(40, kSeed);
    REQUIRE(drawn.specs.size() == 40);
    std::set<std::string> different;
    for (const ArchSpec& spec : drawn.specs) {
        different.insert(test::describe(spec));
    }
    CHECK(different.size() == 40);
    INFO(drawn.covered << " of " << drawn.pairs << " pairs");
    CHECK(drawn.covered * 100 >= drawn.pairs * 90);
    CHECK(test::describe(test::drawPairwise(3, kSeed).specs[2]) == test::describe(drawn.specs[2]));
}

TEST_CASE("Small specs of the forty generate, are clean in three tools, and verify") {
    std::size_t done = 0;
    for (const ArchSpec& spec : test::drawPairwise(40, kSeed).specs) {
        constexpr int kSmall = 120;
        constexpr std::size_t kEnough = 5;
        if (spec.array.rows * spec.array.columns <= kSmall && done < kEnough) {
            checkSpec(spec);
            ++done;
        }
    }
    CHECK(done == 5);
}

TEST_CASE("All forty specs generate, are clean in three tools, and verify", "[long]") {
    for (const ArchSpec& spec : test::drawPairwise(40, kSeed).specs) {
        checkSpec(spec);
    }
}

}  // namespace
