// aslog verify from end to end: a design that is right, the same with a fault, bad input.

#include <string>

#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tb/verify.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using tb::VerifyOptions;
using tb::VerifyReport;

constexpr const char* kSpec = "tests/tb/specs/mutants_a.json";

VerifyReport verifyQuietly(const std::filesystem::path& folder, const VerifyOptions& options) {
    return tb::verify(folder, options, [](const std::string&) {});
}

VerifyOptions quick(const std::string& suite = {}) {
    VerifyOptions options;
    options.quick = true;
    options.suite = suite;
    return options;
}

/// Replaces one piece of a file of the run folder; the piece must be there once.
void replaceIn(const std::filesystem::path& file, const std::string& from, const std::string& to) {
    std::string text = support::readFile(file);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.find(from, at + 1) == std::string::npos);
    support::writeFile(file, text.replace(at, from.size(), to));
}

TEST_CASE("A generated design passes every suite, and so do the baselines") {
    const tests::TemporaryFolder folder;
    const Design design = tb::test::generateInto(folder.path(), kSpec);
    const VerifyReport report = verifyQuietly(folder.path(), quick());
    CHECK(report.passed());
    CHECK(report.mismatches() == 0);
    // 12 suites of the design, 5 for each of 11 baselines, and 4 for
    // three arrays without bias correction.
    CHECK(report.suites.size() == 12 + 5 * 11 + 4 * 3);
    CHECK(report.notSimulated.size() == 9);
    for (const tb::SuiteResult& suite : report.suites) {
        INFO(suite.name);
        CHECK(suite.comparisons > 0);
    }
    CHECK(report.macsPerSecond > 0);
    REQUIRE(report.coverage.has_value());
    CHECK(report.coverage->missed.empty());
    CHECK(report.coverage->hit == report.coverage->reachable);

    const support::Json json = support::readJson(folder / "verify" / "verify.json");
    CHECK(json["passed"] == true);
    CHECK(json["design_hash"] == designHash(design));
    CHECK(json["comparisons"] == report.comparisons());
    CHECK(json["suites"].size() == report.suites.size());
    CHECK(json["not_simulated"] == report.notSimulated);
    CHECK(json["tools"].contains("verilator"));
    CHECK(json["coverage"]["hit"] == report.coverage->reachable);
    for (const char* key : {"mismatches", "macs_per_second", "compile_seconds", "changed_files"}) {
        CHECK(json.contains(key));
    }
}

TEST_CASE("The same seed gives the same stimulus, another seed another") {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder.path(), kSpec);
    VerifyOptions options = quick("array_random");
    const auto cycles = [&] { return verifyQuietly(folder.path(), options).suites.front().cycles; };
    const std::uint64_t first = cycles();
    CHECK(cycles() == first);
    options.seed = 2;
    CHECK(cycles() != first);
}

TEST_CASE("A fault is reported with place, cycle, both values, and waveforms on demand") {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder.path(), kSpec);
    replaceIn(folder / "rtl" / "aslog_pcf_unit.v", "u_wide * scale_wide + offset_wide",
              "u_wide * scale_wide + offset_wide + 64");
    VerifyOptions options = quick("layers");
    options.trace = true;
    const VerifyReport report = verifyQuietly(folder.path(), options);
    CHECK_FALSE(report.passed());
    REQUIRE(report.suites.size() == 1);
    REQUIRE(report.suites.front().first.has_value());
    const tb::Mismatch& first = *report.suites.front().first;
    CHECK_FALSE(first.place.layer.empty());
    CHECK_FALSE(first.place.channel.empty());
    CHECK(first.place.pixel.find(',') != std::string::npos);
    CHECK(first.cycle > 0);
    CHECK(first.expected != first.seen);
    CHECK(report.changedFiles == std::vector<std::string>{"aslog_pcf_unit.v"});
    REQUIRE(report.traces.size() == 1);
    const std::string waves = support::readFile(folder.path() / report.traces.front());
    CHECK(waves.find("$enddefinitions") != std::string::npos);
    CHECK(waves.find("u_scale_q") != std::string::npos);

    const support::Json json = support::readJson(folder / "verify" / "verify.json");
    CHECK(json["passed"] == false);
    CHECK(json["suites"][0]["first_mismatch"]["seen"] == first.seen);
}

TEST_CASE("Verilog that does not settle, from power-on, is a mismatch of every suite") {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder.path(), kSpec);
    const std::filesystem::path file = folder / "rtl" / "aslog_accumulator.v";
    replaceIn(file, "module aslog_acc", "// verilator lint_off UNOPTFLAT\nmodule aslog_acc");
    replaceIn(file, "assign next = operand + addend;", "assign next = operand + addend + ~next;");
    for (int round = 0; round < 5; ++round) {  // several: threads of a model must not outlive it
        const VerifyReport report = verifyQuietly(folder.path(), quick("array_random"));
        CHECK_FALSE(report.passed());
        REQUIRE(report.suites.front().first.has_value());
        CHECK(report.suites.front().first->expected == "the Verilog settles");
    }
}

TEST_CASE("Waveforms of a suite that passes show its beginning") {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder.path(), kSpec);
    VerifyOptions options = quick("full_rate");
    options.waves = tb::Waves::vcd;
    const VerifyReport report = verifyQuietly(folder.path(), options);
    CHECK(report.passed());
    REQUIRE(report.traces.size() == 1);
    const std::string waves = support::readFile(folder.path() / report.traces.front());
    CHECK(waves.find("out_valid_o") != std::string::npos);
    CHECK(waves.find("\n#4000") != std::string::npos);

    options.waves = tb::Waves::fst;
    const VerifyReport packed = verifyQuietly(folder.path(), options);
    CHECK(packed.passed());
    REQUIRE(packed.traces.size() == 1);
    const std::filesystem::path file = folder.path() / packed.traces.front();
    CHECK(file.extension() == ".fst");
    CHECK(std::filesystem::file_size(file) > 500);
    CHECK(std::filesystem::file_size(file) < waves.size() / 3);
}

TEST_CASE("A baseline's fault is found too") {
    const tests::TemporaryFolder folder;
    tb::test::generateInto(folder.path(), kSpec);
    replaceIn(folder / "rtl" / "baseline" / "int8_plain" / "aslog_ae.v", "product = w * q;",
              "product = w * q + 1;");
    CHECK_FALSE(verifyQuietly(folder.path(), quick("int8_plain/ae")).passed());
    CHECK_FALSE(verifyQuietly(folder.path(), quick("int8_plain/array_random")).passed());
}

TEST_CASE("A suite that compares nothing has not passed") {
    const tb::SuiteResult nothing;
    CHECK_FALSE(nothing.passed());
    tb::SuiteResult skipped;
    skipped.skipped = "no data";
    CHECK(skipped.passed());
    VerifyReport onlySkipped;
    onlySkipped.suites = {skipped};
    CHECK_FALSE(onlySkipped.passed());
}

TEST_CASE("What can not be verified is an error that says why") {
    const tests::TemporaryFolder folder;
    using Catch::Matchers::ContainsSubstring;
    CHECK_THROWS_AS(verifyQuietly(folder / "nowhere", quick()), support::Error);

    tb::test::generateInto(folder.path(), kSpec);
    CHECK_THROWS_WITH(verifyQuietly(folder.path(), quick("array_randon")),
                      ContainsSubstring("did you mean \"array_random\"?"));
    SECTION("Verilog that does not compile") {
        replaceIn(folder / "rtl" / "aslog_lane.v", "endmodule", "endmodul");
        CHECK_THROWS_WITH(verifyQuietly(folder.path(), quick("array_random")),
                          ContainsSubstring("aslog_lane.v"));
    }
    SECTION("Verilog of another design") {
        tb::test::generateInto(folder / "other", "tests/tb/specs/mutants_b.json");
        std::filesystem::copy_file(folder / "other" / "design.json", folder / "design.json",
                                   std::filesystem::copy_options::overwrite_existing);
        CHECK_THROWS_WITH(verifyQuietly(folder.path(), quick()),
                          ContainsSubstring("another design"));
    }
}

}  // namespace
