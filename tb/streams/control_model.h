// The array's streams in time: which beat moves in which cycle, and which stage it moves into.
// Stages are places that hold a beat or none; a beat moves as soon as the place before it is free.
// Definition: docs/architecture.md, "Streams" and "Handshakes in time". Data is golden/array.h's.
#pragma once

#include <cstdint>
#include <optional>

#include "golden/array.h"

namespace aslog::tb {

/// What producers and consumer drive in a cycle; the flags of an activation beat count while the
/// stream is valid.
struct StreamInputs {
    bool actValid = false;
    bool actFirst = false;
    bool actLast = false;
    bool actSwap = false;
    std::uint32_t actSlot = 0;
    bool wgtValid = false;
    bool parValid = false;
    bool outReady = false;
};

/// The array's side of the handshakes in the same cycle.
struct Handshakes {
    bool actReady = false;
    bool wgtReady = false;
    bool parReady = false;
    bool outValid = false;
    friend bool operator==(const Handshakes&, const Handshakes&) = default;
};

/// Stages that take a beat at the end of the cycle; each is clocked exactly then, but for the row
/// group that is open.
struct Moves {
    bool lane = false;
    bool swap = false;
    bool tree = false;
    bool accumulator = false;
    bool drain = false;
    bool correct = false;
    bool shift = false;
    bool scale = false;
    bool load = false;             // a weight beat, into the open row group
    std::optional<int> openGroup;  // clocked in the low phase, whether a beat moves or not
    std::uint32_t slot = 0;        // of the beat that moves into the accumulator
};

struct Answer {
    Handshakes handshakes;
    Moves moves;
};

class ControlModel {
  public:
    ControlModel(const golden::ArrayShape& shape, bool hasTreeStage);

    /// Also while reset is low.
    [[nodiscard]] Answer answer(const StreamInputs& inputs) const;

    /// The rising edge at the end of a cycle with these inputs.
    void clock(const StreamInputs& inputs);

    /// Nothing is held, whatever the clock does.
    void reset() { state_ = {}; }

    /// A finished window has not left the drain latches.
    [[nodiscard]] bool isDraining() const { return state_.isDraining; }

  private:
    struct Beat {
        std::uint32_t slot;
        bool last;
    };

    /// What the array holds; as it stands here: nothing, as in reset.
    struct State {
        bool isAwake = false;  // an edge has come since the reset
        int loadedBeats = 0;   // of the shadow tile
        std::optional<Beat> lane;
        bool laneWaits = false;  // for the tile that its beat is to swap in
        std::optional<Beat> tree;
        bool isDraining = false;
        int drainStep = 0;
        bool correct = false;  // the step of the PCF units holds a beat
        bool shift = false;
        bool scale = false;
    };

    [[nodiscard]] const std::optional<Beat>& beforeAccumulator() const {
        return hasTreeStage_ ? state_.tree : state_.lane;
    }
    [[nodiscard]] bool drainEnds(const Moves& moves) const {
        return moves.correct && state_.drainStep == drainBeats_ - 1;
    }

    /// A beat that moves into the lane stage, or waits there, is to have the tile of the shadow.
    [[nodiscard]] bool asksSwap(const StreamInputs& inputs, const Moves& moves) const {
        return (moves.lane && inputs.actSwap) || state_.laneWaits;
    }
    /// It is full at the end of the cycle.
    [[nodiscard]] bool shadowFills(const Moves& moves) const {
        return state_.loadedBeats + (moves.load ? 1 : 0) == tileBeats_;
    }

    int tileBeats_;
    int drainBeats_;
    bool hasTreeStage_;
    State state_;
};

}  // namespace aslog::tb
