// Watches an array in every cycle, whoever drives it: each handshake is that of PortModel, and
// if asked for, each gated clock has a pulse for each beat that moves and no other.
#pragma once

#include <optional>
#include <span>

#include "tb/models/device.h"
#include "tb/models/model.h"
#include "tb/streams/clock_ticks.h"
#include "tb/streams/port_model.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

class ProtocolCheck {
  public:
    /// `watchesClocks`: the model counts pulses (clock_ticks.h).
    ProtocolCheck(const Device& device, Model& model, Recorder& recorder, bool watchesClocks);

    /// Behind Model::cycle().
    void afterCycle();

    /// Behind Model::eval(): inputs that need no edge may have changed.
    void afterEval();

    /// No handshake since the last reset has differed.
    [[nodiscard]] bool isFollowing() const { return isFollowing_; }

  private:
    static constexpr int kHandshakes = 4;

    [[nodiscard]] StreamInputs inputs() const;
    /// Reads the inputs, and empties the reference while reset is low.
    void follow();
    void compare(const Handshakes& expected);
    void compareTicks();

    Model& model_;
    Recorder& recorder_;
    PortModel ports_;
    std::optional<TickCheck> ticks_;
    StreamInputs before_;       // of the cycle that ends with the next edge
    bool isFollowing_ = false;  // from a reset until something differs
    bool isCounting_ = false;   // the expected pulse counts are known

    std::span<const std::uint32_t> reset_;
    std::span<const std::uint32_t> actValid_;
    std::span<const std::uint32_t> actFirst_;
    std::span<const std::uint32_t> actLast_;
    std::span<const std::uint32_t> actSwap_;
    std::span<const std::uint32_t> actSlot_;
    std::span<const std::uint32_t> wgtValid_;
    std::span<const std::uint32_t> parValid_;
    std::span<const std::uint32_t> outReady_;
    std::span<const std::uint32_t> actReady_;
    std::span<const std::uint32_t> wgtReady_;
    std::span<const std::uint32_t> parReady_;
    std::span<const std::uint32_t> outValid_;
};

}  // namespace aslog::tb
