// Layers that the suites draw are legal, whatever the spec.
#include "generator/elab/design.h"
#include "golden/layer/conv.h"
#include "run/run_folder.h"
#include "support/diagnostics.h"
#include "tb/models/device.h"
#include "tb/streams/random_layer.h"
#include "tests/catch.h"
#include "tests/tb/pairwise.h"
#include "tests/temporary_folder.h"

namespace aslog::tb {
namespace {

TEST_CASE("A legal layer is found for specs of the whole range, a large mu included") {
    int checked = 0;
    for (const ArchSpec& spec : test::drawPairwise(40, 1).specs) {
        INFO(test::describe(spec));
        constexpr int kSmall = 600;  // formats are what matters; large arrays take time to write
        if (spec.array.rows * spec.array.columns > kSmall) {
            continue;
        }
        ++checked;
        support::Diagnostics diagnostics;
        const tests::TemporaryFolder folder;
        const Design design = elaborate(spec, diagnostics);
        (void)writeRunFolder(design, folder.path());
        const Device device = makeDevice(design, folder.path());
        Random random(1);
        for (int round = 0; round < 30; ++round) {
            INFO("round " << round);
            const RandomLayer drawn = drawLayer(device, drawShape(device, random), random);
            CHECK_NOTHROW(golden::checkLayer(drawn.layer, device.numerics));
        }
    }
    CHECK(checked > 20);
}

}  // namespace
}  // namespace aslog::tb
