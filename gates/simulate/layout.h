// Where the values of a circuit stand in the array of a simulator: all of the top, then each group
// word by word.
#pragma once

#include <cstddef>
#include <vector>

#include "gates/simulate/circuit.h"

namespace aslog::gates {

class Layout {
  public:
    explicit Layout(const Circuit& circuit) : circuit_(circuit), sizes_(circuit.groups.size(), 0) {
        for (const std::size_t group : circuit.groupOf) {
            offsets_.push_back(sizes_[group]++);
        }
        for (std::size_t group = 0; group < sizes_.size(); ++group) {
            bases_.push_back(words_);
            words_ += sizes_[group] * circuit.groups[group].words();
        }
    }

    std::size_t words() const { return words_; }

    // Place of a value in its group, the same in each word.
    std::size_t offset(ValueId value) const { return offsets_[value]; }

    // Where a group starts at one word.
    std::size_t base(std::size_t group, std::size_t word) const {
        return bases_[group] + word * sizes_[group];
    }

    // Of a value of the top `word` is ignored.
    std::size_t address(ValueId value, std::size_t word) const {
        const std::size_t group = circuit_.groupOf[value];
        return base(group, group == 0 ? 0 : word) + offsets_[value];
    }

  private:
    const Circuit& circuit_;
    std::vector<std::size_t> sizes_;    // values of each group
    std::vector<std::size_t> bases_;    // of each group
    std::vector<std::size_t> offsets_;  // of each value
    std::size_t words_ = 0;
};

}  // namespace aslog::gates
