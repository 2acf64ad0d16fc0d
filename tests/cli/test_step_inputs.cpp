// "Up to date" sees everything that a step of `aslog flow` depends on, and nothing else.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/step_inputs.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tb/suites/suites.h"
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
        for (const char* name :
             {"tb/adapter", "flows/scripts", "flows/tech/osu018", "prove/models"}) {
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
        writeFile(data("library.lib"), "library (a) { }");
        synth.technology.liberty = {data("library.lib")};
        for (const char* tool :
             {"verilator", "g++", "yosys", "z3", "sta", "make", "nextpnr-ice40"}) {
            tools.setVersion(tool, "1.0");
        }
        synth.clockMhz = 100;
        fpga.family = "ice40";
        fpga.clockMhz = 50;
        writeFile(data("synthesis/area.json"), "area");
        writeFile(data("synthesis/netlists/slogii.v"), "netlist");
    }

    fs::path data(const std::string& name) const { return folder_ / name; }

    // By the letter of the step, as the table of changes names them.
    std::map<char, StepInputs> inputs() const {
        return {{'v', verifyInputs(verify, rtl)},
                {'p', proveInputs(rtl)},
                {'s', synthInputs(synth, rtl)},
                {'f', fpgaInputs(fpga, rtl)},
                {'e', powerInputs(power, data("synthesis"))}};
    }

    tb::VerifyOptions verify;
    flows::SynthOptions synth;
    flows::FpgaOptions fpga;
    PowerCommand power;
    std::string rtl = "rtl";
    tests::ToolsFolder tools;

  private:
    tests::TemporaryFolder folder_;
    tests::Environment dataFolder_{"ASLOG_DATA_DIR", folder_.path().string()};
};

struct Change {
    const char* what;
    std::function<void(Fixture&)> make;
    std::string steps;  // verify, prove, synth, fpga, (e)nergy: those that have to run again
};

const std::vector<Change> kChanges = {
    {"nothing", [](Fixture&) {}, ""},
    {"rtl", [](Fixture& f) { f.rtl = "other"; }, "vpsf"},
    {"seed", [](Fixture& f) { f.verify.seed = 2; }, "v"},
    {"quick", [](Fixture& f) { f.verify.quick = true; }, "v"},
    {"verilator", [](Fixture& f) { f.tools.setVersion("verilator", "2.0"); }, "v"},
    {"g++", [](Fixture& f) { f.tools.setVersion("g++", "2.0"); }, "v"},
    {"yosys", [](Fixture& f) { f.tools.setVersion("yosys", "2.0"); }, "psf"},
    {"sta", [](Fixture& f) { f.tools.setVersion("sta", "2.0"); }, "s"},
    {"router", [](Fixture& f) { f.tools.setVersion("nextpnr-ice40", "2.0"); }, "f"},
    {"FPGA's clock", [](Fixture& f) { f.fpga.clockMhz = 51; }, "f"},
    {"placements", [](Fixture& f) { f.fpga.seeds = 7; }, "f"},
    {"make", [](Fixture& f) { f.tools.setVersion("make", "2.0"); }, ""},
    {"adapter", [](Fixture& f) { writeFile(f.data("tb/adapter/adapter.cpp"), "x"); }, "v"},
    {"images", [](Fixture& f) { writeFile(f.data("images"), "x"); }, "ve"},
    {"no images", [](Fixture& f) { fs::remove(f.data("images")); }, "ve"},
    {"network", [](Fixture& f) { writeFile(f.data("examples/fashion_cnn/fashion_cnn.onnx"), "x"); },
     "ve"},
    {"README", [](Fixture& f) { writeFile(f.data("examples/fashion_cnn/README.md"), "x"); }, ""},
    {"library", [](Fixture& f) { writeFile(f.data("library.lib"), "library (b) { }"); }, "s"},
    {"clock", [](Fixture& f) { f.synth.clockMhz = 101; }, "s"},
    {"flat", [](Fixture& f) { f.synth.flat = true; }, "s"},
    {"arrays", [](Fixture& f) { f.synth.arrays = {"int8_pair"}; }, "s"},
    {"FPGA's arrays", [](Fixture& f) { f.fpga.arrays = {"int8_pair"}; }, "f"},
    {"time all", [](Fixture& f) { f.synth.timeAll = true; }, "s"},
    {"recipes", [](Fixture& f) { writeFile(f.data("flows/recipes.json"), "x"); }, "s"},
    {"script", [](Fixture& f) { writeFile(f.data("flows/scripts/map.ys"), "x"); }, "s"},
    {"cells", [](Fixture& f) { writeFile(f.data("flows/tech/osu018/cells.v"), "x"); }, "s"},
    {"other technology", [](Fixture& f) { writeFile(f.data("flows/tech/x/cells.v"), "x"); }, ""},
    {"jobs", [](Fixture& f) { f.synth.jobs = 7; }, ""},
    {"z3", [](Fixture& f) { f.tools.setVersion("z3", "2.0"); }, "p"},
    {"models", [](Fixture& f) { writeFile(f.data("prove/models/x.v"), "x"); }, "p"},
    {"netlist", [](Fixture& f) { writeFile(f.data("synthesis/netlists/slogii.v"), "x"); }, "e"},
    {"timing", [](Fixture& f) { writeFile(f.data("synthesis/timing.json"), "x"); }, "e"},
    {"area", [](Fixture& f) { writeFile(f.data("synthesis/area.json"), "x"); }, "e"},
    {"beats", [](Fixture& f) { f.power.beats = 7; }, "e"},
    {"pictures", [](Fixture& f) { f.power.images = 7; }, "e"},
};

}  // namespace

TEST_CASE("A changed input of each kind makes the steps that depend on it run again, only them") {
    for (const Change& change : kChanges) {
        INFO(change.what);
        Fixture fixture;
        const auto before = fixture.inputs();
        change.make(fixture);
        std::string changed;
        for (const char step : std::string("vpsfe")) {
            if (fixture.inputs().at(step) != before.at(step)) {
                changed += step;
            }
        }
        CHECK(changed == change.steps);
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

TEST_CASE("A network is quantised anew for every width of an array, and for no other reason") {
    const tests::TemporaryFolder folder;
    writeFile(folder / "net.onnx", "network");
    ptq::FloatTensor pictures;
    pictures.shape = {1, 1, 1, 2};
    pictures.data = {0.5F, 1.0F};
    ptq::NumberFormat format;
    format.numerics.mu = golden::MuSpec{};
    const auto inputs = [&] { return quantizeInputs(folder / "net.onnx", pictures, format); };
    const StepInputs before = inputs();
    CHECK(inputs() == before);
    const std::vector<std::function<void()>> changes = {
        [&] { format.element = "int4_pair"; },
        [&] { format.slog.weightBits = 5; },
        [&] { format.slog.sqrt2Steps = 0; },
        [&] { format.slog.zero = false; },
        [&] { format.slog.activationBits = 4; },
        [&] { format.slog.levels = {0, 1, 2, 3, 4, 6, 8}; },
        [&] { format.slog.droppedBits = 3; },
        [&] { format.numerics.mu.reset(); },
        [&] { format.numerics.mu->bits = 5; },
        [&] { format.numerics.mu->sqrt2Steps = 1; },
        [&] { format.numerics.mu->fractionBits = 5; },
        [&] { format.numerics.maxTaps = 100; },
        [&] { format.numerics.accumulatorBits = 20; },
        [&] { format.numerics.outputBits = 7; },
        [&] { format.numerics.scaleBits = 6; },
        [&] { format.numerics.shiftMin = 12; },
        [&] { format.numerics.shiftMax = 20; },
        [&] { pictures.data[0] = 0; },
        [&] { writeFile(folder / "net.onnx", "another"); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        INFO("change " << i);
        const ptq::NumberFormat ownFormat = format;
        const ptq::FloatTensor ownPictures = pictures;
        changes[i]();
        CHECK(inputs() != before);
        format = ownFormat;
        pictures = ownPictures;
    }
}
