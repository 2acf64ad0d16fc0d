// The timing loop on a design of one slow sum, in the library that Debian packages.

#include <filesystem>
#include <map>
#include <string>

#include "flows/area.h"
#include "flows/array_design.h"
#include "flows/library/technology.h"
#include "flows/mapping/carry_save.h"
#include "flows/mapping/elaborate.h"
#include "flows/timing/timing_loop.h"
#include "support/file.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::flows;

namespace {

const fs::path kLibrary = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

// Two registered words, their sum, registered.
const std::string kVerilog = R"(
module slow_sum (input clk_i, input [19:0] a_i, b_i, output reg [19:0] s_o);
  reg [19:0] a_q, b_q;
  always @(posedge clk_i) begin
    a_q <= a_i;
    b_q <= b_i;
    s_o <= a_q + b_q;
  end
endmodule
module aslog_pcf_array (input clk_i, rst_ni, input [19:0] a_i, b_i, output [19:0] s_o);
  slow_sum u_sum (.clk_i(clk_i), .a_i(a_i), .b_i(b_i), .s_o(s_o));
endmodule
)";

class Bench {
  public:
    Bench()
        : flows_(aslog::support::dataFolder() / "flows"),
          workspace_(folder_ / "work"),
          technology_(readTechnology({.name = "osu018"})),
          liberty_(aslog::gates::LibertyFile::read(kLibrary)),
          library_(cellsOf(technology_, liberty_)),
          sta_(workspace_, kLibrary, library_, technology_.defaultMaxLoadFf, flows_ / "scripts"),
          models_(modelsFor(liberty_)),
          prover_(workspace_, 60),
          mapper_({workspace_,
                   technology_,
                   library_,
                   kLibrary,
                   mappingLibrary(),
                   flows_ / "scripts",
                   {readRecipes(flows_ / "recipes.json").front(), quickRecipe()},
                   models_,
                   prover_}),
          design_(smallestDesign()) {}

    // From the smallest of everything, at a period.
    ClosedArray close(double periodNs) {
        for (const auto& [module, candidate] : smallest_) {
            design_.choose(module, candidate);
        }
        FanoutRules rules;
        rules.buffers = technology_.buffers;
        rules.defaultMaxLoadFf = technology_.defaultMaxLoadFf;
        return closeTiming({workspace_, sta_, mapper_, rules, periodNs, true}, design_);
    }

    double logicUm2(const ClosedArray& closed) const {
        const AreaReport area = areaOf(closed.netlist, library_);
        return area.totalUm2 - area.fanoutUm2;
    }

    const ArrayDesign& design() const { return design_; }

  private:
    fs::path mappingLibrary() const {
        const fs::path file = workspace_.temporary("mapping.lib");
        aslog::support::writeFile(file, libraryForMapping(technology_, liberty_));
        return file;
    }

    Recipe quickRecipe() const {
        for (const Recipe& each : readRecipes(flows_ / "recipes.json")) {
            if (each.isQuick) {
                return each;
            }
        }
        throw std::runtime_error("there is no quick recipe");
    }

    ArrayDesign smallestDesign() {
        aslog::support::writeFile(folder_ / "rtl/sum.v", kVerilog);
        aslog::support::writeFile(folder_ / "rtl/files.f", "sum.v\n");
        const Variant variant{.name = "sum", .element = "sum", .folder = folder_ / "rtl"};
        ArrayDesign design(variant, elaborateVerilog(workspace_, technology_, flows_ / "scripts",
                                                     variant, {kArrayTop}, false)
                                        .front());
        for (const std::string& module : design.modules()) {
            const MappingRequest request{&design.words(), module, Method::Fused, kRippleOnly,
                                         false};
            design.choose(module, mapper_.map("map", {request}, 1).front()->front());
        }
        smallest_ = design.allChosen();
        return design;
    }

    aslog::tests::TemporaryFolder folder_;
    fs::path flows_;
    Workspace workspace_;
    Technology technology_;
    aslog::gates::LibertyFile liberty_;
    aslog::gates::CellLibrary library_;
    Sta sta_;
    aslog::gates::LogicModels models_;
    aslog::flows::Prover prover_;
    Mapper mapper_;
    std::map<std::string, Candidate> smallest_;
    ArrayDesign design_;
};

}  // namespace

TEST_CASE("The timing loop takes the smallest, exchanges what is too slow, and never gets worse") {
    if (!fs::exists(kLibrary)) {
        WARN("skipped: qflow-tech-osu018 not found");
        SUCCEED();
        return;
    }
    Bench bench;
    // Enough time: nothing is touched.
    const ClosedArray easy = bench.close(100);
    CHECK(easy.timing.slack.worstNs > 0);
    CHECK(easy.rounds == 1);
    CHECK(easy.choices.empty());
    const double smallestNs = easy.timing.minPeriodNs;
    REQUIRE(smallestNs > 1);

    // Too slow with the smallest sum, but a faster one is there.
    const double wantedNs = 0.8 * smallestNs;
    const ClosedArray met = bench.close(wantedNs);
    CHECK(met.timing.slack.worstNs >= 0);
    CHECK(met.timing.minPeriodNs <= 1.001 * wantedNs);
    REQUIRE(met.choices.size() == 1);
    CHECK(met.choices.front().module == "slow_sum");
    const Candidate& chosen = bench.design().chosen("slow_sum");
    CHECK(met.choices.front().recipe == chosen.recipe);
    CHECK(met.choices.front().rippleBits == chosen.rippleBits);
    CHECK(met.choices.front().addedUm2 > 0);
    CHECK(bench.logicUm2(met) - bench.logicUm2(easy) == Approx(met.choices.front().addedUm2));

    // Out of reach: the fastest is returned, and says that it is too slow.
    const double tooFastNs = 0.05 * smallestNs;
    const ClosedArray missed = bench.close(tooFastNs);
    CHECK(missed.timing.slack.worstNs < 0);
    CHECK(missed.timing.minPeriodNs < met.timing.minPeriodNs * 1.001);
    CHECK(missed.timing.minPeriodNs < smallestNs);
    REQUIRE(missed.choices.size() == 1);
    CHECK(bench.logicUm2(missed) - bench.logicUm2(easy) == Approx(missed.choices.front().addedUm2));
}
