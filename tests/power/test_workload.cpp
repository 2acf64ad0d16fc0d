// What the arrays are given: the same activations, whether they drop columns or not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "examples/networks/example_workload.h"
#include "generator/elab/design.h"
#include "power/workload.h"
#include "run/run_folder.h"
#include "support/file.h"
#include "tb/models/device.h"
#include "tb/models/ports.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;

/// Output values of a traffic, in order.
std::vector<int> outputsOf(const tb::Device& device, const tb::Traffic& traffic) {
    const auto bits = static_cast<std::size_t>(device.numerics.outputBits);
    std::vector<int> values;
    for (std::size_t beat = 0; beat < traffic.outputs.beats(); ++beat) {
        for (int lane = 0; lane < device.shape.lanes; ++lane) {
            const std::size_t at = static_cast<std::size_t>(lane) * bits;
            values.push_back(static_cast<int>(
                tb::getBits(traffic.outputs.beat(beat), at, device.numerics.outputBits)));
        }
    }
    return values;
}

}  // namespace

TEST_CASE(
    "A baseline that drops columns gets the layer's own activations, and nearly its outputs") {
    const tests::TemporaryFolder folder;
    support::writeFile(folder / "spec.json",
                       R"({"name": "cut", "array": {"rows": 16, "columns": 4},
                           "format": {"levels": [0, 1, 2, 3, 4, 6, 8], "dropped_bits": 3}})");
    const Design design = designFromSpecFile(folder / "spec.json");
    static_cast<void>(writeRunFolder(design, folder / "run"));
    power::Workload workload = examples::exampleWorkload(design, 1);
    workload.beats = 240;
    for (const auto& [exactName, cutName] :
         {std::pair("int4_booth", "int4_booth_d2"), std::pair("int4_pair", "int4_pair_d2"),
          std::pair("int8_recoded", "int8_recoded_d6")}) {
        INFO(cutName);
        const tb::Device exact = tb::makeBaselineDevice(design, exactName, folder / "run");
        const tb::Device cut = tb::makeBaselineDevice(design, cutName, folder / "run");
        const auto ofExact = power::trafficOf(workload, exact);
        const auto ofCut = power::trafficOf(workload, cut);
        REQUIRE(ofExact.size() == ofCut.size());
        REQUIRE(ofExact.size() == 2);  // layers
        std::size_t outputs = 0;
        std::size_t near = 0;
        std::size_t same = 0;
        for (std::size_t i = 0; i < ofExact.size(); ++i) {
            const tb::Traffic& a = ofExact[i].traffic;
            const tb::Traffic& b = ofCut[i].traffic;
            REQUIRE(a.activations.beats() == b.activations.beats());
            for (std::size_t beat = 0; beat < a.activations.beats(); ++beat) {
                REQUIRE(std::ranges::equal(a.activations.beat(beat), b.activations.beat(beat)));
            }
            const std::vector<int> whole = outputsOf(exact, a);
            const std::vector<int> dropped = outputsOf(cut, b);
            REQUIRE(whole.size() == dropped.size());
            for (std::size_t k = 0; k < whole.size(); ++k) {
                ++outputs;
                same += whole[k] == dropped[k] ? 1 : 0;
                near += std::abs(whole[k] - dropped[k]) <= 8 ? 1 : 0;
            }
        }
        CHECK(outputs > 100);
        CHECK(same < outputs);  // what is expected of an array that drops columns is its own
        CHECK(static_cast<double>(near) > 0.9 * static_cast<double>(outputs));
    }
}
