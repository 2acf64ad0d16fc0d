#include "tb/streams/control_model.h"

namespace aslog::tb {

ControlModel::ControlModel(const golden::ArrayShape& shape, bool hasTreeStage)
    : tileBeats_(shape.tileBeats()), drainBeats_(shape.drainBeats()), hasTreeStage_(hasTreeStage) {
}

Answer ControlModel::answer(const StreamInputs& inputs) const {
    Answer answer;
    Handshakes& shakes = answer.handshakes;
    Moves& moves = answer.moves;

    // From the output backwards: a place is free if it is empty or its beat moves on.
    shakes.outValid = state_.scale;
    moves.scale = state_.shift && (!state_.scale || inputs.outReady);
    moves.shift = state_.correct && (!state_.shift || moves.scale);
    shakes.parReady = state_.isDraining && (!state_.correct || moves.shift);
    moves.correct = shakes.parReady && inputs.parValid;

    const std::optional<Beat>& summed = beforeAccumulator();
    const bool isStopped = !hasTreeStage_ && state_.laneWaits;
    const bool needsDrain = summed && summed->last;
    moves.accumulator =
        summed && !isStopped && (!needsDrain || !state_.isDraining || drainEnds(moves));
    moves.slot = moves.accumulator ? summed->slot : 0;
    moves.drain = moves.accumulator && needsDrain;
    moves.tree =
        hasTreeStage_ && state_.lane && !state_.laneWaits && (!state_.tree || moves.accumulator);

    shakes.wgtReady = state_.isAwake && state_.loadedBeats < tileBeats_;
    if (shakes.wgtReady) {
        moves.openGroup = state_.loadedBeats;
    }
    moves.load = shakes.wgtReady && inputs.wgtValid;

    // Only what the stages hold counts here, not what the partners offer in this cycle.
    const bool leavesLane =
        !state_.laneWaits && ((hasTreeStage_ && !state_.tree) || !needsDrain || !state_.isDraining);
    shakes.actReady = state_.isAwake && (!state_.lane || leavesLane);
    moves.lane = shakes.actReady && inputs.actValid;
    moves.swap = asksSwap(inputs, moves) && shadowFills(moves);
    return answer;
}

void ControlModel::clock(const StreamInputs& inputs) {
    const Moves moves = answer(inputs).moves;
    State next = state_;
    next.isAwake = true;
    next.loadedBeats = moves.swap ? 0 : state_.loadedBeats + (moves.load ? 1 : 0);
    next.laneWaits = asksSwap(inputs, moves) && !moves.swap;
    next.isDraining = moves.drain || (state_.isDraining && !drainEnds(moves));
    next.drainStep = (state_.drainStep + (moves.correct ? 1 : 0)) % drainBeats_;
    next.correct = moves.correct || (state_.correct && !moves.shift);
    next.shift = moves.shift || (state_.shift && !moves.scale);
    next.scale = moves.scale || (state_.scale && !inputs.outReady);
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
