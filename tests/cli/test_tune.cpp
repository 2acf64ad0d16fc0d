// aslog tune, as a user runs it: on the array that costs the least time.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/cli/smallest_run.h"
#include "tests/temporary_folder.h"
#include "tests/tools_folder.h"

namespace {

namespace fs = std::filesystem;
using aslog::support::Json;
using aslog::support::readJson;
using aslog::support::writeFile;
using aslog::tests::isMissing;
using aslog::tests::kLibrary;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::smallestSpec;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

const std::string kModel = ASLOG_SOURCE_DIR "/examples/fashion_cnn/fashion_cnn.onnx";
const std::string kPictures = ASLOG_SOURCE_DIR "/examples/data/fashion_mnist_calib.json";

/// The trial of that name.
Json trialNamed(const Json& result, const std::string& name) {
    for (const Json& trial : result.at("arrays")) {
        if (trial.at("name") == name) {
            return trial;
        }
    }
    FAIL("no trial " << name);
    return {};
}

}  // namespace

TEST_CASE("A search measures every format and array, shows the front, and goes on where it was") {
    if (isMissing(kLibrary)) {
        return;
    }
    const TemporaryFolder folder;
    const std::vector<std::string> command = {"tune",
                                              smallestSpec(folder),
                                              "--levels",
                                              "0,1,2,3,4,6,8",
                                              "--levels",
                                              "0,1,2,4,8",
                                              "--dropped-bits",
                                              "2,15",
                                              "--pixels",
                                              "2",
                                              "-o",
                                              folder / "tune",
                                              "--beats",
                                              "16",
                                              "--json"};
    const Run first = runAslog(command);
    INFO(first.err);
    REQUIRE(first.exitCode == 0);
    const Json result = Json::parse(first.out);
    CHECK(result == readJson(folder / "tune" / "tune.json"));
    CHECK(result.at("arrays").size() == 5);  // one slot count, one lane for one column
    CHECK(result.at("clock_mhz") == 100);
    CHECK(result.at("measured_with").at("library").at("name") == "osu018_stdcells");
    REQUIRE(result.at("layers").size() == 2);

    const Json own = trialNamed(result, "0_1_2_4_6_8_12_16-d0-p2-r1-l1");
    const Json cut = trialNamed(result, "0_1_2_3_4_6_8-d2-p2-r1-l1");
    const Json coarse = trialNamed(result, "0_1_2_4_8-d2-p2-r1-l1");
    CHECK(own.at("noise") < cut.at("noise"));
    CHECK(cut.at("noise") < coarse.at("noise"));
    CHECK(own.at("area_um2_per_mac") > cut.at("area_um2_per_mac"));
    CHECK(cut.at("area_um2_per_mac") > coarse.at("area_um2_per_mac"));
    for (const Json& trial : {own, cut, coarse}) {
        CHECK(trial.at("on_front") == true);
        CHECK(trial.at("reason").is_null());
        const fs::path run = trial.at("folder").get<std::string>();
        CHECK(readJson(run / "synth" / "osu018" / "area.json").at("per_mac_um2") ==
              trial.at("area_um2_per_mac"));
        const Json measured = readJson(run / "synth" / "osu018" / "power.json");
        CHECK(measured.at("layers") == result.at("layers"));
        const Json& power = measured.at("array");
        CHECK(1000 * power.at("pj_per_mac").get<double>() == trial.at("fj_per_mac"));
    }
    const Json impossible = trialNamed(result, "0_1_2_3_4_6_8-d15-p2-r1-l1");
    CHECK(impossible.at("on_front") == false);
    CHECK_THAT(impossible.at("reason").get<std::string>(), ContainsSubstring("dropped_bits"));

    // Nothing is measured twice; what was taken away is measured again.
    const fs::path kept = fs::path(own.at("folder").get<std::string>()) / "synth" / "osu018";
    const fs::path lost = fs::path(cut.at("folder").get<std::string>()) / "synth" / "osu018";
    const auto before = fs::last_write_time(kept / "area.json");
    fs::remove(lost / "area.json");
    const Run second = runAslog(command);
    CHECK(second.exitCode == 0);
    CHECK(fs::last_write_time(kept / "area.json") == before);
    CHECK(fs::exists(lost / "area.json"));
    CHECK(Json::parse(second.out) == result);
}

TEST_CASE("A tool that fails for one array ends that array, not the search") {
    if (isMissing(kLibrary)) {
        return;
    }
    const TemporaryFolder folder;
    // A yosys that fails in the folder of one array.
    fs::create_directories(folder / "tools");
    const fs::path tool = fs::path(folder / "tools") / "yosys";
    writeFile(tool,
              "#!/bin/sh\ncase \"$PWD\" in *-d2-p2-*) echo broken >&2; exit 1 ;; esac\n"
              "PATH=${PATH#*:} exec yosys \"$@\"\n");
    fs::permissions(tool, fs::perms::owner_all);
    const std::string path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
    const std::vector<std::string> command = {"tune",
                                              smallestSpec(folder),
                                              "--levels",
                                              "0,1,2,3,4,6,8",
                                              "--dropped-bits",
                                              "2,3",
                                              "--pixels",
                                              "2",
                                              "-o",
                                              folder / "tune",
                                              "--beats",
                                              "16",
                                              "--json"};
    {
        const aslog::tests::Environment broken("PATH", tool.parent_path().string() + ":" + path);
        const Run run = runAslog(command);
        INFO(run.err);
        CHECK(run.exitCode == 1);
        const Json result = Json::parse(run.out);
        const Json failed = trialNamed(result, "0_1_2_3_4_6_8-d2-p2-r1-l1");
        CHECK(failed.at("on_front") == false);
        CHECK_THAT(failed.at("reason").get<std::string>(), ContainsSubstring("failed: "));
        CHECK(trialNamed(result, "0_1_2_3_4_6_8-d3-p2-r1-l1").at("reason").is_null());
    }
    const Run again = runAslog(command);
    CHECK(again.exitCode == 0);
    CHECK(trialNamed(Json::parse(again.out), "0_1_2_3_4_6_8-d2-p2-r1-l1").at("reason").is_null());
}

TEST_CASE(
    "With a network, noise is that of its layers, and a format that it has no room for is said") {
    if (isMissing(kLibrary) || isMissing("/usr/share/datasets/fashion-mnist")) {
        return;
    }
    const TemporaryFolder folder;
    const Run run =
        runAslog({"tune", smallestSpec(folder), "--levels", "0,1,2,3,4,6,8", "--dropped-bits",
                  "0,5", "--pixels", "2", "-o", folder / "tune", "--beats", "16", "--net", kModel,
                  "--calib", kPictures, "--images", "16", "--json"});
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    const Json result = Json::parse(run.out);
    CHECK_THAT(result.at("noise_of").get<std::string>(), ContainsSubstring("fashion_cnn.onnx"));
    const Json exact = trialNamed(result, "0_1_2_3_4_6_8-d0-p2-r1-l1");
    const Json cut = trialNamed(result, "0_1_2_3_4_6_8-d5-p2-r1-l1");
    CHECK(exact.at("noise") > 0);
    if (cut.at("reason").is_null()) {
        CHECK(exact.at("noise") < cut.at("noise"));
    }
    CHECK(fs::exists(folder / "tune" / "networks" / "0_1_2_3_4_6_8-d0.aslog"));
}

TEST_CASE("All arrays of a search run the same layers, however few rows and units they have") {
    if (isMissing(kLibrary)) {
        return;
    }
    const TemporaryFolder folder;
    writeFile(
        folder / "spec.json",
        R"({"name": "lanes", "format": {"sqrt2_steps": 4}, "array": {"rows": 16, "columns": 16},
                  "bias_correction": {"enabled": false}})");
    const Run run = runAslog({"tune", folder / "spec.json", "--levels", "0,1,2,4,6,8,12,16",
                              "--dropped-bits", "0", "--pixels", "2", "--lanes", "2,1", "-o",
                              folder / "tune", "--beats", "16", "--json"});
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    const Json result = Json::parse(run.out);
    REQUIRE(result.at("arrays").size() == 2);
    for (const Json& trial : result.at("arrays")) {
        const fs::path folderOf = trial.at("folder").get<std::string>();
        CHECK(readJson(folderOf / "synth" / "osu018" / "power.json").at("layers") ==
              result.at("layers"));
    }
}

TEST_CASE("What is the user's in the folder of a search stays the user's") {
    const TemporaryFolder folder;
    const std::string spec = smallestSpec(folder);
    fs::create_directories(folder / "mine");
    writeFile(folder / "mine" / "report.txt", "mine");
    const Run foreign = runAslog({"tune", spec, "-o", folder / "mine"});
    CHECK(foreign.exitCode == 2);
    CHECK_THAT(foreign.err, ContainsSubstring("not of a search"));
    CHECK(aslog::support::readFile(folder / "mine" / "report.txt") == "mine");

    fs::create_directories(folder / "tune" / "some");
    fs::copy(spec, folder / "tune" / "some" / "spec.json");
    const Run inside =
        runAslog({"tune", folder / "tune" / "some" / "spec.json", "-o", folder / "tune"});
    CHECK(inside.exitCode == 2);
    CHECK_THAT(inside.err, ContainsSubstring("lies in the folder that the search writes"));
}

TEST_CASE("What a search can not do is refused before anything is measured") {
    const TemporaryFolder folder;
    const std::string spec = smallestSpec(folder);
    writeFile(folder / "fpga.json", R"({"name": "small", "target": "fpga"})");
    struct Case {
        std::vector<std::string> arguments;
        std::string message;
    };
    const std::vector<Case> cases = {
        {{"tune", spec, "--levels", "0,1,two"}, "\"two\" is no level"},
        {{"tune", spec, "--levels", "0,1,-2"}, "\"-2\" is no level"},
        {{"tune", spec, "--levels", ""}, "is no level"},
        {{"tune", spec, "--levels", "0,1,4,2,8"}, "does not ascend"},
        {{"tune", spec, "--levels", "0,1,2"}, "--levels 0,1,2: "},
        {{"tune", spec, "--dropped-bits", "21"}, "21"},
        {{"tune", spec, "--net", kModel}, "--net and --calib go together"},
        {{"tune", folder / "fpga.json"}, "standard cells"},
        {{"tune", folder / "missing.json"}, "missing.json"}};
    for (const Case& each : cases) {
        const Run run = runAslog(each.arguments);
        CHECK(run.exitCode == 2);
        CHECK_THAT(run.err, ContainsSubstring(each.message));
    }
}
