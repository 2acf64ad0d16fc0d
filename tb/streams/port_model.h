// The handshakes at the ports of an array: those of ControlModel, behind a register for each stream
// if the design has them (docs/architecture.md, "Registered streams").
#pragma once

#include <array>

#include "tb/streams/control_model.h"

namespace aslog::tb {

/// The words of a stream register that take a beat at the end of the cycle.
struct RegisterMoves {
    bool data = false;   // the word at its output
    bool spare = false;  // the one behind it
};

/// Streams that a design may have registers for, in the order of their names below.
inline constexpr std::size_t kStreams = 4;
inline constexpr std::array<const char*, kStreams> kStreamNames = {"act", "wgt", "par", "out"};

class PortModel {
  public:
    PortModel(const golden::ArrayShape& shape, bool hasTreeStage, bool hasRegisters)
        : control_(shape, hasTreeStage), hasRegisters_(hasRegisters) {}

    /// As ControlModel::answer(): handshakes at the ports, moves inside.
    [[nodiscard]] Answer answer(const StreamInputs& inputs) const;

    /// In the same cycle; none without registers.
    [[nodiscard]] std::array<RegisterMoves, kStreams> registerMoves(
        const StreamInputs& inputs) const;

    /// The rising edge at the end of a cycle with these inputs.
    void clock(const StreamInputs& inputs);

    /// Nothing is held, whatever the clock does.
    void reset();

    [[nodiscard]] bool isDraining() const { return control_.isDraining(); }

  private:
    /// A stream register holds two beats; of all but the activations their number is enough.
    static constexpr int kBeats = 2;

    struct State {
        bool isAwake = false;  // an edge has come since the reset
        int activations = 0;
        StreamInputs first;  // flags of the activation that comes next, and of the one behind it
        StreamInputs second;
        int weights = 0;
        int parameters = 0;
        int outputs = 0;
    };

    /// A stream register in a cycle: a beat that moves in, one that moves out.
    struct Passing {
        int held;  // beats, at the start
        bool comes;
        bool goes;
    };
    [[nodiscard]] std::array<Passing, kStreams> passing(const StreamInputs& inputs) const;

    /// What control sees behind the registers.
    [[nodiscard]] StreamInputs behindRegisters() const;

    ControlModel control_;
    bool hasRegisters_;
    State state_;
};

}  // namespace aslog::tb
