#include "power/drive.h"

#include <algorithm>
#include <span>
#include <string>

#include <fmt/format.h>

#include "flows/timing/sta.h"
#include "support/error.h"
#include "support/interrupt.h"

namespace aslog::power {
namespace {

using tb::PackedStream;
using tb::Traffic;

// Longer than any drain or tile.
constexpr std::uint64_t kPatience = 20000;
constexpr int kResetCycles = 3;

bool bitOf(std::span<const std::uint32_t> words, std::size_t bit) {
    return ((words[bit / 32] >> (bit % 32)) & 1U) != 0;
}

class Drive {
  public:
    Drive(Simulator& simulator, const FlatNetlist& netlist, const tb::Device& device,
          const Traffic& traffic, const CountedBeats& counted)
        : simulator_(simulator),
          netlist_(netlist),
          device_(device),
          traffic_(traffic),
          counted_(counted),
          activations_{traffic.activations, "act"},
          weights_{traffic.weights, "wgt"},
          parameters_{traffic.parameters, "par"} {}

    DriveReport run() {
        setPort("clamp_low_i", traffic_.clamp.low);
        setPort("clamp_high_i", traffic_.clamp.high);
        reset();
        std::uint64_t lastMove = 0;
        while (!isDone()) {
            countFromTo();
            offer(activations_);
            offer(weights_);
            offer(parameters_);
            cycle();
            const bool takes = takeOutput();
            const bool moves = move(activations_);
            const bool loads = move(weights_);
            const bool drains = move(parameters_);
            report_.countedBeats += moves && isCounting_ ? 1 : 0;
            if (takes || moves || loads || drains) {
                lastMove = report_.cycles;
            }
            if (report_.cycles > lastMove + kPatience) {
                throw support::Error(fmt::format("the netlist of {} stands still after {} outputs",
                                                 device_.name, received_));
            }
            if (report_.cycles % 256 == 0) {
                support::throwIfInterrupted();
            }
        }
        return report_;
    }

  private:
    struct Stream {
        const PackedStream& beats;
        std::string name;
        std::size_t next = 0;

        bool isDone() const { return next == beats.beats(); }
    };

    bool isDone() const {
        return activations_.isDone() && weights_.isDone() && parameters_.isDone() &&
               received_ == traffic_.outputs.beats();
    }

    void setPort(const std::string& name, std::uint64_t value) {
        const FlatPort& port = netlist_.port(name);
        for (std::size_t i = 0; i < port.nets.size(); ++i) {
            simulator_.setInput(port.nets[i], ((value >> i) & 1U) != 0);
        }
    }

    void setData(const std::string& name, std::span<const std::uint32_t> words) {
        const FlatPort& port = netlist_.port(name);
        for (std::size_t i = 0; i < port.nets.size(); ++i) {
            simulator_.setInput(port.nets[i], bitOf(words, i));
        }
    }

    bool isHigh(const std::string& name) const {
        return simulator_.value(netlist_.port(name).nets.front());
    }

    void reset() {
        setPort("rst_ni", 0);
        setPort("test_en_i", 0);
        setPort("out_ready_i", 1);
        for (const char* name : {"act_valid_i", "wgt_valid_i", "par_valid_i"}) {
            setPort(name, 0);
        }
        for (int i = 0; i < kResetCycles; ++i) {
            cycle();
        }
        setPort("rst_ni", 1);
        cycle();
    }

    void cycle() {
        simulator_.cycle(flows::kPortShare);
        ++report_.cycles;
        report_.countedCycles += isCounting_ ? 1 : 0;
        if (simulator_.unsettled() > 0) {
            throw support::Error(
                fmt::format("{} nets of {} still change when cycle {} ends: the "
                            "clock is too fast for the delays of the cells",
                            simulator_.unsettled(), device_.name, report_.cycles));
        }
    }

    void countFromTo() {
        if (!isCounting_ && !hasCounted_ && activations_.next >= counted_.first) {
            simulator_.startCounting();
            isCounting_ = hasCounted_ = true;
        }
        if (isCounting_ && activations_.next >= counted_.end) {
            simulator_.stopCounting();
            isCounting_ = false;
        }
    }

    void offer(Stream& stream) {
        setPort(stream.name + "_valid_i", stream.isDone() ? 0 : 1);
        if (stream.isDone()) {
            return;
        }
        const auto beat = stream.beats.beat(stream.next);
        setData(stream.name + "_data_i", beat);
        if (&stream ==
            &activations_) {  // slot, first, last and swap are a word each (tb/streams/traffic.h)
            const auto flags = beat.last(4);
            setPort("act_slot_i", flags[0]);
            setPort("act_first_i", flags[1]);
            setPort("act_last_i", flags[2]);
            setPort("act_swap_i", flags[3]);
        }
    }

    bool move(Stream& stream) {
        const bool moves = !stream.isDone() && isHigh(stream.name + "_ready_o");
        stream.next += moves ? 1 : 0;
        return moves;
    }

    bool takeOutput() {
        if (!isHigh("out_valid_o")) {
            return false;
        }
        if (received_ == traffic_.outputs.beats()) {
            throw support::Error(fmt::format("{}: an output too many", device_.name));
        }
        const std::vector<NetId>& nets = netlist_.port("out_data_o").nets;
        const auto expected = traffic_.outputs.beat(received_);
        const auto mask = traffic_.outputMasks.beat(received_);
        const auto bits = static_cast<std::size_t>(device_.design.spec.pcf.outputBits);
        for (std::size_t i = 0; i < nets.size(); ++i) {
            if (bitOf(mask, i) && bitOf(expected, i) != simulator_.value(nets[i])) {
                const tb::Place place = traffic_.place(received_, static_cast<int>(i / bits));
                throw support::Error(fmt::format(
                    "the netlist of {} gives a wrong output in cycle {}: layer {}, channel {}, "
                    "pixel {}, bit {}",
                    device_.name, report_.cycles, place.layer, place.channel, place.pixel,
                    i % bits));
            }
        }
        for (std::size_t lane = 0; lane * bits < nets.size(); ++lane) {
            report_.comparisons += bitOf(mask, lane * bits) ? 1 : 0;
        }
        ++received_;
        return true;
    }

    Simulator& simulator_;
    const FlatNetlist& netlist_;
    const tb::Device& device_;
    const Traffic& traffic_;
    CountedBeats counted_;
    Stream activations_;
    Stream weights_;
    Stream parameters_;
    std::size_t received_ = 0;
    bool isCounting_ = false;
    bool hasCounted_ = false;
    DriveReport report_;
};

}  // namespace

DriveReport drive(Simulator& simulator, const FlatNetlist& netlist, const tb::Device& device,
                  const Traffic& traffic, const CountedBeats& counted) {
    return Drive(simulator, netlist, device, traffic, counted).run();
}

}  // namespace aslog::power
