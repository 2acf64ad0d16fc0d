#include "tb/streams/random_traffic.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "tb/streams/parameters.h"

namespace aslog::tb {
namespace {

std::size_t sizeOf(int count) {
    return static_cast<std::size_t>(count);
}

}  // namespace

TrafficGenerator::TrafficGenerator(const Device& device, Random& random)
    : device_(device), random_(random), model_(device.shape, device.numerics), packer_(device) {
}

void TrafficGenerator::restart() {
    model_ = golden::ArrayModel(device_.shape, device_.numerics);
    hasTile_ = false;
}

golden::Code TrafficGenerator::drawCode(Values values) {
    const golden::Element& element = *device_.numerics.element;
    const auto& codes = element.codes();
    const auto byValue = [&element](golden::Code a, golden::Code b) {
        return element.value(a) < element.value(b);
    };
    switch (values) {
        case Values::largest:
            return *std::max_element(codes.begin(), codes.end(), byValue);
        case Values::smallest:
            return *std::min_element(codes.begin(), codes.end(), byValue);
        case Values::corners:
            if (!random_.oneIn(4)) {
                return random_.oneIn(2) ? codes.front() : codes.back();
            }
            [[fallthrough]];
        case Values::random:
            break;
    }
    return codes[random_.below(codes.size())];
}

std::uint8_t TrafficGenerator::drawActivation(Values values) {
    const std::uint64_t top = device_.numerics.element->activationMax();
    switch (values) {
        case Values::largest:
            return static_cast<std::uint8_t>(top);
        case Values::smallest:
            return 0;
        case Values::corners:
            return static_cast<std::uint8_t>(
                drawWord(device_.design.spec.format.activationBits, random_));
        case Values::random:
            break;
    }
    return static_cast<std::uint8_t>(random_.below(top + 1));
}

void TrafficGenerator::addTile(Values values) {
    const golden::ArrayShape& shape = device_.shape;
    // Searched once: drawing the largest value costs a walk over all codes.
    const bool isConstant = values == Values::largest || values == Values::smallest;
    const golden::Code constant = drawCode(values);
    for (int i = 0; i < shape.tileBeats(); ++i) {
        golden::WeightBeat beat;
        beat.codes.resize(sizeOf(shape.weightRows) * sizeOf(shape.columns));
        for (golden::Code& code : beat.codes) {
            code = isConstant ? constant : drawCode(values);
        }
        packer_.add(beat);
        model_.push(beat);
    }
}

void TrafficGenerator::addBeat(int slot, bool first, bool last, bool swap, Values values) {
    golden::ActivationBeat beat;
    beat.q.resize(sizeOf(device_.shape.rows));
    for (std::uint8_t& q : beat.q) {
        q = drawActivation(values);
    }
    beat.slot = slot;
    beat.first = first;
    beat.last = last;
    beat.swap = swap;
    packer_.add(beat);
    model_.push(beat);
    hasTile_ = true;
    addOutputs();
}

void TrafficGenerator::addOutputs() {
    for (const golden::Window& window : model_.takeWindows()) {
        for (int step = 0; step < device_.shape.drainBeats(); ++step) {
            golden::ParameterBeat beat;
            for (int lane = 0; lane < device_.shape.lanes; ++lane) {
                const int column = step * device_.shape.lanes + lane;
                const std::uint64_t sum =
                    column < device_.shape.columns ? window.accumulators[sizeOf(column)] : 0;
                beat.lanes.push_back(
                    drawParameters(device_.numerics, sum, window.windowSum, random_));
            }
            packer_.add(beat);
            model_.push(beat);
        }
    }
    for (golden::OutputBeat& output : model_.takeOutputs()) {
        const std::vector<bool> counts(output.values.size(), true);
        packer_.add(ExpectedBeat{std::move(output.values), counts});
    }
}

int TrafficGenerator::longestWindow() const {
    return static_cast<int>(
        std::min<std::int64_t>(device_.design.maxTaps / device_.design.rows(), 1 << 20U));
}

Traffic TrafficGenerator::finish(const std::string& name) {
    Traffic traffic = packer_.take();
    traffic.clamp = clamp_;
    const golden::ArrayShape shape = device_.shape;
    traffic.place = [name, shape](std::size_t beat, int lane) {
        const auto steps = static_cast<std::size_t>(shape.drainBeats());
        const int column = static_cast<int>(beat % steps) * shape.lanes + lane;
        return Place{name, std::to_string(column), std::to_string(beat / steps)};
    };
    return traffic;
}

Traffic TrafficGenerator::make(const TrafficOptions& options) {
    clamp_ = drawClamp(device_.design.spec.pcf.outputBits, random_);
    model_.setClamp(clamp_);
    std::vector<int> lengths(sizeOf(device_.shape.pixels));  // beats so far; 0: not started
    const int longest = longestWindow();
    const auto step = [&](int slot, bool mayStart, bool mustEnd) {
        int& length = lengths[sizeOf(slot)];
        const bool abandons = mayStart && options.abandonEvery > 0 &&
                              random_.oneIn(static_cast<std::uint64_t>(options.abandonEvery));
        length = abandons ? 0 : length;
        const bool first = length == 0;
        if (first && !mayStart) {
            return false;
        }
        ++length;
        const bool last = mustEnd || length >= longest ||
                          random_.oneIn(static_cast<std::uint64_t>(options.windowBeats));
        const bool swap =
            !hasTile_ ||
            (options.swapEvery > 0 && random_.oneIn(static_cast<std::uint64_t>(options.swapEvery)));
        if (swap) {
            addTile(options.weights);
        }
        addBeat(slot, first, last, swap, options.activations);
        length = last ? 0 : length;
        return last;
    };
    int windows = 0;
    for (int beat = 0; beat < options.beats && windows < options.windows; ++beat) {
        windows += step(random_.between(0, device_.shape.pixels - 1), true, false) ? 1 : 0;
    }
    for (int slot = 0; slot < device_.shape.pixels; ++slot) {
        step(slot, false, true);
    }
    return finish(options.name);
}

Traffic TrafficGenerator::makeSteady(const SteadyPlan& plan, int tiles) {
    clamp_ = {0, static_cast<std::uint32_t>(golden::lowMask(device_.design.spec.pcf.outputBits))};
    model_.setClamp(clamp_);
    const int pixels = device_.shape.pixels;
    for (int tile = 0; tile < tiles; ++tile) {
        addTile(Values::random);
        for (int slot = 0; slot < pixels; ++slot) {
            // The windows of slot p end p/pixels of a window before those of slot 0.
            const int shifted = tile + slot * plan.windowTiles / pixels;
            const bool isFirstTile = tile == 0 || shifted % plan.windowTiles == 0;
            const bool isLastTile = tile == tiles - 1 || (shifted + 1) % plan.windowTiles == 0;
            for (int i = 0; i < plan.slotBeats; ++i) {
                addBeat(slot, isFirstTile && i == 0, isLastTile && i == plan.slotBeats - 1,
                        slot == 0 && i == 0, Values::random);
            }
        }
    }
    Traffic traffic = finish("steady");
    // In the last tile all windows end at once and wait for the drain.
    traffic.steadyBeats =
        static_cast<std::uint64_t>(tiles - 1) * static_cast<std::uint64_t>(pixels * plan.slotBeats);
    return traffic;
}

std::optional<Traffic> TrafficGenerator::makeShortestWindows(int windows) {
    const int beats = device_.shape.stallFreeBeats();
    if (beats > longestWindow()) {
        return std::nullopt;
    }
    for (int window = 0; window < windows; ++window) {
        for (int i = 0; i < beats; ++i) {
            const bool swap = window == 0 && i == 0;
            if (swap) {
                addTile(Values::random);
            }
            addBeat(window % device_.shape.pixels, i == 0, i == beats - 1, swap, Values::random);
        }
    }
    Traffic traffic = finish("shortest windows without a stall");
    traffic.steadyBeats = traffic.activations.beats();
    return traffic;
}

SteadyPlan TrafficGenerator::planSteady() const {
    const golden::ArrayShape& shape = device_.shape;
    SteadyPlan plan;
    plan.slotBeats = (shape.tileBeats() + shape.pixels - 1) / shape.pixels;
    const int tileCycles = plan.slotBeats * shape.pixels;
    // Slot p + 1 ends a share of a window before slot p, and it comes later within a tile.
    const int distance = shape.stallFreeBeats() + (shape.pixels > 1 ? plan.slotBeats : 0);
    const int needed = shape.pixels * ((distance + tileCycles - 1) / tileCycles);
    const int longest = std::max(1, longestWindow() / plan.slotBeats);
    plan.windowTiles = std::min(needed, longest);
    plan.isStallFree = plan.windowTiles == needed;
    return plan;
}

TrafficOptions TrafficGenerator::drawOptions(int cycles) {
    TrafficOptions options;
    const int steps = device_.shape.drainBeats();
    static constexpr std::array<int, 6> kWindowBeats = {1, 2, 4, 10, 30, 100};
    static constexpr std::array<int, 4> kSwapEvery = {1, 2, 5, 20};
    options.windowBeats = kWindowBeats[random_.below(kWindowBeats.size())];
    options.swapEvery = kSwapEvery[random_.below(kSwapEvery.size())];
    options.weights = random_.oneIn(3) ? Values::corners : Values::random;
    options.activations = random_.oneIn(3) ? Values::corners : Values::random;
    options.beats = cycles;
    options.windows = std::max(2, cycles / steps);
    static constexpr std::array<int, 4> kAbandonEvery = {0, 0, 3, 10};
    options.abandonEvery = kAbandonEvery[random_.below(kAbandonEvery.size())];
    options.name = fmt::format("windows of about {} beats, a new tile every {}, abandoned {}",
                               options.windowBeats, options.swapEvery, options.abandonEvery);
    return options;
}

}  // namespace aslog::tb
