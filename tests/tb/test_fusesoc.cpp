// FuseSoC lints a generated core, bare and with its AXI4-Stream shell, and sees a fault in each.

#include "support/file.h"
#include "support/subprocess.h"
#include "support/tools.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;

bool lints(const tests::TemporaryFolder& folder, const std::string& target, const Design& design) {
    support::Command command;
    command.argv = {"fusesoc",
                    "--cores-root",
                    "rtl",
                    "run",
                    "--build-root",
                    "build",
                    "--target=" + target,
                    "aslog:arrays:" + design.spec.name};
    command.folder = folder.path();
    return support::runCaptured(command).result.ok();
}

TEST_CASE("FuseSoC takes a generated core") {
    try {
        support::findTool("fusesoc");
    } catch (const support::MissingTool&) {
        WARN("skipped: fusesoc not found");
        return;
    }
    for (const char* spec : {"tests/tb/specs/mutants_b.json", "tests/tb/specs/fpga.json"}) {
        INFO(spec);
        const tests::TemporaryFolder folder;
        const Design design = tb::test::generateInto(folder.path(), spec);
        CHECK(lints(folder, "lint", design));
        CHECK(lints(folder, "axis", design));
        const auto shell = folder / "rtl" / "aslog_axis.v";
        support::writeFile(shell, support::readFile(shell) + "module\n");
        CHECK(lints(folder, "lint", design));
        CHECK_FALSE(lints(folder, "axis", design));
        const auto array = folder / "rtl" / "aslog_pcf_array.v";
        support::writeFile(array, support::readFile(array) + "module\n");
        CHECK_FALSE(lints(folder, "lint", design));
    }
}

}  // namespace
