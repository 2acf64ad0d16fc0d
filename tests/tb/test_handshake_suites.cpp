// Faults of who waits for whom, of resets and of clock enables, each in Verilog that is right but
// for it: the suite that is there for such faults finds it.

#include <string>
#include <vector>

#include "generator/spec/fields.h"
#include "support/file.h"
#include "tb/models/device.h"
#include "tb/streams/control_model.h"
#include "tb/streams/coverage.h"
#include "tb/streams/stalls.h"
#include "tb/verify.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using namespace aslog::tb;

/// Text of a file of rtl/, there once, and what becomes of it.
struct Fault {
    const char* what;
    const char* suite;
    std::string from;
    std::string to;
    const char* file = "aslog_control.v";
    const char* spec = "tests/tb/specs/mutants_a.json";
};

constexpr const char* kRegister = "aslog_stream_register.v";
constexpr const char* kRegistered = "tests/tb/specs/mutants_c.json";
constexpr const char* kFpga = "tests/tb/specs/fpga.json";

const std::vector<Fault> kFaults = {
    {"valid waits for ready", "array_waits", "out_valid_o = scale_valid_q;",
     "out_valid_o = scale_valid_q & out_ready_i;"},
    {"weights wait for an activation", "array_waits", "wgt_ready_o = awake_q & ~shadow_full_q;",
     "wgt_ready_o = awake_q & ~shadow_full_q & act_valid_i;"},
    {"an output is withdrawn after 512 cycles", "array_waits", "out_valid_o = scale_valid_q;",
     "out_valid_o = scale_valid_q & ~waited_q[9];\n"
     "  reg [9:0] waited_q;\n"
     "  always @(posedge clk_i)\n"
     "    waited_q <= (scale_valid_q & ~out_ready_i) ? waited_q + {9'd0, ~waited_q[9]} : 10'd0;"},
    {"the load pointer needs an edge for its reset", "array_resets",
     "assign load_group = load_q;\n      always @(posedge clk_i or negedge rst_ni)",
     "assign load_group = load_q;\n      always @(posedge clk_i)"},
    {"the drain pointer needs an edge for its reset", "array_resets",
     "assign drain_select_o = drain_q;\n      always @(posedge clk_i or negedge rst_ni)",
     "assign drain_select_o = drain_q;\n      always @(posedge clk_i)"},
    {"weights are ready during reset", "array_resets", "wgt_ready_o = awake_q & ~shadow_full_q;",
     "wgt_ready_o = ~shadow_full_q;"},
    {"activations are ready as soon as reset is released", "array_resets",
     "act_ready_o = awake_q &", "act_ready_o = rst_ni &"},
    {"an activation waits for the parameters", "array_waits", "(~lane_valid_q | lane_frees)",
     "(~lane_valid_q | lane_moves)"},
    {"a beat waits for its tile outside", "array_waits", "(~lane_valid_q | lane_frees)",
     "(~lane_valid_q | lane_frees) & (~act_swap_i | shadow_full)"},
    {"a beat does not wait for its tile", "array_waits", "~lane_waits_q & (~tree_valid_q | acc_en)",
     "(~tree_valid_q | acc_en)"},
    {"an activation on offer when reset is released is lost", "array_resets",
     "wire              lane_en = act_valid_i & act_ready_o;",
     "wire              lane_en = act_valid_i & act_ready_o & ~fresh_q;\n"
     "  reg               fresh_q;\n"
     "  always @(posedge clk_i or negedge rst_ni)\n"
     "    if (!rst_ni) fresh_q <= 1'b1;\n"
     "    else fresh_q <= ~awake_q;"},
    {"first does not abandon a window", "array_random",
     "tree_read_q <= lane_slot_q & {Pixels{~lane_first_q}};",
     "tree_read_q <= lane_slot_q & ({Pixels{~lane_first_q}} | started);\n"
     "        started <= lane_last_q ? started & ~lane_slot_q : started | lane_slot_q;\n"
     "      end\n"
     "      reg [Pixels-1:0] started;\n"
     "      initial started = {Pixels{1'b0}};\n"
     "      wire unused_started = |started;\n"
     "      always @(posedge tree_clk_o) begin"},
    {"a window waits for an empty drain", "full_rate", "(acc_free | drain_ends)", "acc_free"},
    {"an empty step is clocked", "clocks", ".en_i (correct_en | test_en)",
     ".en_i (correct_en | ~correct_valid_q)"},
    {"a full row group is opened", "clocks", ".en_i ((wgt_ready_o & load_group[g]) | test_en)",
     ".en_i (awake_q & load_group[g])"},
    {"the spare register is overwritten", "array_waits", "ready_q & ~take", "ready_q", kRegister,
     kRegistered},
    {"the spare register is forgotten", "array_waits", "spare_waits ? spare_q : data_i", "data_i",
     kRegister, kRegistered},
    {"a register takes a beat in every other cycle", "full_rate", "~valid_q | give | (ready_q",
     "~valid_q | (ready_q", kRegister, kRegistered},
    {"a clock gate is not opened for test", "clocks", ".en_i (correct_en | test_en)",
     ".en_i (correct_en)", "aslog_control.v", kRegistered},
    {"a row group waits for the first half of the cycle", "array_random",
     ".en_i ((wgt_ready_o & load_group[g]) | test_en)", ".en_i (load & load_group[g])"},
    {"a tile becomes active without its last rows", "array_random", "load ? code : shadow_q",
     "shadow_q", "aslog_weight_store.v", kFpga},
    {"weights become active without a swap", "array_random", "if (swap_en_i) active_q", "active_q",
     "aslog_weight_store.v", kFpga},
    {"the drain word takes every sum", "array_random", "if (drain_en_i) drain_q", "drain_q",
     "aslog_accumulator.v", kFpga},
    {"every slot takes the sum", "array_random", "acc_slot & {Pixels{acc_en}}", "{Pixels{acc_en}}",
     "aslog_control.v", kFpga},
    {"a register is always enabled", "clocks", "assign scale_en_o   = scale_en;",
     "assign scale_en_o   = shift_valid_q;", "aslog_control.v", kFpga},
};

TEST_CASE("Each fault of the control is found by the suite that looks for it") {
    const Fault& fault = GENERATE_REF(from_range(kFaults));
    INFO(fault.what);
    const tests::TemporaryFolder folder;
    test::generateInto(folder.path(), fault.spec);
    const std::filesystem::path file = folder / "rtl" / fault.file;
    std::string text = support::readFile(file);
    const std::size_t at = text.find(fault.from);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.find(fault.from, at + 1) == std::string::npos);
    support::writeFile(file, text.replace(at, fault.from.size(), fault.to));

    VerifyOptions options;
    options.suite = fault.suite;
    const VerifyReport report = verify(folder.path(), options, [](const std::string&) {});
    CHECK_FALSE(report.passed());
    CHECK(report.mismatches() > 0);
}

TEST_CASE("A window of one beat that waits for its tile is counted from when it has it") {
    for (const char* streams : {"false", "true"}) {
        const tests::TemporaryFolder folder;
        support::writeFile(folder / "spec.json",
                           std::string(R"({"name": "short", "array": {"rows": 4, "columns": 3},
                               "accumulator": {"max_kernel_area": 1, "max_input_channels": 4},
                               "bias_correction": {"enabled": false}, "pcf": {"lanes": 2},
                               "streams": {"registered": )") +
                               streams + "}}");
        const Design design = designFromSpecFile(folder / "spec.json");
        REQUIRE(design.maxTaps == design.rows());
        static_cast<void>(writeRunFolder(design, folder / "run"));
        VerifyOptions options;
        options.suite = "full_rate";
        const VerifyReport report = verify(folder / "run", options, [](const std::string&) {});
        INFO(streams);
        CHECK(report.passed());
        CHECK(report.comparisons() > 0);
    }
}

TEST_CASE("A gate opens by runs, for its partner, or when everything else rests") {
    Random random(1);
    Gate open(openGate());
    CHECK(open.step({}, random));
    Gate closed(closedGate());
    CHECK_FALSE(closed.step({true, 1 << 20}, random));
    Gate waiting(waitingGate());
    CHECK_FALSE(waiting.step({false, 1 << 20}, random));
    CHECK(waiting.step({true, 0}, random));
    Gate frozen(frozenGate());
    const auto threshold = static_cast<std::uint64_t>(frozenGate().shut);
    CHECK_FALSE(frozen.step({true, threshold - 1}, random));
    CHECK(frozen.step({false, threshold}, random));
    int openCycles = 0;
    for (int cycle = 0; cycle < 100; ++cycle) {
        openCycles += frozen.step({true, 0}, random) ? 1 : 0;
    }
    CHECK(openCycles < 2 * frozenGate().open - 1);
}

TEST_CASE("The reference of the streams holds what the array holds, and no more") {
    // One beat a tile, two a drain: weights fill the shadow, then a swap takes them.
    ControlModel control({.rows = 2, .columns = 2, .pixels = 1, .weightRows = 2, .lanes = 1}, true);
    CHECK(control.answer({}).handshakes == Handshakes{});
    control.clock({});
    const Handshakes empty{
        .actReady = true, .wgtReady = true, .parReady = false, .outValid = false};
    CHECK(control.answer({}).handshakes == empty);
    const StreamInputs swap{.actValid = true, .actFirst = true, .actLast = true, .actSwap = true};
    StreamInputs both = swap;
    both.wgtValid = true;
    CHECK(control.answer(both).moves.swap);
    // A beat goes in before its tile, and no other behind it.
    ControlModel waiting = control;
    CHECK(waiting.answer(swap).moves.lane);
    CHECK_FALSE(waiting.answer(swap).moves.swap);
    waiting.clock(swap);
    CHECK_FALSE(waiting.answer(swap).handshakes.actReady);
    CHECK_FALSE(waiting.answer({}).moves.tree);
    CHECK(waiting.answer({.wgtValid = true}).moves.swap);
    waiting.clock({.wgtValid = true});
    CHECK(waiting.answer({}).moves.tree);
    // Nothing is drained: the window behind the first stands before the accumulator, and one more.
    int accepted = 0;
    for (int cycle = 0; cycle < 20; ++cycle) {
        accepted += control.answer(both).moves.lane ? 1 : 0;
        control.clock(both);
    }
    CHECK(accepted == 3);
    CHECK(control.isDraining());
    CHECK(control.answer({}).handshakes.parReady);
    CHECK_FALSE(control.answer(both).handshakes.wgtReady);
    control.reset();
    CHECK(control.answer(both).handshakes == Handshakes{});
    control.clock(both);
    CHECK(control.answer({}).handshakes == empty);
}

/// Streams that never stall, and windows of so many beats: each tile serves all slots in turn, and
/// the windows of the slots start one after the other.
struct Pace {
    std::uint64_t beats = 0;
    std::uint64_t cycles = 0;
};

Pace paceOf(const golden::ArrayShape& shape, int windowBeats, int windows) {
    ControlModel control(shape, true);
    control.clock({});
    Pace pace;
    const int steps = windows * windowBeats;
    const int lateSteps = (shape.pixels - 1) * windowBeats / shape.pixels;
    for (int step = 0; step < steps + lateSteps; ++step) {
        bool isNewTile = true;
        for (int slot = 0; slot < shape.pixels; ++slot) {
            const int done = step - slot * windowBeats / shape.pixels;
            if (done < 0 || done >= steps) {
                continue;
            }
            const StreamInputs inputs{.actValid = true,
                                      .actFirst = done % windowBeats == 0,
                                      .actLast = (done + 1) % windowBeats == 0,
                                      .actSwap = isNewTile,
                                      .actSlot = static_cast<std::uint32_t>(slot),
                                      .wgtValid = true,
                                      .parValid = true,
                                      .outReady = true};
            isNewTile = false;
            while (!control.answer(inputs).moves.lane) {
                control.clock(inputs);
                ++pace.cycles;
            }
            control.clock(inputs);
            ++pace.cycles;
            ++pace.beats;
        }
    }
    return pace;
}

TEST_CASE("Windows as long as their drain wait in every second one, longer ones never") {
    for (const int columns : {2, 5, 8}) {
        golden::ArrayShape shape{
            .rows = 2, .columns = columns, .pixels = 1, .weightRows = 2, .lanes = 1};
        constexpr int kWindows = 100;
        const auto idle = [&](int beats) {
            const Pace pace = paceOf(shape, beats, kWindows);
            return pace.cycles - pace.beats;
        };
        CHECK(idle(shape.stallFreeBeats()) <= 1);  // the first beat waits for its tile
        const std::uint64_t waits = idle(shape.drainBeats());
        CHECK(waits >= kWindows / 2 - 1);
        CHECK(waits <= kWindows / 2 + 1);
    }
}

TEST_CASE("The share of busy cycles that aslog check shows is that of the streams") {
    int compared = 0;
    for (const int lanes : {1, 2, 4, 8}) {
        for (const int pixels : {1, 2, 4}) {
            for (const int weightRows : {4, 8, 16}) {
                ArchSpec spec = defaultSpec("x");
                spec.pcf.lanes = lanes;
                spec.array.pixels = pixels;
                spec.array.weightRows = weightRows;
                support::Diagnostics diagnostics;
                const Design design = elaborate(spec, diagnostics);
                for (const int beats : {1, 2, 4, 8, 12, 18, 36}) {
                    const Pace pace = paceOf({16, 16, pixels, weightRows, lanes}, beats, 400);
                    const double seen =
                        static_cast<double>(pace.beats) / static_cast<double>(pace.cycles);
                    const double said = design.busyShare(std::int64_t{16} * beats);
                    INFO(lanes << " lanes, " << pixels << " slots, " << weightRows
                               << " weight rows, windows of " << beats << ": " << seen << ", said "
                               << said);
                    // One cycle more for the lane stage to see a free drain, where it decides.
                    CHECK(seen <= said + 0.005);
                    CHECK(seen >= said * design.drainSteps / (design.drainSteps + 1) - 0.005);
                    ++compared;
                }
            }
        }
    }
    CHECK(compared == 252);
}

TEST_CASE("Coverage names the situations that were not met") {
    const tests::TemporaryFolder folder;
    const Design design = test::generateInto(folder.path(), "tests/tb/specs/mutants_b.json");
    const Device device = makeDevice(design, folder.path());
    Coverage coverage;
    const CoverageReport none = reportCoverage(coverage, device);
    CHECK(none.hit == 0);
    CHECK(none.missed.size() == none.reachable);
    CHECK(none.reachable + none.unreachable.size() == Coverage::kBins);
    const Situation met{.stalled = true, .first = true, .draining = true};
    CHECK(Situation::ofBin(met.bin()).bin() == met.bin());
    coverage.count(met);
    const CoverageReport one = reportCoverage(coverage, device);
    CHECK(one.hit == 1);
    CHECK(one.missed.size() == none.missed.size() - 1);

    VerifyReport report;
    report.suites.resize(1);
    report.suites.front().comparisons = 1;
    CHECK(report.passed());
    report.coverage = one;
    CHECK_FALSE(report.passed());
    report.options.suite = "array_random";
    CHECK(report.passed());
}

}  // namespace
