#include "tb/streams/protocol_check.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "tb/models/ports.h"

namespace aslog::tb {
namespace {

std::string describe(const Handshakes& shakes) {
    return fmt::format("act_ready {:d}, wgt_ready {:d}, par_ready {:d}, out_valid {:d}",
                       shakes.actReady, shakes.wgtReady, shakes.parReady, shakes.outValid);
}

}  // namespace

ProtocolCheck::ProtocolCheck(const Device& device, Model& model, Recorder& recorder,
                             bool watchesClocks)
    : model_(model),
      recorder_(recorder),
      ports_(device.shape, device.design.hasTreeRegister(), device.design.spec.streams.registered),
      reset_(model.input("rst_ni")),
      actValid_(model.input("act_valid_i")),
      actFirst_(model.input("act_first_i")),
      actLast_(model.input("act_last_i")),
      actSwap_(model.input("act_swap_i")),
      actSlot_(model.input("act_slot_i")),
      wgtValid_(model.input("wgt_valid_i")),
      parValid_(model.input("par_valid_i")),
      outReady_(model.input("out_ready_i")),
      actReady_(std::as_const(model).output("act_ready_o")),
      wgtReady_(std::as_const(model).output("wgt_ready_o")),
      parReady_(std::as_const(model).output("par_ready_o")),
      outValid_(std::as_const(model).output("out_valid_o")) {
    if (watchesClocks) {
        ticks_.emplace(device, model);
    }
}

StreamInputs ProtocolCheck::inputs() const {
    return {isSet(actValid_), isSet(actFirst_), isSet(actLast_),  isSet(actSwap_),
            actSlot_[0],      isSet(wgtValid_), isSet(parValid_), isSet(outReady_)};
}

void ProtocolCheck::afterCycle() {
    if (ticks_) {
        ticks_->risingEdge(ports_.answer(before_).moves, ports_.registerMoves(before_));
    }
    ports_.clock(before_);
    follow();
    const Answer answer = ports_.answer(before_);
    compare(answer.handshakes);
    if (ticks_) {
        ticks_->lowPhase(answer.moves);
        compareTicks();
    }
    if (before_.actValid && isSet(reset_)) {
        recorder_.result().coverage.count({!answer.handshakes.actReady, before_.actFirst,
                                           before_.actLast, before_.actSwap, ports_.isDraining()});
    }
}

void ProtocolCheck::afterEval() {
    follow();
    compare(ports_.answer(before_).handshakes);
}

void ProtocolCheck::follow() {
    before_ = inputs();
    if (isSet(reset_)) {
        return;
    }
    ports_.reset();
    if (!isFollowing_) {
        isFollowing_ = true;
        isCounting_ = false;
    }
}

void ProtocolCheck::compare(const Handshakes& expected) {
    if (!isFollowing_) {
        return;
    }
    const Handshakes seen = {isSet(actReady_), isSet(wgtReady_), isSet(parReady_),
                             isSet(outValid_)};
    recorder_.result().handshakes += kHandshakes;
    if (seen != expected) {
        isFollowing_ = false;
        recorder_.report({{isSet(reset_) ? "handshakes" : "handshakes during reset", "", ""},
                          model_.cycles(),
                          describe(expected),
                          describe(seen)});
    }
}

void ProtocolCheck::compareTicks() {
    if (!isFollowing_) {
        return;
    }
    // What was counted before the first cycle of the first reset is not known.
    if (!isCounting_) {
        ticks_->synchronise();
        isCounting_ = true;
    }
    recorder_.result().clockPulses = ticks_->pulses();
    if (const std::string difference = ticks_->difference(); !difference.empty()) {
        isFollowing_ = false;
        recorder_.report({{"gated clocks", "", ""},
                          model_.cycles(),
                          "a pulse for each beat that moves",
                          difference});
    }
}

}  // namespace aslog::tb
