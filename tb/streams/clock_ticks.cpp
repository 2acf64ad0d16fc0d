#include "tb/streams/clock_ticks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "generator/rtl/target.h"
#include "tb/models/ports.h"

namespace aslog::tb {
namespace {

/// The clocks that every array has; row groups follow, then slots, the tree stage, stream
/// registers.
constexpr std::array<const char*, 7> kStages = {"lane_clk",    "swap_clk",  "acc_clk",  "drain_clk",
                                                "correct_clk", "shift_clk", "scale_clk"};
constexpr std::size_t kFirstLoad = kStages.size();

}  // namespace

std::vector<std::string> gatedClocks(const Device& device) {
    std::vector<std::string> clocks(kStages.begin(), kStages.end());
    for (int group = 0; group < device.shape.tileBeats(); ++group) {
        clocks.push_back(fmt::format("load_clk[{}]", group));
    }
    for (int slot = 0; slot < device.shape.pixels && device.shape.pixels > 1; ++slot) {
        clocks.push_back(fmt::format("slot_clk[{}]", slot));
    }
    if (device.design.hasTreeRegister()) {
        clocks.emplace_back("tree_clk");
    }
    for (const char* stream : kStreamNames) {
        for (const char* word : {"data", "spare"}) {
            if (device.design.spec.streams.registered) {
                clocks.push_back(fmt::format("g_registered.u_{}.{}_clk", stream, word));
            }
        }
    }
    if (device.design.spec.isForFpga()) {
        std::ranges::transform(clocks, clocks.begin(), enableNames);
    }
    return clocks;
}

std::vector<std::uint8_t> tickCounts(const Device& device, const Model& model) {
    const std::span<const std::uint32_t> port = model.output(kTicksPort);
    std::vector<std::uint8_t> counts;
    for (std::size_t clock = 0; clock < gatedClocks(device).size(); ++clock) {
        counts.push_back(static_cast<std::uint8_t>(getBits(port, clock * kTickBits, kTickBits)));
    }
    return counts;
}

TickCheck::TickCheck(const Device& device, const Model& model)
    : clocks_(gatedClocks(device)),
      port_(model.output(kTicksPort)),
      expected_(clocks_.size()),
      tileBeats_(static_cast<std::size_t>(device.shape.tileBeats())),
      hasSlots_(device.shape.pixels > 1),
      tree_(kFirstLoad + tileBeats_ +
            (hasSlots_ ? static_cast<std::size_t>(device.shape.pixels) : 0)),
      registers_(tree_ + (device.design.hasTreeRegister() ? 1 : 0)),
      countsEnables_(device.design.spec.isForFpga()) {
}

void TickCheck::synchronise() {
    for (std::size_t clock = 0; clock < clocks_.size(); ++clock) {
        expected_[clock] = static_cast<std::uint8_t>(getBits(port_, clock * kTickBits, kTickBits));
    }
}

void TickCheck::lowPhase(const Moves& moves) {
    if (!countsEnables_) {
        expectOpenGroup(moves);
    }
}

void TickCheck::risingEdge(const Moves& moves,
                           const std::array<RegisterMoves, kStreams>& registers) {
    const std::array<bool, kStages.size()> moved = {moves.lane,  moves.swap,    moves.accumulator,
                                                    moves.drain, moves.correct, moves.shift,
                                                    moves.scale};
    for (std::size_t stage = 0; stage < moved.size(); ++stage) {
        if (moved[stage]) {
            expect(stage);
        }
    }
    if (countsEnables_) {
        expectOpenGroup(moves);
    }
    if (moves.accumulator && hasSlots_) {
        expect(kFirstLoad + tileBeats_ + static_cast<std::size_t>(moves.slot));
    }
    if (moves.tree) {
        expect(tree_);
    }
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
        const auto [data, spare] = registers[stream];
        if (data) {
            expect(registers_ + 2 * stream);
        }
        if (spare) {
            expect(registers_ + 2 * stream + 1);
        }
    }
}

std::string TickCheck::difference() const {
    for (std::size_t clock = 0; clock < clocks_.size(); ++clock) {
        const auto seen = static_cast<std::uint8_t>(getBits(port_, clock * kTickBits, kTickBits));
        const auto extra = static_cast<std::int8_t>(seen - expected_[clock]);
        if (extra != 0) {
            return fmt::format("{}: {} {} pulses", clocks_[clock], extra > 0 ? extra : -extra,
                               extra > 0 ? "superfluous" : "missing");
        }
    }
    return {};
}

void TickCheck::expectOpenGroup(const Moves& moves) {
    if (moves.openGroup) {
        expect(kFirstLoad + static_cast<std::size_t>(*moves.openGroup));
    }
}

void TickCheck::expect(std::size_t clock) {
    ++expected_[clock];
    ++pulses_;
}

}  // namespace aslog::tb
