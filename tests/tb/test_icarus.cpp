// Latches and gated clocks mean the same to Verilator, which orders everything beforehand, and to
// Icarus Verilog, which follows events: every output in every cycle.

#include "tb/array_bench.h"
#include "tb/random_traffic.h"
#include "tb/wrapper.h"
#include "tests/catch.h"
#include "tests/tb/icarus.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using namespace aslog::tb;

TEST_CASE("Icarus sees what Verilator sees") {
    const std::string spec = GENERATE(as<std::string>{}, "tests/tb/specs/mutants_a.json",
                                      "tests/tb/specs/mutants_b.json");
    const tests::TemporaryFolder folder;
    const Design design = test::generateInto(folder.path(), spec);
    const Device device = makeDevice(design, folder.path());
    const ModelSource source = arrayModel(device);
    const auto compiled = compileModels({source}, folder / "build");

    SuiteResult result;
    Recorder recorder(result);
    std::vector<RecordedCycle> recording;
    Random random(1);
    Model model(compiled.front().library, compiled.front().ports, {});
    model.recordTo(&recording);
    ArrayBench bench(device, model, recorder);
    TrafficGenerator generator(device, random);
    for (int i = 0; i < 20; ++i) {
        const Traffic traffic = generator.make(generator.drawOptions(60));
        bench.run(traffic, i % 2 == 0 ? noStalls() : randomStalls(random), random);
    }
    CHECK(result.comparisons > 0);
    CHECK(result.mismatches == 0);

    const auto outputs = test::replayInIcarus(source, recording, folder / "icarus");
    REQUIRE(outputs.size() == recording.size());
    const std::size_t validWord = firstWord(source.ports.outputs, "out_valid_o");
    const std::size_t dataWord = firstWord(source.ports.outputs, "out_data_o");
    std::size_t differences = 0;
    // Behind the reset; data counts while it is valid.
    for (std::size_t cycle = 5; cycle < recording.size(); ++cycle) {
        const bool isValid = recording[cycle].outputs[validWord] != 0;
        const std::size_t words = isValid ? outputs[cycle].size() : dataWord;
        for (std::size_t word = 0; word < words; ++word) {
            differences += outputs[cycle][word] == recording[cycle].outputs[word] ? 0 : 1;
        }
    }
    CHECK(recording.size() > 1000);
    CHECK(differences == 0);
}

}  // namespace
