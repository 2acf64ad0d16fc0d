// Pulses of the array's gated clocks, counted inside the model of an array.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tb/control_model.h"
#include "tb/device.h"
#include "tb/model.h"

namespace aslog::tb {

/// Output of the model: a counter of kTickBits bits for each gated clock, in their order.
inline constexpr const char* kTicksPort = "clock_ticks_o";
inline constexpr int kTickBits = 8;

/// Nets of aslog_pcf_array, a bit each: "lane_clk", "load_clk[2]" ...; only those that exist.
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

    /// The low phase of a cycle with these moves: the row group that is open has its pulse.
    void lowPhase(const Moves& moves);

    /// The rising edge at the end of that cycle: all other stages.
    void risingEdge(const Moves& moves);

    /// Counters that are not as expected, "lane_clk: 1 pulse, expected 0" for this cycle; empty if
    /// all are.
    [[nodiscard]] std::string difference() const;

    [[nodiscard]] std::uint64_t pulses() const { return pulses_; }

  private:
    void expect(std::size_t clock);

    std::vector<std::string> clocks_;
    std::span<const std::uint32_t> port_;
    std::vector<std::uint8_t> expected_;  // modulo 2^kTickBits
    std::uint64_t pulses_ = 0;
    std::size_t tileBeats_;
    bool hasSlots_;
};

}  // namespace aslog::tb
