// Trees of buffers between a driver and more load than it may take. A load is pins and, by the
// wire-load model, wires: the wires depend on how many sinks the net has in all.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gates/cell_library.h"

namespace aslog::flows {

// A buffer of the library.
struct BufferCell {
    std::string cell;
    std::string input;   // pin
    std::string output;  // pin
};

// What pins put on a net.
struct Load {
    double pinsFf = 0;
    int sinks = 0;  // pins, and output ports of the array, that wires lead to

    Load& operator+=(const Load& other) {
        pinsFf += other.pinsFf;
        sinks += other.sinks;
        return *this;
    }
    friend Load operator+(Load a, const Load& b) { return a += b; }

    // With the wires to all of them.
    double totalFf(const gates::WireLoad& wires) const {
        return pinsFf + wires.capacitanceFf(sinks);
    }
};

struct Buffer {
    BufferCell cell;
    Load input;
    double limitFf = 0;  // that it may drive, wires included
    double areaUm2 = 0;
};

struct BufferTree {
    // A buffer type, and how many of the things below each buffer drives, in their order.
    struct Level {
        const Buffer* buffer = nullptr;
        std::vector<std::size_t> groups;
    };
    double areaUm2 = 0;
    std::vector<Level> levels;  // that of the sinks first; none if the driver needs no tree
};

class BufferTrees {
  public:
    // `buffers`: at least one. `ratio`: share of their limits that buffers may use.
    BufferTrees(const std::vector<Buffer>& buffers, const gates::WireLoad& wires, double ratio)
        : buffers_(buffers), wires_(wires), ratio_(ratio) {}

    // The tree of the smallest area between the loads and a driver that takes up to `limitFf` and
    // has `fixed` on it already. If no tree is within the limit, one that leaves a single buffer.
    BufferTree cheapest(const std::vector<Load>& loads, const Load& fixed, double limitFf) const;

  private:
    std::vector<std::size_t> balancedGroups(const std::vector<Load>& loads, double limitFf) const;
    std::vector<std::size_t> groupsOf(const std::vector<Load>& loads, double limitFf,
                                      std::size_t count) const;

    bool fits(const Buffer& buffer, const std::vector<Load>& loads) const;

    const std::vector<Buffer>& buffers_;
    const gates::WireLoad& wires_;
    double ratio_;
};

// All of them on one net.
Load sumOf(const std::vector<Load>& loads);

}  // namespace aslog::flows
