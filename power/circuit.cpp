#include "power/circuit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "gates/liberty_numbers.h"
#include "support/error.h"

namespace aslog::power {
namespace {

using gates::DelayArc;

constexpr bool kBothEdges[] = {false, true};

// A cell of this module, or one that its clock goes through, belongs to the clock.
constexpr const char* kClockGate = "aslog_clock_gate";

}  // namespace

bool allows(gates::Sense sense, bool inputRises, bool outputRises) {
    return sense == gates::Sense::Both ||
           (inputRises == outputRises) == (sense == gates::Sense::Positive);
}

Circuit::Circuit(FlatNetlist netlist, const gates::LibertyFile& library, Conditions conditions)
    : netlist_(std::move(netlist)), conditions_(std::move(conditions)) {
    makeTypes(library);
    makeInstances();
    const std::string libraryName(library.root().name());
    connect(gates::WireLoad::ofLibrary(
        library.root(), gates::capacitanceUnitFf(library.root(), libraryName), libraryName));
    findClocks();
    propagateSlews();
    makeResponses();
}

double Circuit::switchingFj(NetId net) const {
    return 0.5 * loads_[net] * conditions_.voltageV * conditions_.voltageV;
}

void Circuit::makeTypes(const gates::LibertyFile& library) {
    std::map<std::string, const gates::CellModel*> models;
    for (const FlatInstance& instance : netlist_.instances) {
        models.emplace(instance.model->name, instance.model);
    }
    std::vector<const gates::CellModel*> list;
    list.reserve(models.size());
    for (const auto& [name, model] : models) {
        list.push_back(model);
    }
    tables_ = readCellTables(library, list);
    for (const auto& [name, model] : models) {
        types_.emplace(std::piecewise_construct, std::forward_as_tuple(name),
                       std::forward_as_tuple(*model, tables_.at(name)));
    }
}

void Circuit::makeInstances() {
    for (const FlatInstance& flat : netlist_.instances) {
        CircuitInstance& instance = instances_.emplace_back();
        instance.type = &types_.at(flat.model->name);
        instance.firstOutput = static_cast<std::uint32_t>(outputs_.size());
        outputs_.insert(outputs_.end(), flat.outputs.begin(), flat.outputs.end());
        instance.kind = flat.model->state ? Kind::Registers : Kind::Logic;
    }
}

void Circuit::connect(const gates::WireLoad& wires) {
    drivers_.assign(nets(), kNoInstance);
    loads_.assign(nets(), 0);
    std::vector<std::vector<Sink>> sinks(nets());
    std::vector<int> fanout(nets(), 0);
    for (std::uint32_t i = 0; i < size(); ++i) {
        const FlatInstance& flat = netlist_.instances[i];
        for (std::uint32_t input = 0; input < flat.inputs.size(); ++input) {
            const NetId net = flat.inputs[input];
            sinks[net].push_back({i, input});
            loads_[net] += instances_[i].type->tables().inputs[input].capacitanceFf;
            ++fanout[net];
        }
        for (const NetId net : flat.outputs) {
            if (drivers_[net] != kNoInstance || net <= kNetOne) {
                throw support::Error(
                    fmt::format("{} drives a net that has another driver", flat.path));
            }
            drivers_[net] = i;
        }
    }
    for (const FlatPort& port : netlist_.ports) {
        for (const NetId net : port.nets) {
            fanout[net] += port.isOutput ? 1 : 0;
        }
    }
    for (NetId net = 0; net < nets(); ++net) {
        firstSinks_.push_back(sinks_.size());
        sinks_.insert(sinks_.end(), sinks[net].begin(), sinks[net].end());
        loads_[net] += fanout[net] > 0 ? wires.capacitanceFf(fanout[net]) : 0;
    }
    firstSinks_.push_back(sinks_.size());
}

// From the port through logic and clock gates up to flip-flops and latches.
void Circuit::findClocks() {
    isClock_.assign(nets(), 0);
    std::vector<NetId> open;
    const auto mark = [&](NetId net) {
        if (isClock_[net] == 0) {
            isClock_[net] = 1;
            open.push_back(net);
        }
    };
    if (!conditions_.clockPort.empty()) {
        mark(netlist_.port(conditions_.clockPort).nets.front());
    }
    while (!open.empty()) {
        const NetId net = open.back();
        open.pop_back();
        for (std::size_t at = firstSink(net); at < firstSink(net + 1); ++at) {
            CircuitInstance& sink = instances_[sinks_[at].instance];
            const gates::CellModel& model = sink.type->model();
            if (model.state && !model.isClockGate) {
                continue;
            }
            sink.kind = Kind::Clock;
            for (std::size_t o = 0; o < sink.type->outputs(); ++o) {
                mark(outputNet(sink, o));
            }
        }
    }
    for (std::size_t i = 0; i < size(); ++i) {
        if (netlist_.places[netlist_.instances[i].place].kind == kClockGate) {
            instances_[i].kind = Kind::Clock;
        }
    }
}

// Instances, each behind those that drive it; a loop through open latches is cut somewhere.
std::vector<std::size_t> Circuit::order() const {
    std::vector<int> waiting(size(), 0);
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < size(); ++i) {
        std::set<std::size_t> inputs;
        for (const gates::PinTables& pin : instances_[i].type->tables().outputs) {
            for (const DelayArc& arc : pin.arcs) {
                inputs.insert(arc.input);
            }
        }
        for (const std::size_t input : inputs) {
            waiting[i] += drivers_[netlist_.instances[i].inputs[input]] != kNoInstance ? 1 : 0;
        }
        if (waiting[i] == 0) {
            ready.push_back(i);
        }
    }
    std::vector<std::size_t> order;
    std::vector<std::uint8_t> done(size(), 0);
    std::size_t next = 0;
    while (order.size() < size()) {
        if (ready.empty()) {
            next = static_cast<std::size_t>(
                std::find(done.begin() + static_cast<std::ptrdiff_t>(next), done.end(), 0) -
                done.begin());
            ready.push_back(next);
        }
        const std::size_t i = ready.back();
        ready.pop_back();
        if (std::exchange(done[i], 1) != 0) {
            continue;
        }
        order.push_back(i);
        for (std::size_t o = 0; o < instances_[i].type->outputs(); ++o) {
            const NetId net = outputNet(instances_[i], o);
            for (std::size_t at = firstSink(net); at < firstSink(net + 1); ++at) {
                const Sink& sink = sinks_[at];
                const auto& outputs = instances_[sink.instance].type->tables().outputs;
                const bool matters =
                    std::any_of(outputs.begin(), outputs.end(), [&](const auto& pin) {
                        return std::any_of(
                            pin.arcs.begin(), pin.arcs.end(),
                            [&](const DelayArc& arc) { return arc.input == sink.input; });
                    });
                if (matters && --waiting[sink.instance] == 0) {
                    ready.push_back(sink.instance);
                }
            }
        }
    }
    return order;
}

void Circuit::propagateSlews() {
    slews_.assign(nets(), {0, 0});
    for (const std::size_t i : order()) {
        const CircuitInstance& instance = instances_[i];
        const auto& outputs = instance.type->tables().outputs;
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            const NetId net = outputNet(instance, o);
            for (const DelayArc& arc : outputs[o].arcs) {
                for (const bool inputRises : kBothEdges) {
                    for (const bool outputRises : kBothEdges) {
                        const auto& table = arc.transition[outputRises ? 1 : 0];
                        if (table && !isClock(net) && allows(arc.sense, inputRises, outputRises)) {
                            const double slew =
                                slews_[netlist_.instances[i].inputs[arc.input]][inputRises ? 1 : 0];
                            double& slowest = slews_[net][outputRises ? 1 : 0];
                            slowest = std::max(slowest, table->at(slew, loads_[net]));
                        }
                    }
                }
            }
        }
    }
}

double Circuit::delayOf(std::size_t index, const ResponseSource& source, bool inputRises,
                        bool outputRises) const {
    const FlatInstance& flat = netlist_.instances[index];
    const double load = loads_[flat.outputs[source.output]];
    const auto slowest = [&](const auto& arcs, bool anySense) {
        double delay = -std::numeric_limits<double>::infinity();
        for (const DelayArc* arc : arcs) {
            const auto& table = arc->delay[outputRises ? 1 : 0];
            if (table && (anySense || allows(arc->sense, inputRises, outputRises))) {
                const double slew = slews_[flat.inputs[arc->input]][inputRises ? 1 : 0];
                delay = std::max(delay, table->at(slew, load));
            }
        }
        return delay;
    };
    double delay = slowest(source.arcs, false);
    if (!std::isfinite(delay)) {  // an edge that the library does not have under this condition
        std::vector<const DelayArc*> all;
        for (const DelayArc& arc : instances_[index].type->tables().outputs[source.output].arcs) {
            all.push_back(&arc);
        }
        delay = slowest(all, true);
    }
    if (!std::isfinite(delay)) {
        throw support::InputError(fmt::format("the library has no delay of the output {} of {}",
                                              flat.model->outputs[source.output].pin,
                                              flat.model->name));
    }
    return delay;
}

Response Circuit::responseOf(std::size_t index, const ResponseSource& source, bool inputRises,
                             bool outputRises) const {
    const FlatInstance& flat = netlist_.instances[index];
    const NetId net = flat.outputs[source.output];
    Response response;
    if (!isClock(net)) {
        const double ticks =
            delayOf(index, source, inputRises, outputRises) / conditions_.periodNs * kTicksPerCycle;
        response.delay = static_cast<Ticks>(std::clamp(std::round(ticks), 1.0, 2e9));
        if (response.delay >= 2 * kTicksPerCycle) {
            throw support::InputError(
                fmt::format("{} takes longer than two cycles of the clock", flat.path));
        }
    }
    const double slew = slews_[flat.inputs[source.input]][inputRises ? 1 : 0];
    double energy = 0;
    for (const gates::InternalEnergy* each : source.energies) {
        energy += each->energy[outputRises ? 1 : 0].at(slew, loads_[net]);
    }
    response.energyFj = static_cast<float>(energy);
    return response;
}

void Circuit::makeResponses() {
    for (std::size_t i = 0; i < size(); ++i) {
        CircuitInstance& instance = instances_[i];
        instance.firstResponse = static_cast<std::uint32_t>(responses_.size());
        for (const ResponseSource& source : instance.type->responses()) {
            for (const bool outputRises : kBothEdges) {
                for (const bool inputRises : kBothEdges) {
                    responses_.push_back(responseOf(i, source, inputRises, outputRises));
                }
            }
        }
        instance.firstHidden = static_cast<std::uint32_t>(hiddens_.size());
        for (const HiddenSource& source : instance.type->hiddens()) {
            for (const bool rises : kBothEdges) {
                const double slew =
                    slews_[netlist_.instances[i].inputs[source.input]][rises ? 1 : 0];
                double energy = 0;
                for (const gates::InternalEnergy* each : source.energies) {
                    energy += each->energy[rises ? 1 : 0].at(slew, 0);
                }
                hiddens_.push_back(static_cast<float>(energy));
            }
        }
    }
}

}  // namespace aslog::power
