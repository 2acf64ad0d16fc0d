// Latches and gated clocks mean the same to Verilator, which orders everything beforehand, and to
// Icarus Verilog, which follows events: every output in every cycle. Icarus starts from unknown
// values, and none of them may reach an output.

#include "tb/models/ports.h"
#include "tb/models/wrapper.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/random_traffic.h"
#include "tests/catch.h"
#include "tests/tb/icarus.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using namespace aslog::tb;

/// Bits that Icarus and Verilator see differently, and bits that Icarus does not know.
struct Differences {
    int different = 0;
    int unknown = 0;
};

/// All bits of the handshakes; data while it is valid.
Differences compare(const PortList& ports, const RecordedStep& step,
                    const test::IcarusOutputs& outputs) {
    Differences differences;
    for (const Port& port : ports.outputs) {
        const std::size_t first = firstWord(ports.outputs, port.name);
        const bool isValid = step.outputs[firstWord(ports.outputs, "out_valid_o")] != 0;
        if (port.name == "out_data_o" && !isValid) {
            continue;
        }
        for (int bit = 0; bit < port.bits; ++bit) {
            const std::size_t at = first * 32 + static_cast<std::size_t>(bit);
            const bool isUnknown = getBits(outputs.unknown, at, 1) != 0;
            differences.unknown += isUnknown ? 1 : 0;
            differences.different +=
                !isUnknown && getBits(outputs.ones, at, 1) != getBits(step.outputs, at, 1) ? 1 : 0;
        }
    }
    return differences;
}

/// Traffic with and without stalls, resets of every kind between.
std::vector<RecordedStep> record(const Device& device, const CompiledModel& compiled) {
    SuiteResult result;
    Recorder recorder(result);
    std::vector<RecordedStep> recording;
    Random random(1);
    Model model(compiled.sharedObject, compiled.ports, {});
    model.recordTo(&recording);
    ArrayBench bench(device, model, recorder);
    TrafficGenerator generator(device, random);
    const auto draw = [&] { return generator.make(generator.drawOptions(60)); };
    for (int i = 0; i < 20; ++i) {
        bench.run(draw(), i % 2 == 0 ? noStalls() : randomStalls(random), random);
        bench.runAndReset(draw(), randomStalls(random), random,
                          [](const RunProgress& progress) { return progress.cycles > 20; });
        generator.restart();
        bench.runFromReset(draw(), randomStalls(random), random, 2);
    }
    CHECK(result.comparisons > 0);
    const Mismatch first = result.first.value_or(Mismatch{});
    INFO(first.place.layer << ", cycle " << first.cycle << ": " << first.expected << ", seen "
                           << first.seen);
    CHECK(result.mismatches == 0);
    return recording;
}

TEST_CASE("Icarus sees what Verilator sees, and no unknown value reaches an output") {
    const std::string spec =
        GENERATE(as<std::string>{}, "tests/tb/specs/mutants_a.json",
                 "tests/tb/specs/mutants_b.json", "tests/tb/specs/mutants_c.json");
    const tests::TemporaryFolder folder;
    const Design design = test::generateInto(folder.path(), spec);
    const Device device = makeDevice(design, folder.path());
    const ModelSource source = arrayModel(device);
    const auto compiled = compileModels({source}, folder / "build");
    const std::vector<RecordedStep> recording = record(device, compiled.front());
    const auto outputs = test::replayInIcarus(source, recording, folder / "icarus");
    REQUIRE(outputs.size() == recording.size());

    // The first steps are the power-on (ArrayBench).
    constexpr std::size_t kPowerOn = 2;
    Differences differences;
    for (std::size_t i = kPowerOn; i < recording.size(); ++i) {
        const Differences here = compare(source.ports, recording[i], outputs[i]);
        differences.different += here.different;
        differences.unknown += here.unknown;
    }
    CHECK(recording.size() > 1000);
    CHECK(differences.different == 0);
    CHECK(differences.unknown == 0);
}

}  // namespace
