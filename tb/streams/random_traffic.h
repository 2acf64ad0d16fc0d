// Legal traffic in any order: windows in all slots at once, tiles that stand for one beat or for
// many, sums from nothing to the largest that the accumulators hold.
#pragma once

#include <optional>
#include <string>

#include "golden/array.h"
#include "tb/models/device.h"
#include "tb/streams/random.h"
#include "tb/streams/traffic.h"

namespace aslog::tb {

enum class Values { random, corners, largest, smallest };

struct TrafficOptions {
    std::string name;
    int beats = 0;         // activation beats, about
    int windows = 0;       // at most; each is drained
    int windowBeats = 1;   // mean length of a window
    int swapEvery = 1;     // a new tile for one in so many beats; 0: only where there is none
    int abandonEvery = 0;  // one in so many beats starts a window anew, ended or not; 0: none does
    Values weights = Values::random;
    Values activations = Values::random;
};

/// A tile stands for at least as many beats as it takes to load the next one, and there are at
/// least as many beats between the ends of two windows as it takes to drain one.
struct SteadyPlan {
    int slotBeats = 1;        // beats for each slot while a tile stands
    int windowTiles = 1;      // tiles of a window
    bool isStallFree = true;  // false: the largest legal window is too short to hide the drain
};

class TrafficGenerator {
  public:
    TrafficGenerator(const Device& device, Random& random);

    /// All windows that are started are ended. The array must be as the last traffic left it; a
    /// reset behind the last beat changes nothing, since tiles stay.
    [[nodiscard]] Traffic make(const TrafficOptions& options);

    /// What it takes to compute in every cycle.
    [[nodiscard]] SteadyPlan planSteady() const;

    /// Full rate: windows end one at a time, evenly spread; `tiles` tiles in all.
    [[nodiscard]] Traffic makeSteady(const SteadyPlan& plan, int tiles);

    /// Full rate with one tile: windows one behind the other, each as short as it may be
    /// (min_taps_without_drain_stall). None if the accumulators hold no window of this length.
    [[nodiscard]] std::optional<Traffic> makeShortestWindows(int windows);

    /// Options drawn at random, for about this many cycles.
    [[nodiscard]] TrafficOptions drawOptions(int cycles);

    /// The array has been reset: the next traffic begins with a tile of its own.
    void restart();

  private:
    void addTile(Values values);
    void addBeat(int slot, bool first, bool last, bool swap, Values values);
    void addOutputs();
    [[nodiscard]] golden::Code drawCode(Values values);
    [[nodiscard]] std::uint8_t drawActivation(Values values);
    [[nodiscard]] int longestWindow() const;
    [[nodiscard]] Traffic finish(const std::string& name);

    const Device& device_;
    Random& random_;
    golden::ArrayModel model_;
    TrafficPacker packer_;
    golden::ClampRange clamp_;
    bool hasTile_ = false;
};

}  // namespace aslog::tb
