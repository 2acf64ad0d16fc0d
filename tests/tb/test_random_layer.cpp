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

TEST_CASE("A legal layer is found for every spec of the range, a large mu included") {
    for (const ArchSpec& spec : test::drawPairwise(40, 1).specs) {
        INFO(test::describe(spec));
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
}

}  // namespace
}  // namespace aslog::tb
