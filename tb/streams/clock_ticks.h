// Pulses of the array's gated clocks, or cycles with an enable, counted inside the model of an
// array.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tb/models/device.h"
#include "tb/models/model.h"
#include "tb/streams/control_model.h"
#include "tb/streams/port_model.h"

namespace aslog::tb {

/// Output of the model: a counter of kTickBits bits for each gated clock, in their order.
inline constexpr const char* kTicksPort = "clock_ticks_o";
inline constexpr int kTickBits = 8;

/// Nets of aslog_pcf_array, a bit each: "lane_clk", "load_clk[2]" ..., those of its stream
/// registers behind them; "lane_en" ... of an array for an FPGA; only those that exist.
[[nodiscard]] std::vector<std::string> gatedClocks(const Device& device);

/// What the counters of the model show, modulo 2^kTickBits.
[[nodiscard]] std::vector<std::uint8_t> tickCounts(const Device& device, const Model& model);

/// Expects a pulse for each beat that moves into a stage, of the open row group in every low phase,
/// and no other.
class TickCheck {
  public:
    /// The model has the output kTicksPort.
    TickCheck(const Device& device, const Model& model);

    /// Whatever was counted until now was right.
    void synchronise();

    /// The low phase of a cycle with these moves: the row group that is open has its pulse. Enables
    /// are counted at the rising edge.
    void lowPhase(const Moves& moves);

    /// The rising edge at the end of that cycle: all other stages, and the stream registers.
    void risingEdge(const Moves& moves, const std::array<RegisterMoves, kStreams>& registers);

    /// Counters that are not as expected, "lane_clk: 1 pulse, expected 0" for this cycle; empty if
    /// all are.
    [[nodiscard]] std::string difference() const;

    [[nodiscard]] std::uint64_t pulses() const { return pulses_; }

  private:
    void expectOpenGroup(const Moves& moves);
    void expect(std::size_t clock);

    std::vector<std::string> clocks_;
    std::span<const std::uint32_t> port_;
    std::vector<std::uint8_t> expected_;  // modulo 2^kTickBits
    std::uint64_t pulses_ = 0;
    std::size_t tileBeats_;
    bool hasSlots_;
    std::size_t tree_;       // index of its clock, if the array has it
    std::size_t registers_;  // index of the first clock of the stream registers
    bool countsEnables_;
};

}  // namespace aslog::tb
