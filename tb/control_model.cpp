#include "tb/control_model.h"

namespace aslog::tb {

ControlModel::ControlModel(const golden::ArrayShape& shape, bool hasTreeStage)
    : tileBeats_(shape.tileBeats()), drainBeats_(shape.drainBeats()), hasTreeStage_(hasTreeStage) {
}

Answer ControlModel::answer(const StreamInputs& inputs) const {
    Answer answer;
    Handshakes& shakes = answer.handshakes;
    Moves& moves = answer.moves;

    // From the output backwards: a place is free if it is empty or its beat moves on.
    shakes.outValid = state_.round;
    moves.round = state_.scale && (!state_.round || inputs.outReady);
    moves.scale = state_.correct && (!state_.scale || moves.round);
    shakes.parReady = state_.isDraining && (!state_.correct || moves.scale);
    moves.correct = shakes.parReady && inputs.parValid;

    const std::optional<Beat>& summed = beforeAccumulator();
    const bool drainIsFree = !state_.isDraining || drainEnds(moves);
    moves.accumulator = summed && (!summed->last || drainIsFree);
    moves.slot = moves.accumulator ? summed->slot : 0;
    moves.drain = moves.accumulator && summed->last;
    moves.tree = hasTreeStage_ && state_.lane && (!state_.tree || moves.accumulator);
    const bool leavesLane = hasTreeStage_ ? moves.tree : moves.accumulator;

    shakes.wgtReady = state_.loadedBeats < tileBeats_;
    if (shakes.wgtReady && inputs.wgtValid) {
        moves.loadGroup = state_.loadedBeats;
    }
    // A swap may take a tile in the cycle in which its last beat arrives.
    const bool shadowIsFull = state_.loadedBeats + (moves.loadGroup ? 1 : 0) == tileBeats_;
    shakes.actReady = (!state_.lane || leavesLane) && (!inputs.actSwap || shadowIsFull);
    moves.lane = shakes.actReady && inputs.actValid;
    moves.swap = moves.lane && inputs.actSwap;
    return answer;
}

void ControlModel::clock(const StreamInputs& inputs) {
    const Moves moves = answer(inputs).moves;
    State next = state_;
    next.loadedBeats = moves.swap ? 0 : state_.loadedBeats + (moves.loadGroup ? 1 : 0);
    next.isDraining = moves.drain || (state_.isDraining && !drainEnds(moves));
    next.drainStep = (state_.drainStep + (moves.correct ? 1 : 0)) % drainBeats_;
    next.correct = moves.correct || (state_.correct && !moves.scale);
    next.scale = moves.scale || (state_.scale && !moves.round);
    next.round = moves.round || (state_.round && !inputs.outReady);
    if (moves.tree || moves.accumulator) {
        next.tree = moves.tree ? state_.lane : std::nullopt;
    }
    if (moves.lane) {
        next.lane = Beat{inputs.actSlot, inputs.actLast};
    } else if (hasTreeStage_ ? moves.tree : moves.accumulator) {
        next.lane.reset();
    }
    state_ = next;
}

}  // namespace aslog::tb
