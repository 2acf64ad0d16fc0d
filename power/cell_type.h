// A cell as the simulator sees it: tables by an index that holds its inputs and its state.
#pragma once

#include <cstdint>
#include <vector>

#include "gates/cell_model.h"
#include "gates/cell_tables.h"

namespace aslog::power {

// Bit i of an index is input i of the model; the bit behind the inputs is the state.
using CellIndex = std::uint16_t;

// What an output does after an edge of an input: the arcs and energies of the library that apply.
struct ResponseSource {
    std::size_t output = 0;
    std::size_t input = 0;
    std::vector<const gates::DelayArc*> arcs;
    std::vector<const gates::InternalEnergy*> energies;

    friend bool operator==(const ResponseSource&, const ResponseSource&) = default;
};

// The energies of an edge of an input, whatever comes of it.
struct HiddenSource {
    std::size_t input = 0;
    std::vector<const gates::InternalEnergy*> energies;

    friend bool operator==(const HiddenSource&, const HiddenSource&) = default;
};

class CellType {
  public:
    // Both must outlive the type. Throws support::InputError for a cell of too many inputs.
    CellType(const gates::CellModel& model, const gates::CellTables& tables);

    const gates::CellModel& model() const { return model_; }
    const gates::CellTables& tables() const { return tables_; }
    std::size_t inputs() const { return inputs_; }
    std::size_t outputs() const { return model_.outputs.size(); }
    bool hasState() const { return model_.state.has_value(); }
    // 2 ^ (inputs and state).
    std::size_t indices() const { return outputBits_.size(); }

    // Bit o: what output o becomes.
    std::uint8_t outputBits(CellIndex index) const { return outputBits_[index]; }

    // `changed`: the index after an input changed, the state still as it was in `before`.
    CellIndex settle(CellIndex before, CellIndex changed) const {
        if (stepBits_.empty()) {
            return changed;
        }
        const std::uint8_t step = stepBits_[changed];
        const bool takesData =
            (step & kClock) != 0 && (!isFlipFlop_ || (stepBits_[before] & kClock) == 0);
        bool state = (changed & stateBit_) != 0;
        if ((step & kForced) != 0) {
            state = (step & kForcedValue) != 0;
        } else if (takesData) {
            state = (step & kData) != 0;
        }
        return static_cast<CellIndex>((changed & ~stateBit_) | (state ? stateBit_ : 0U));
    }

    // Number of a ResponseSource, from the settled index after the edge of the input.
    std::size_t response(std::size_t output, std::size_t input, CellIndex after) const {
        return responseOf_[(output * inputs_ + input) * indices() + after];
    }
    // Number of a HiddenSource, from the index before the edge.
    std::size_t hidden(std::size_t input, CellIndex before) const {
        return hiddenOf_[input * indices() + before];
    }

    const std::vector<ResponseSource>& responses() const { return responses_; }
    const std::vector<HiddenSource>& hiddens() const { return hiddens_; }
    bool hasHidden(std::size_t input) const { return ((hiddenInputs_ >> input) & 1U) != 0; }

    double leakageNw(CellIndex index) const { return leakageNw_[index]; }

  private:
    static constexpr std::uint8_t kClock = 1;
    static constexpr std::uint8_t kData = 2;
    static constexpr std::uint8_t kForced = 4;
    static constexpr std::uint8_t kForcedValue = 8;

    void makeFunctionTables();
    void makeResponses();
    void makeHiddens();
    void makeLeakage();
    bool holds(const gates::BooleanFunction& when, CellIndex index) const;

    const gates::CellModel& model_;
    const gates::CellTables& tables_;
    std::size_t inputs_;
    unsigned stateBit_;
    bool isFlipFlop_ = false;
    std::vector<std::uint8_t> outputBits_;
    std::vector<std::uint8_t> stepBits_;  // empty without state
    std::vector<ResponseSource> responses_;
    std::vector<std::uint8_t> responseOf_;
    std::vector<HiddenSource> hiddens_;
    std::vector<std::uint8_t> hiddenOf_;
    std::uint32_t hiddenInputs_ = 0;  // bit i: input i has an energy of its own
    std::vector<double> leakageNw_;
};

}  // namespace aslog::power
