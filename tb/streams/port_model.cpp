#include "tb/streams/port_model.h"

namespace aslog::tb {

StreamInputs PortModel::behindRegisters() const {
    StreamInputs inside = state_.first;
    inside.actValid = state_.activations > 0;
    inside.wgtValid = state_.weights > 0;
    inside.parValid = state_.parameters > 0;
    inside.outReady = state_.isAwake && state_.outputs < kBeats;
    return inside;
}

Answer PortModel::answer(const StreamInputs& inputs) const {
    if (!hasRegisters_) {
        return control_.answer(inputs);
    }
    Answer answer = control_.answer(behindRegisters());
    answer.handshakes = {
        .actReady = state_.isAwake && state_.activations < kBeats,
        .wgtReady = state_.isAwake && state_.weights < kBeats,
        .parReady = state_.isAwake && state_.parameters<kBeats, .outValid = state_.outputs> 0};
    return answer;
}

std::array<PortModel::Passing, kStreams> PortModel::passing(const StreamInputs& inputs) const {
    const Handshakes ports = answer(inputs).handshakes;
    const StreamInputs seen = behindRegisters();
    const Handshakes inside = control_.answer(seen).handshakes;
    return {
        {{state_.activations, inputs.actValid && ports.actReady, seen.actValid && inside.actReady},
         {state_.weights, inputs.wgtValid && ports.wgtReady, seen.wgtValid && inside.wgtReady},
         {state_.parameters, inputs.parValid && ports.parReady, seen.parValid && inside.parReady},
         {state_.outputs, inside.outValid && seen.outReady, ports.outValid && inputs.outReady}}};
}

std::array<RegisterMoves, kStreams> PortModel::registerMoves(const StreamInputs& inputs) const {
    std::array<RegisterMoves, kStreams> moves{};
    if (!hasRegisters_) {
        return moves;
    }
    const std::array<Passing, kStreams> streams = passing(inputs);
    for (std::size_t i = 0; i < kStreams; ++i) {
        const auto [held, comes, goes] = streams[i];
        moves[i].data = (comes && (held == 0 || goes)) || (held == kBeats && goes);
        moves[i].spare = comes && held > 0 && !goes;
    }
    return moves;
}

void PortModel::clock(const StreamInputs& inputs) {
    if (!hasRegisters_) {
        control_.clock(inputs);
        return;
    }
    const auto [activations, weights, parameters, outputs] = passing(inputs);
    control_.clock(behindRegisters());

    if (activations.goes) {
        state_.first = state_.second;
        --state_.activations;
    }
    if (activations.comes) {
        (state_.activations == 0 ? state_.first : state_.second) = inputs;
        ++state_.activations;
    }
    const auto after = [](const Passing& stream) {
        return stream.held + (stream.comes ? 1 : 0) - (stream.goes ? 1 : 0);
    };
    state_.weights = after(weights);
    state_.parameters = after(parameters);
    state_.outputs = after(outputs);
    state_.isAwake = true;
}

void PortModel::reset() {
    control_.reset();
    state_ = {};
}

}  // namespace aslog::tb
