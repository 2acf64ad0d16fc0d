// generate, verify, synth and flow where something is wrong: what they say, and that older results
// stay.

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

#include "support/file.h"
#include "support/folder_lock.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/cli/smallest_run.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::support::Json;
using aslog::support::readFile;
using aslog::support::readJson;
using aslog::support::writeFile;
using aslog::tests::generatedSmallest;
using aslog::tests::isMissing;
using aslog::tests::kLibrary;
using aslog::tests::kSmallestSpec;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::runProgram;
using aslog::tests::smallestSpec;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string kSpec = ASLOG_SOURCE_DIR "/examples/tiny_3x5.json";
const std::string kOtherSpec = ASLOG_SOURCE_DIR "/examples/small_4x4.json";

// A PATH without any program.
const std::map<std::string, std::string> kNoTools = {{"PATH", "/nowhere"}};

std::string generated(const TemporaryFolder& folder) {
    const std::string run = folder / "run";
    REQUIRE(runAslog({"generate", kSpec, "-o", run}).exitCode == 0);
    return run;
}

}  // namespace

TEST_CASE("generate refuses a spec with errors and leaves the run folder alone") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const std::string before = readFile(fs::path(run) / "rtl" / "manifest.json");
    writeFile(folder / "bad.json", R"({"name": "bad", "array": {"rows": 0, "colums": 4}})");
    const Run result = runAslog({"generate", folder / "bad.json", "-o", run});
    CHECK(result.exitCode == 2);
    CHECK_THAT(result.err, ContainsSubstring("/array/rows"));
    CHECK_THAT(result.err, ContainsSubstring("columns"));  // the nearest known name
    CHECK(readFile(fs::path(run) / "rtl" / "manifest.json") == before);
}

TEST_CASE("generate says which folder it cannot write") {
    const TemporaryFolder folder;
    writeFile(folder / "file", "in the way");
    const Run result = runAslog({"generate", kSpec, "-o", (folder / "file" / "run").string()});
    CHECK(result.exitCode != 0);
    CHECK_THAT(result.err, ContainsSubstring((folder / "file").string()));
    CHECK(readFile(folder / "file") == "in the way");
}

TEST_CASE("generate on a full disk fails and keeps the older design") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const std::string design = readFile(fs::path(run) / "design.json");
    const std::string manifest = readFile(fs::path(run) / "rtl" / "manifest.json");
    // No file may grow beyond four blocks: writing fails as on a full disk.
    const Run result = runProgram(
        {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" generate \"$1\" -o \"$2\"",
         ASLOG_COMMAND, kOtherSpec, run});
    CHECK(result.exitCode == 1);
    CHECK_THAT(result.err, StartsWith("aslog: cannot write "));
    CHECK(readFile(fs::path(run) / "design.json") == design);
    CHECK(readFile(fs::path(run) / "rtl" / "manifest.json") == manifest);
}

TEST_CASE("verify and synth want a run folder") {
    const TemporaryFolder folder;
    for (const char* command : {"verify", "synth"}) {
        const Run result = runAslog({command, folder.path().string()});
        INFO(command);
        CHECK(result.exitCode == 2);
        CHECK_THAT(result.err, ContainsSubstring("aslog generate"));
    }
}

TEST_CASE("a missing tool is named with its Debian package") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const Run verify = runAslog({"verify", run}, kNoTools);
    CHECK(verify.exitCode == 1);
    CHECK_THAT(verify.err, ContainsSubstring("on Debian: apt-get install "));
    CHECK_FALSE(fs::exists(fs::path(run) / "verify" / "verify.json"));
    if (!isMissing(kLibrary)) {
        const Run synth = runAslog({"synth", run}, kNoTools);
        CHECK(synth.exitCode == 1);
        CHECK_THAT(synth.err, ContainsSubstring("apt-get install yosys"));
        CHECK_FALSE(fs::exists(fs::path(run) / "synth" / "osu018" / "area.json"));
    }
}

TEST_CASE("synth refuses an unknown technology, a clock that cannot be, and what is no library") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const Run technology = runAslog({"synth", run, "--tech", "osu081"});
    CHECK(technology.exitCode == 2);
    CHECK_THAT(technology.err, ContainsSubstring("osu018"));
    CHECK(runAslog({"synth", run, "--clock-mhz", "-5"}).exitCode == 2);
    writeFile(folder / "text.lib", "no Liberty at all");
    const Run library = runAslog({"synth", run, "--liberty", folder / "text.lib"});
    CHECK(library.exitCode == 2);
    CHECK_THAT(library.err, ContainsSubstring("text.lib"));
    const Run missing = runAslog({"synth", run, "--tech", "nangate45", "--tech-path", ""});
    CHECK(missing.exitCode == 2);
    CHECK_THAT(missing.err, ContainsSubstring("--liberty"));
}

TEST_CASE(
    "tech check says what a library lacks, and drafts a profile that synth takes by --profile") {
    const TemporaryFolder folder;
    const Json list = Json::parse(runAslog({"tech", "list", "--tech-path", "", "--json"}).out);
    CHECK(list.size() >= 8);
    if (isMissing(kLibrary)) {
        return;
    }
    const Run lacking = runAslog({"tech", "check", "--liberty", kLibrary, "-o", folder / "draft"});
    CHECK(lacking.exitCode == 1);
    CHECK_THAT(lacking.out, ContainsSubstring("the area of LATCH"));
    CHECK_FALSE(fs::exists(folder / "draft"));
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"tech", "check", "--liberty", folder / "none.lib"},
          {"synth", generatedSmallest(folder), "--profile", folder / "none"}}) {
        const Run run = runAslog(wrong);
        CHECK(run.exitCode == 2);
        CHECK_THAT(run.err, ContainsSubstring("none"));
    }

    std::string text = readFile(kLibrary);
    const std::size_t area = text.find("area : 0;", text.find("cell (LATCH)"));
    REQUIRE(area != std::string::npos);
    writeFile(folder / "cells.lib", text.replace(area, 9, "area : 56;"));
    const Run check = runAslog(
        {"tech", "check", "--liberty", folder / "cells.lib", "-o", folder / "draft", "--json"});
    CHECK(check.exitCode == 0);
    CHECK(Json::parse(check.out).at("roles").at("full adder") == "FAX1");
    CHECK(runAslog({"tech", "check", "--liberty", folder / "cells.lib", "-o", folder / "draft"})
              .exitCode == 2);  // a draft is not replaced
    CHECK(runAslog(
              {"tech", "check", "--liberty", folder / "cells.lib", "--profile", folder / "draft"})
              .exitCode == 0);
    std::string cells = readFile(folder / "draft" / "cells.v");
    const std::string sum = ".YS(sum_o), .YC(carry_o)";
    REQUIRE(cells.find(sum) != std::string::npos);
    writeFile(folder / "draft" / "cells.v",
              cells.replace(cells.find(sum), sum.size(), ".YS(carry_o), .YC(sum_o)"));
    const Run wrong = runAslog(
        {"tech", "check", "--liberty", folder / "cells.lib", "--profile", folder / "draft"});
    CHECK(wrong.exitCode == 1);
    CHECK_THAT(wrong.err, ContainsSubstring("aslog_cell_fa"));
}

TEST_CASE("synth measures edited Verilog only if it may, and then every result says so") {
    const TemporaryFolder folder;
    const std::string run = generatedSmallest(folder);
    const fs::path file = fs::path(run) / "rtl" / "aslog_ae.v";
    std::string text = readFile(file);
    const std::string sign = " ^ {12{sign}}";  // without it the array is smaller, and wrong
    REQUIRE(text.find(sign) != std::string::npos);
    writeFile(file, text.replace(text.find(sign), sign.size(), ""));
    const Run refused = runAslog({"synth", run});
    CHECK(refused.exitCode == 2);
    CHECK_THAT(refused.err, ContainsSubstring("edited   aslog_ae.v"));
    CHECK_THAT(refused.err, ContainsSubstring("aslog generate"));
    CHECK_THAT(refused.err, ContainsSubstring("--allow-changed"));
    CHECK_FALSE(fs::exists(fs::path(run) / "synth" / "osu018"));
    if (isMissing(kLibrary)) {
        return;
    }
    const Run allowed = runAslog({"synth", run, "--allow-changed"});
    REQUIRE(allowed.exitCode == 0);
    const std::string note = "not as generated: aslog_ae.v";
    CHECK_THAT(allowed.out, ContainsSubstring(note));
    const fs::path results = fs::path(run) / "synth" / "osu018";
    CHECK_THAT(readFile(results / "report.txt"), ContainsSubstring(note));
    for (const char* name : {"area.json", "timing.json"}) {
        CHECK(readJson(results / name).at("changed_files") == Json::array({"aslog_ae.v"}));
    }
    const Run page = runAslog({"results", run});
    CHECK(page.exitCode == 0);
    std::size_t notes = 0;
    for (std::size_t at = page.out.find(note); at != std::string::npos;
         at = page.out.find(note, at + 1)) {
        ++notes;
    }
    CHECK(notes == 3);  // below arrays, elements and variants

    // The mix that a `generate` leaves which is stopped between its renames.
    fs::remove_all(fs::path(run) / "rtl");
    for (const char* command : {"verify", "synth", "results"}) {
        const Run stopped = runAslog({command, run});
        INFO(command);
        CHECK(stopped.exitCode == 2);
        CHECK_THAT(stopped.err, ContainsSubstring("run `aslog generate` again"));
    }
}

TEST_CASE("synth of some arrays says so everywhere, and what follows takes these only") {
    const TemporaryFolder folder;
    const std::string run = generatedSmallest(folder);
    const Run unknown = runAslog({"synth", run, "--array", "int4_wallace"});
    if (isMissing(kLibrary)) {
        return;
    }
    CHECK(unknown.exitCode == 2);
    CHECK_THAT(unknown.err,
               ContainsSubstring("no array \"int4_wallace\"; there are slogii, int4_"));
    const Run synth = runAslog({"synth", run, "--array", "int4_odd", "--array", "int8_booth"});
    REQUIRE(synth.exitCode == 0);
    const std::string note = "is that of the arrays asked for, without 9 others, which the result ";
    CHECK_THAT(synth.out, ContainsSubstring(note));
    const fs::path results = fs::path(run) / "synth" / "osu018";
    const Json area = readJson(results / "area.json");
    CHECK(area.at("not_measured").size() == 9);  // of 11, one row has no pairs
    CHECK(area.at("baseline").at("variants").size() == 2);
    CHECK_THAT(runAslog({"results", run}).out, ContainsSubstring(note));

    const Run power = runAslog({"power", run, "--tech", "osu018"});
    CHECK(power.exitCode == 0);
    CHECK_THAT(power.out, ContainsSubstring(note));
    CHECK(readJson(results / "power.json").at("baselines").size() == 2);
    const Run netlists = runAslog({"verify", run, "--quick", "--netlist", "osu018", "--json"});
    CHECK(netlists.exitCode == 0);
    CHECK(Json::parse(netlists.out).at("variants").size() == 3);
}

TEST_CASE("a flow of a changed aslog starts again") {
    const TemporaryFolder folder;
    writeFile(folder / "any.lib", "never read: a tool is missing before");
    const auto generate = [&](const std::string& command) {
        const Run run = runProgram(
            {command, "flow", kSpec, "-o", folder / "run", "--liberty", folder / "any.lib"},
            kNoTools);
        CHECK(run.exitCode == 1);  // generate needs no tool, verify does
        CHECK_THAT(run.err, ContainsSubstring("apt-get install"));
        return run.out;
    };
    const std::string done = "generate     done";
    const std::string upToDate = "generate     up to date";
    CHECK_THAT(generate(ASLOG_COMMAND), StartsWith(done));
    CHECK_THAT(generate(ASLOG_COMMAND), StartsWith(upToDate));
    // The same commit, but not the same program: sources that are not committed.
    const std::string changed = folder / "aslog";
    writeFile(changed, readFile(ASLOG_COMMAND) + "x");
    fs::permissions(changed, fs::perms::owner_all);
    CHECK_THAT(generate(changed), StartsWith(done));
    CHECK_THAT(generate(changed), StartsWith(upToDate));
    const Json stamp = readJson(folder / "run" / "steps" / "generate.json");
    CHECK_THAT(stamp.at("tools").at("aslog").get<std::string>(), StartsWith("0."));
    CHECK(readJson(folder / "run" / "rtl" / "manifest.json").at("tools") == stamp.at("tools"));
}

TEST_CASE(
    "generate does not replace a user's Verilog, a hand edit or its own input unless forced") {
    const TemporaryFolder folder;
    writeFile(folder / "own" / "rtl" / "my_soc.v", "module my_soc; endmodule");
    const Run own = runAslog({"generate", kSpec, "-o", folder / "own"});
    CHECK(own.exitCode == 2);
    CHECK_THAT(own.err, ContainsSubstring("rtl/my_soc.v") && ContainsSubstring("--force"));
    CHECK(readFile(folder / "own" / "rtl" / "my_soc.v") == "module my_soc; endmodule");

    const std::string run = generated(folder);
    const fs::path ae = fs::path(run) / "rtl" / "aslog_ae.v";
    writeFile(ae, "// mine");
    for (const char* command : {"generate", "flow"}) {
        const Run refused = runAslog({command, kOtherSpec, "-o", run});
        INFO(command);
        CHECK(refused.exitCode == 2);
        CHECK_THAT(refused.err, ContainsSubstring("rtl/aslog_ae.v"));
        CHECK(readFile(ae) == "// mine");
    }
    CHECK(runAslog({"generate", kSpec, "-o", run, "--force"}).exitCode == 0);
    CHECK(readFile(ae) != "// mine");

    writeFile(folder / "mix" / "design.json", readFile(kSpec));
    const Run input =
        runAslog({"generate", folder / "mix" / "design.json", "-o", folder / "mix", "--force"});
    CHECK(input.exitCode == 2);
    CHECK(readFile(folder / "mix" / "design.json") == readFile(kSpec));
}

TEST_CASE("the Verilog lints with the command that the help shows") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const std::string help = runAslog({"generate", "--help"}).out;
    const std::size_t start = help.find("verilator --lint-only");
    REQUIRE(start != std::string::npos);
    const std::string command = help.substr(start, help.find('\n', start) - start);
    const Run lint = runProgram({"/bin/sh", "-c", "cd \"$0\" && " + command, run + "/rtl"});
    INFO(command << "\n" << lint.out << lint.err);
    CHECK(lint.exitCode == 0);
}

TEST_CASE("a flow for an FPGA ends with its synthesis, and is up to date then", "[long]") {
    const TemporaryFolder folder;
    const std::string spec = folder / "spec.json";
    writeFile(spec, R"({"name": "tiny", "target": "fpga", "array": {"rows": 1, "columns": 1}})");
    const std::vector<std::string> command = {"flow",    spec,     "-o",   folder / "run",
                                              "--quick", "--fpga", "ecp5", "--json"};
    const Run first = runAslog(command);
    INFO(first.err);
    REQUIRE(first.exitCode == 0);
    const Json result = Json::parse(first.out);
    CHECK(result.at("verify").at("passed") == true);
    const Json& suites = result.at("verify").at("suites");
    CHECK(std::ranges::count_if(
              suites, [](const Json& suite) { return suite.at("name") == "fashion_cnn"; }) == 1);
    CHECK(result.at("prove").at("passed") == true);
    std::set<std::string> names;
    for (const Json& array : result.at("fpga").at("arrays")) {
        names.insert(array.at("name"));
        CHECK(array.at("luts").get<int>() > 0);
    }
    for (const char* name : {"slogii", "slogii_no_bce", "int8_plain", "int8_recoded_no_bce"}) {
        CHECK(names.contains(name));
    }
    const Json again = Json::parse(runAslog(command).out);
    for (const Json& step : again.at("steps")) {
        CHECK(step.at("skipped") == true);
    }
    const Run mixed = runAslog({"flow", spec, "--fpga", "ecp5", "--tech", "osu018"});
    CHECK(mixed.exitCode == 2);
}

TEST_CASE("two commands do not work in one run folder at the same time") {
    const TemporaryFolder folder;
    const std::string run = generated(folder);
    const aslog::support::FolderLock lock(run);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"generate", kSpec, "-o", run},
          {"flow", kSpec, "-o", run},
          {"verify", run},
          {"prove", run},
          {"synth", run},
          {"power", run}}) {
        const Run refused = runAslog(command);
        INFO(command.front());
        CHECK(refused.exitCode == 1);
        CHECK_THAT(refused.err,
                   ContainsSubstring("in use by process " + std::to_string(::getpid())));
    }
}

TEST_CASE("a flow goes on where it was interrupted, in any folder: blanks, quotes, line breaks") {
    if (isMissing(kLibrary)) {
        SUCCEED();
        return;
    }
    const TemporaryFolder folder;
    const std::string odd = folder / "a b;c#d>e|f\"g'h{i$j\nk\xc3\xbc\\";
    const std::string run = odd + "/run";
    const std::string spec = odd + "/spec.json";
    const std::string cells = odd + "/cells.lib";
    writeFile(spec, kSmallestSpec);
    fs::copy(kLibrary, cells);
    for (const char* stage : {"prove", "synth/osu018", "verify"}) {
        writeFile(run + "/" + stage + "/notes.txt", "mine");
    }
    const std::vector<std::string> command = {"flow",    spec,        "-o",  run,
                                              "--quick", "--liberty", cells, "--json"};
    std::vector<std::string> stopped = {"timeout", "--preserve-status", "-s", "INT",
                                        "2",       ASLOG_COMMAND};
    stopped.insert(stopped.end(), command.begin(), command.end());
    const Run interrupted = runProgram(stopped);
    CHECK(interrupted.exitCode == 130);
    CHECK_THAT(interrupted.err, ContainsSubstring("interrupted"));
    CHECK_FALSE(fs::exists(run + "/synth/osu018/area.json"));

    const Run again = runAslog(command);
    INFO(again.err);
    REQUIRE(again.exitCode == 0);
    const Json result = Json::parse(again.out);
    CHECK(result.at("steps").at(0).at("name") == "generate");
    CHECK(result.at("steps").at(0).at("skipped") == true);
    CHECK(result.at("verify").at("passed") == true);
    CHECK(result.at("area").at("total_um2").get<double>() > 0);
    for (const char* file : {"area.svg", "report.txt", "power.svg", "power.txt"}) {
        INFO(file);
        CHECK(readFile(run + "/synth/osu018/" + file).size() > 500);
    }
    for (const auto& entry : fs::recursive_directory_iterator(run)) {
        INFO(entry.path());
        CHECK(entry.path().filename().string().find(".partial") == std::string::npos);
    }
    for (const char* stage : {"prove", "synth/osu018", "verify"}) {
        CHECK(readFile(run + "/" + stage + "/notes.txt") == "mine");
    }

    const Run last = runAslog(command);
    REQUIRE(last.exitCode == 0);
    const Json done = Json::parse(last.out);
    for (const Json& step : done.at("steps")) {
        CHECK(step.at("skipped") == true);
    }
    CHECK(
        runAslog({"verify", run, "--quick", "--netlist", "osu018", "--liberty", cells}).exitCode ==
        0);
}
