#include "golden/array.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"
#include "golden/layer/does_not_fit.h"

namespace aslog::golden {
namespace {

void requirePositive(const char* field, int found) {
    if (found < 1) {
        throw std::invalid_argument(std::string(field) + " is " + std::to_string(found) +
                                    ", must be at least 1");
    }
}

void requireSize(const char* what, std::size_t found, std::size_t needed) {
    if (found != needed) {
        throw std::invalid_argument(std::string(what) + " has " + std::to_string(found) +
                                    " entries, needs " + std::to_string(needed));
    }
}

void requireWholeElements(int rows, const Element& element) {
    if (rows % element.rows() != 0) {
        throw DoesNotFit(std::to_string(rows) + " rows for elements of " +
                         std::to_string(element.rows()) + " rows each");
    }
}

std::size_t sizeOf(int count) {
    return static_cast<std::size_t>(count);
}

}  // namespace

void checkShape(const ArrayShape& shape) {
    requirePositive("rows", shape.rows);
    requirePositive("columns", shape.columns);
    requirePositive("pixels", shape.pixels);
    requirePositive("weight rows", shape.weightRows);
    requirePositive("lanes", shape.lanes);
}

ArrayModel::ArrayModel(const ArrayShape& shape, Numerics numerics)
    : shape_(shape), numerics_(std::move(numerics)) {
    checkShape(shape);
    requireWholeElements(shape.rows, *numerics_.element);
    slots_.resize(sizeOf(shape.pixels));
    clamp_.high = static_cast<std::uint32_t>(lowMask(numerics_.outputBits));
}

void ArrayModel::push(const WeightBeat& beat) {
    const std::size_t columns = sizeOf(shape_.columns);
    requireSize("weight beat", beat.codes.size(), sizeOf(shape_.weightRows) * columns);
    if (filledBeats_ == 0) {
        const std::int64_t constants =
            shape_.rows / numerics_.element->rows() * numerics_.element->constant();
        filling_ = {{},
                    std::vector<std::uint64_t>(columns, static_cast<std::uint64_t>(constants)),
                    std::vector<std::vector<Code>>(columns)};
    }
    const int firstRow = filledBeats_ * shape_.weightRows;
    const int rows = std::min(shape_.weightRows, shape_.rows - firstRow);
    for (std::size_t i = 0; i < sizeOf(rows) * columns; ++i) {
        if (!numerics_.element->isLegal(beat.codes[i])) {
            throw std::invalid_argument("weight beat has the illegal code " +
                                        std::to_string(bitsOf(beat.codes[i])));
        }
        filling_.factors.push_back(numerics_.element->value(beat.codes[i]) -
                                   numerics_.element->windowWeight());
        filling_.offsetSums[i % columns] +=
            static_cast<std::uint64_t>(numerics_.element->offset(beat.codes[i]));
        if (numerics_.element->dropped() > 0) {
            filling_.codes[i % columns].push_back(beat.codes[i]);
        }
    }
    if (++filledBeats_ == shape_.tileBeats()) {
        fullTiles_.push_back(std::move(filling_));
        filledBeats_ = 0;
        advance();
    }
}

void ArrayModel::push(const ActivationBeat& beat) {
    requireSize("activation beat", beat.q.size(), sizeOf(shape_.rows));
    if (beat.slot < 0 || beat.slot >= shape_.pixels) {
        throw std::invalid_argument("activation beat for slot " + std::to_string(beat.slot) +
                                    " of " + std::to_string(shape_.pixels));
    }
    if (*std::max_element(beat.q.begin(), beat.q.end()) > numerics_.element->activationMax()) {
        throw std::invalid_argument("activation beat has an activation of more than " +
                                    std::to_string(numerics_.element->activationBits()) + " bits");
    }
    waitingActivations_.push_back(beat);
    advance();
}

void ArrayModel::push(const ParameterBeat& beat) {
    requireSize("parameter beat", beat.lanes.size(), sizeOf(shape_.lanes));
    waitingParameters_.push_back(beat);
    advance();
}

void ArrayModel::advance() {
    while (!waitingActivations_.empty()) {
        if (waitingActivations_.front().swap) {
            if (fullTiles_.empty()) {
                break;
            }
            active_ = std::move(fullTiles_.front());
            fullTiles_.pop_front();
        }
        const ActivationBeat beat = std::move(waitingActivations_.front());
        waitingActivations_.pop_front();
        compute(beat);
    }
    while (!draining_.empty() && !waitingParameters_.empty()) {
        drain(waitingParameters_.front());
        waitingParameters_.pop_front();
    }
}

void ArrayModel::compute(const ActivationBeat& beat) {
    Slot& slot = slots_[sizeOf(beat.slot)];
    if (active_.isEmpty() || (!beat.first && !slot.open)) {
        throw std::logic_error(active_.isEmpty()
                                   ? "activation beat before any tile was made active"
                                   : "activation beat for a slot that no beat has started");
    }
    const std::size_t columns = sizeOf(shape_.columns);
    if (beat.first) {
        slot = {true, std::vector<std::uint64_t>(columns), 0};
    }
    if (numerics_.element->dropped() == 0) {
        addProducts(beat, slot.accumulators);
    } else {
        addWords(beat, slot.accumulators);
    }
    slot.windowSum += activationSum(beat.q);
    if (beat.last) {
        for (std::uint64_t& sum : slot.accumulators) {
            sum &= lowMask(numerics_.accumulatorBits);
        }
        const std::uint64_t windowSum = slot.windowSum & lowMask(numerics_.windowSumBits);
        windows_.push_back({beat.slot, std::move(slot.accumulators), windowSum});
        draining_.push_back(windows_.back());
        slot = {};
    }
}

/// By the law of the elements the sum of the raw words is sum(factor * q) + sum(offset).
/// Sums are modulo 2^64; a legal layer stays far below.
void ArrayModel::addProducts(const ActivationBeat& beat, std::vector<std::uint64_t>& sums) const {
    const std::size_t columns = sums.size();
    for (std::size_t c = 0; c < columns; ++c) {
        sums[c] += active_.offsetSums[c];
    }
    const std::int64_t* factors = active_.factors.data();
    for (const std::uint8_t q : beat.q) {
        for (std::size_t c = 0; c < columns; ++c) {
            sums[c] += static_cast<std::uint64_t>(factors[c]) * q;
        }
        factors += columns;
    }
}

void ArrayModel::addWords(const ActivationBeat& beat, std::vector<std::uint64_t>& sums) const {
    for (std::size_t c = 0; c < sums.size(); ++c) {
        sums[c] += columnSum(*numerics_.element, active_.codes[c], beat.q);
    }
}

void ArrayModel::drain(const ParameterBeat& beat) {
    const Window& window = draining_.front();
    const std::size_t firstColumn = sizeOf(drainStep_) * sizeOf(shape_.lanes);
    const std::size_t lanes = std::min(sizeOf(shape_.lanes), sizeOf(shape_.columns) - firstColumn);
    OutputBeat output;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const PcfParameters& parameters = beat.lanes[lane];
        const std::int64_t t = correctionSum(numerics_, window.accumulators[firstColumn + lane],
                                             window.windowSum, parameters);
        output.values.push_back(requantise(t, parameters, clamp_, numerics_));
    }
    outputs_.push_back(std::move(output));
    if (++drainStep_ == shape_.drainBeats()) {
        draining_.pop_front();
        drainStep_ = 0;
    }
}

std::vector<OutputBeat> ArrayModel::takeOutputs() {
    return std::exchange(outputs_, {});
}

std::vector<Window> ArrayModel::takeWindows() {
    return std::exchange(windows_, {});
}

bool ArrayModel::isIdle() const {
    const bool isOpen =
        std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.open; });
    return !isOpen && filledBeats_ == 0 && fullTiles_.empty() && waitingActivations_.empty() &&
           waitingParameters_.empty() && draining_.empty();
}

}  // namespace aslog::golden
