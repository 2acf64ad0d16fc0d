#include "tb/port_model.h"

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

void PortModel::clock(const StreamInputs& inputs) {
    if (!hasRegisters_) {
        control_.clock(inputs);
        return;
    }
    const Handshakes ports = answer(inputs).handshakes;
    const StreamInputs seen = behindRegisters();
    const Handshakes inside = control_.answer(seen).handshakes;
    control_.clock(seen);

    if (seen.actValid && inside.actReady) {
        state_.first = state_.second;
        --state_.activations;
    }
    if (inputs.actValid && ports.actReady) {
        (state_.activations == 0 ? state_.first : state_.second) = inputs;
        ++state_.activations;
    }
    const auto step = [](bool comes, bool goes) { return (comes ? 1 : 0) - (goes ? 1 : 0); };
    state_.weights += step(inputs.wgtValid && ports.wgtReady, seen.wgtValid && inside.wgtReady);
    state_.parameters += step(inputs.parValid && ports.parReady, seen.parValid && inside.parReady);
    state_.outputs += step(inside.outValid && seen.outReady, ports.outValid && inputs.outReady);
    state_.isAwake = true;
}

void PortModel::reset() {
    control_.reset();
    state_ = {};
}

}  // namespace aslog::tb
