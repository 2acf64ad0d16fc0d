// Functional model of the PCF array: its four streams, without time.
// Beats may be pushed in any interleaving of the input streams; a beat waits inside the model until
// what it needs is there (a swap for a full tile, a window for its parameters).
// Definition: docs/architecture.md, "The array" and "Streams"; docs/arithmetic.md, sections 4 to 7.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"

namespace aslog::golden {

struct ArrayShape {
    int rows = 1;
    int columns = 1;
    int pixels = 1;      // accumulator slots
    int weightRows = 1;  // rows of codes per weight beat
    int lanes = 1;       // columns per parameter and output beat

    [[nodiscard]] int tileBeats() const { return (rows + weightRows - 1) / weightRows; }
    [[nodiscard]] int drainBeats() const { return (columns + lanes - 1) / lanes; }
    /// Activation beats of a window, at least, for none to wait for the drain of the one before:
    /// whether the drain is free is seen a cycle later (docs/architecture.md).
    [[nodiscard]] int stallFreeBeats() const { return drainBeats() + 1; }
};

/// Throws std::invalid_argument, naming the field, unless every size is positive.
void checkShape(const ArrayShape& shape);

/// Row-major: code of (row r of the beat, column c) at r * columns + c; weightRows * columns codes.
struct WeightBeat {
    std::vector<Code> codes;
};

struct ActivationBeat {
    std::vector<std::uint8_t> q;  // one per row
    int slot = 0;
    bool first = false;
    bool last = false;
    bool swap = false;
};

/// One entry per lane.
struct ParameterBeat {
    std::vector<PcfParameters> lanes;
};

/// One entry per lane that has a column; the hardware's lanes beyond carry no meaning.
struct OutputBeat {
    std::vector<std::uint32_t> values;
    friend bool operator==(const OutputBeat&, const OutputBeat&) = default;
};

/// A finished window, before bias correction.
struct Window {
    int slot;
    std::vector<std::uint64_t> accumulators;  // acc_raw per column
    std::uint64_t windowSum;                  // S
};

class ArrayModel {
  public:
    /// Checks the shape. Throws DoesNotFit unless its rows make whole elements.
    ArrayModel(const ArrayShape& shape, Numerics numerics);

    /// Outputs computed from now on use this range.
    void setClamp(const ClampRange& clamp) { clamp_ = clamp; }

    // Each throws std::invalid_argument for a malformed beat (sizes, an illegal code, a q or slot
    // out of range), std::logic_error for one whose result the hardware does not define (no tile
    // was ever made active; a slot that was not started).
    void push(const WeightBeat& beat);
    void push(const ActivationBeat& beat);
    void push(const ParameterBeat& beat);

    /// Outputs so far, oldest first, handed over once.
    [[nodiscard]] std::vector<OutputBeat> takeOutputs();

    /// Windows finished so far, in the order of their last beats, handed over once.
    [[nodiscard]] std::vector<Window> takeWindows();

    /// True if no beat waits for another stream and no slot is open.
    [[nodiscard]] bool isIdle() const;

    [[nodiscard]] const ArrayShape& shape() const { return shape_; }
    [[nodiscard]] const Numerics& numerics() const { return numerics_; }

  private:
    /// A tile as the law of the element reads it, raw = factor * q + offset; if columns are dropped
    /// its codes, since the words must be formed then.
    struct Tile {
        std::vector<std::int64_t> factors;      // rows x columns
        std::vector<std::uint64_t> offsetSums;  // per column
        std::vector<std::vector<Code>> codes;   // per column, one a row
        [[nodiscard]] bool isEmpty() const { return offsetSums.empty(); }
    };
    struct Slot {
        bool open = false;
        std::vector<std::uint64_t> accumulators;
        std::uint64_t windowSum = 0;
    };

    void advance();
    void compute(const ActivationBeat& beat);
    void addProducts(const ActivationBeat& beat, std::vector<std::uint64_t>& sums) const;
    void addWords(const ActivationBeat& beat, std::vector<std::uint64_t>& sums) const;
    void drain(const ParameterBeat& beat);

    ArrayShape shape_;
    Numerics numerics_;
    ClampRange clamp_;
    Tile filling_;
    int filledBeats_ = 0;
    std::deque<Tile> fullTiles_;
    Tile active_;
    std::vector<Slot> slots_;
    std::deque<ActivationBeat> waitingActivations_;
    std::deque<ParameterBeat> waitingParameters_;
    std::deque<Window> draining_;
    int drainStep_ = 0;
    std::vector<OutputBeat> outputs_;
    std::vector<Window> windows_;
};

}  // namespace aslog::golden
