// "Up to date" sees everything that a step of `aslog flow` depends on, and nothing else.

#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "cli/step_inputs.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tb/suites.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"
#include "tests/tools_folder.h"

namespace fs = std::filesystem;
using namespace aslog;
using namespace aslog::cli;
using support::writeFile;

namespace {

// Data files of aslog and tools that the test may change.
class Fixture {
  public:
    Fixture() {
        const fs::path source = ASLOG_SOURCE_DIR;
        for (const char* name : {"tb/adapter", "flows/scripts", "flows/tech/osu018"}) {
            fs::create_directories(data(name).parent_path());
            fs::copy(source / name, data(name), fs::copy_options::recursive);
        }
        fs::create_directories(data("rtl_templates"));
        writeFile(data("flows/recipes.json"), "{}");
        writeFile(data("examples/fashion_cnn/fashion_cnn.onnx"), "network");
        support::Json set = support::readJson(source / "examples" / "data" / "fashion_mnist.json");
        set["images"] = data("images").string();
        support::writeJson(data("examples/data/fashion_mnist.json"), set);
        writeFile(data("images"), "images");
        writeFile(data("library.lib"), "library");
        for (const char* tool : {"verilator", "g++", "yosys", "sta", "make"}) {
            tools.setVersion(tool, "1.0");
        }
        synth.clockMhz = 100;
    }

    fs::path data(const std::string& name) const { return folder_ / name; }
    StepInputs verifyNow() const { return verifyInputs(verify, rtl); }
    StepInputs synthNow() const { return synthInputs(synth, rtl, data("library.lib")); }

    tb::VerifyOptions verify;
    flows::SynthOptions synth;
    std::string rtl = "rtl";
    tests::ToolsFolder tools;

  private:
    tests::TemporaryFolder folder_;
    tests::Environment dataFolder_{"ASLOG_DATA_DIR", folder_.path().string()};
};

struct Change {
    const char* what;
    std::function<void(Fixture&)> make;
    bool ofVerify;
    bool ofSynth;
};

const std::vector<Change> kChanges = {
    {"nothing", [](Fixture&) {}, false, false},
    {"rtl", [](Fixture& f) { f.rtl = "other"; }, true, true},
    {"seed", [](Fixture& f) { f.verify.seed = 2; }, true, false},
    {"quick", [](Fixture& f) { f.verify.quick = true; }, true, false},
    {"verilator", [](Fixture& f) { f.tools.setVersion("verilator", "2.0"); }, true, false},
    {"g++", [](Fixture& f) { f.tools.setVersion("g++", "2.0"); }, true, false},
    {"yosys", [](Fixture& f) { f.tools.setVersion("yosys", "2.0"); }, false, true},
    {"sta", [](Fixture& f) { f.tools.setVersion("sta", "2.0"); }, false, true},
    {"make", [](Fixture& f) { f.tools.setVersion("make", "2.0"); }, false, false},
    {"adapter", [](Fixture& f) { writeFile(f.data("tb/adapter/adapter.cpp"), "x"); }, true, false},
    {"images", [](Fixture& f) { writeFile(f.data("images"), "x"); }, true, false},
    {"no images", [](Fixture& f) { fs::remove(f.data("images")); }, true, false},
    {"network", [](Fixture& f) { writeFile(f.data("examples/fashion_cnn/fashion_cnn.onnx"), "x"); },
     true, false},
    {"README", [](Fixture& f) { writeFile(f.data("examples/fashion_cnn/README.md"), "x"); }, false,
     false},
    {"library", [](Fixture& f) { writeFile(f.data("library.lib"), "x"); }, false, true},
    {"clock", [](Fixture& f) { f.synth.clockMhz = 101; }, false, true},
    {"flat", [](Fixture& f) { f.synth.flat = true; }, false, true},
    {"time all", [](Fixture& f) { f.synth.timeAll = true; }, false, true},
    {"recipes", [](Fixture& f) { writeFile(f.data("flows/recipes.json"), "x"); }, false, true},
    {"script", [](Fixture& f) { writeFile(f.data("flows/scripts/map.ys"), "x"); }, false, true},
    {"cells", [](Fixture& f) { writeFile(f.data("flows/tech/osu018/cells.v"), "x"); }, false, true},
    {"other technology", [](Fixture& f) { writeFile(f.data("flows/tech/x/cells.v"), "x"); }, false,
     false},
    {"jobs", [](Fixture& f) { f.synth.jobs = 7; }, false, false},
};

}  // namespace

TEST_CASE("A changed input of each kind makes the steps that depend on it run again, only them") {
    for (const Change& change : kChanges) {
        INFO(change.what);
        Fixture fixture;
        const StepInputs verify = fixture.verifyNow();
        const StepInputs synth = fixture.synthNow();
        change.make(fixture);
        CHECK((fixture.verifyNow() != verify) == change.ofVerify);
        CHECK((fixture.synthNow() != synth) == change.ofSynth);
    }
}

TEST_CASE("The spec decides what generate makes") {
    const fs::path examples = fs::path(ASLOG_SOURCE_DIR) / "examples";
    const auto inputs = [&](const char* name) {
        return generateInputs(designFromSpecFile(examples / name));
    };
    CHECK(inputs("tiny_3x5.json") == inputs("tiny_3x5.json"));
    CHECK(inputs("tiny_3x5.json") != inputs("small_4x4.json"));
}
