// The built command itself: results, messages, exit codes.

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "support/file.h"
#include "support/json_file.h"
#include "support/table.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::support;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string kExample = ASLOG_SOURCE_DIR "/examples/aslog_16x16.json";

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

}  // namespace

TEST_CASE("--version tells the version, the commit, the compiler and its flags") {
    const Run result = runAslog({"--version"});
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, StartsWith("aslog 0."));
    CHECK_THAT(result.out, ContainsSubstring("\ncommit "));
    CHECK_THAT(result.out, ContainsSubstring("\ncompiled by "));
    CHECK_THAT(result.out, ContainsSubstring("-std=c++20"));
}

TEST_CASE("--help teaches by examples, for aslog and for each command") {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"init", "--help"},
                                                      {"check", "--help"},
                                                      {"generate", "--help"},
                                                      {"verify", "--help"},
                                                      {"synth", "--help"},
                                                      {"flow", "--help"},
                                                      {"inspect", "--help"},
                                                      {"quantize", "--help"},
                                                      {"evaluate", "--help"},
                                                      {"results", "--help"}}) {
        const Run result = runAslog(arguments);
        CHECK(result.exitCode == 0);
        CHECK(result.err.empty());
        CHECK_THAT(result.out, ContainsSubstring("Examples:\n  aslog "));
        for (const std::string& line : linesOf(result.out)) {
            CHECK(displayWidth(line) <= 100);
        }
    }
}

TEST_CASE("wrong usage has exit code 2 and says what to do") {
    CHECK(runAslog({}).exitCode == 2);
    const Run typo = runAslog({"chek", "x.json"});
    CHECK(typo.exitCode == 2);
    CHECK(typo.out.empty());
    CHECK_THAT(typo.err, ContainsSubstring("Did you mean `aslog check`?"));
    const Run missing = runAslog({"check"});
    CHECK(missing.exitCode == 2);
    CHECK_THAT(missing.err, ContainsSubstring("`aslog check --help`"));
    CHECK(runAslog({"check", kExample, "--frob"}).exitCode == 2);
    CHECK(runAslog({"spec"}).exitCode == 2);
}

TEST_CASE("check shows what follows from a spec, in at most 100 columns") {
    const Run result = runAslog({"check", kExample});
    CHECK(result.exitCode == 0);
    CHECK(result.err.empty());
    CHECK_THAT(result.out, StartsWith("aslog_16x16: the spec is valid\n"));
    CHECK_THAT(result.out, ContainsSubstring("arithmetic elements    256"));
    CHECK_THAT(result.out, ContainsSubstring("peak                  51.2  GOPS"));
    for (const auto& entry : fs::directory_iterator(ASLOG_SOURCE_DIR "/examples")) {
        if (entry.path().extension() == ".json") {
            for (const std::string& line : linesOf(runAslog({"check", entry.path()}).out)) {
                CAPTURE(entry.path().string(), line);
                CHECK(displayWidth(line) <= 100);
            }
        }
    }
}

TEST_CASE("./demo asks for arrays that its design has") {
    const TemporaryFolder folder;
    REQUIRE(runAslog({"generate", kExample, "-o", folder / "run"}).exitCode == 0);
    const std::string demo = readFile(ASLOG_SOURCE_DIR "/demo");
    const std::size_t start = demo.find("arrays=(") + std::string("arrays=(").size();
    std::istringstream arrays(demo.substr(start, demo.find(')', start) - start));
    int count = 0;
    for (std::string name; arrays >> name;) {
        INFO(name);
        CHECK((name == "slogii" || fs::is_directory(folder.path() / "run/rtl/baseline" / name)));
        ++count;
    }
    CHECK(count > 8);
}

TEST_CASE("check --json prints one JSON value and nothing else") {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"check", kExample, "--json"}, {"--json", "check", kExample}}) {
        const Run result = runAslog(arguments);
        CHECK(result.exitCode == 0);
        CHECK(result.err.empty());
        const Json json = Json::parse(result.out);
        CHECK(json["valid"] == true);
        CHECK(json["design"]["bits"]["accumulator"] == 20);
        CHECK(json["design"]["spec"]["name"] == "aslog_16x16");
    }
}

TEST_CASE("check of a bad spec reports everything and has exit code 2") {
    const std::string bad = ASLOG_SOURCE_DIR "/tests/diagnostics/ranges_bad.json";
    const Run text = runAslog({"check", bad});
    CHECK(text.exitCode == 2);
    CHECK(text.out.empty());
    CHECK_THAT(text.err, ContainsSubstring(bad + ": error at /array/rows: out of range\n"));
    CHECK_THAT(text.err, ContainsSubstring(bad + ": 8 errors\n"));
    const Run json = runAslog({"check", bad, "--json"});
    CHECK(json.exitCode == 2);
    const Json result = Json::parse(json.out);
    CHECK(result["valid"] == false);
    REQUIRE(result["diagnostics"].size() == 8);
    CHECK(result["diagnostics"][3]["pointer"] == "/array/rows");
    CHECK(result["diagnostics"][3]["allowed"] == "an integer from 1 to 128");
}

TEST_CASE("check of what cannot be read has exit code 2") {
    CHECK_THAT(runAslog({"check", "none.json"}).err,
               StartsWith("aslog: cannot read none.json: No such file"));
    CHECK(runAslog({"check", "none.json"}).exitCode == 2);
    CHECK(runAslog({"check", "/"}).exitCode == 2);
}

TEST_CASE("a full standard output is a failure") {
    const Run result = runAslog({"check", kExample}, {}, "/dev/full");
    CHECK(result.exitCode == 1);
    CHECK_THAT(result.err, StartsWith("aslog: cannot write to standard output"));
}

TEST_CASE("init writes a spec that check accepts") {
    const TemporaryFolder folder;
    const std::string file = folder / "specs" / "wide.json";
    const Run init = runAslog({"init", file});
    CHECK(init.exitCode == 0);
    CHECK_THAT(init.out, ContainsSubstring("aslog check " + file));
    const Json spec = readJson(file);
    CHECK(spec["name"] == "wide");
    CHECK(spec["array"]["rows"] == 16);
    CHECK(fs::exists(folder / "specs" / spec["$schema"].get<std::string>()));
    CHECK(runAslog({"check", file}).exitCode == 0);
}

TEST_CASE("init overwrites only when it is told to") {
    const TemporaryFolder folder;
    const std::string file = folder / "a.json";
    writeFile(file, "mine");
    const Run refused = runAslog({"init", file});
    CHECK(refused.exitCode == 2);
    CHECK_THAT(refused.err, ContainsSubstring("--force"));
    CHECK(readFile(file) == "mine");
    CHECK(runAslog({"init", file, "--force", "--name", "other"}).exitCode == 0);
    CHECK(readJson(file)["name"] == "other");
}

TEST_CASE("init refuses names and places that can not be") {
    const TemporaryFolder folder;
    const Run name = runAslog({"init", folder / "My-Array.json"});
    CHECK(name.exitCode == 2);
    CHECK_THAT(name.err, ContainsSubstring("--name"));
    CHECK(fs::is_empty(folder.path()));
    CHECK(runAslog({"init", folder.path(), "--name", "x", "--force"}).exitCode == 1);
    const Run place = runAslog({"init", "/proc/none/x.json"});
    CHECK(place.exitCode == 1);
    CHECK_THAT(place.err, StartsWith("aslog: cannot create the folder /proc/none"));
    const Run full = runAslog({"init", "/dev/full", "--name", "x"});
    CHECK(full.exitCode == 1);
    CHECK_THAT(full.err, ContainsSubstring("No space left on device"));
}

TEST_CASE("numbers that are no seed and no clock are refused with what is allowed") {
    for (const char* command : {"verify", "power"}) {
        for (const char* seed : {"-1", "1.5", "99999999999999999999", "x", ""}) {
            const Run run = runAslog({command, "nowhere", "--seed", seed});
            INFO(command << " --seed " << seed);
            CHECK(run.exitCode == 2);
            CHECK_THAT(run.err, ContainsSubstring("--seed") &&
                                    ContainsSubstring("from 0 to 18446744073709551615"));
        }
    }
    // Decimal, whatever CLI11 makes of a leading 0; a number that is fine is no matter of the
    // check.
    CHECK_THAT(runAslog({"verify", "nowhere", "--seed", "08"}).err, ContainsSubstring("nowhere"));
    for (const char* clock : {"0", "-5", "nan", "inf", "1e9", "x"}) {
        const Run run = runAslog({"synth", "nowhere", "--clock-mhz", clock});
        INFO(clock);
        CHECK(run.exitCode == 2);
        CHECK_THAT(run.err, ContainsSubstring("--clock-mhz") && ContainsSubstring(clock) &&
                                ContainsSubstring("from 0.001 to 100000"));
    }
}
