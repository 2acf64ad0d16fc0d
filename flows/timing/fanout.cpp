#include "flows/timing/fanout.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

// A place where a net ends: bit `bit` of connection `connection` of cell `cell`.
struct Sink {
    std::size_t cell = 0;
    std::size_t connection = 0;
    std::size_t bit = 0;
    Load load;
};

// What a module's parent must know of one bit of a port.
struct PortBit {
    Load load;           // on the net inside
    double limitFf = 0;  // of an output: what its driver may take in all
    bool isIdeal = false;
};
using ModulePorts = std::map<std::string, std::vector<PortBit>>;

struct Net {
    std::vector<Sink> sinks;
    Load fixed;                     // no sinks here: inside the instance that drives, behind ports
    std::optional<double> limitFf;  // of the driver; none for constants
    bool isIdeal = false;
    bool crosses = false;  // enters a module
    bool leaves = false;   // to the parent, which adds more load
};

std::vector<Buffer> knownBuffers(const CellLibrary& library, const FanoutRules& rules) {
    std::vector<Buffer> result;
    for (const BufferCell& each : rules.buffers) {
        const LibraryCell* cell = library.find(each.cell);
        if (cell == nullptr || !cell->pins.contains(each.input) ||
            !cell->pins.contains(each.output)) {
            throw support::InputError(fmt::format("the library {} has no buffer {} ({} to {})",
                                                  library.name(), each.cell, each.input,
                                                  each.output));
        }
        result.push_back({each,
                          {cell->pins.at(each.input).capacitanceFf, 1},
                          maxLoadFf(cell->pins.at(each.output), rules),
                          cell->areaUm2});
    }
    return result;
}

class ModuleBuffering {
  public:
    ModuleBuffering(Module& module, bool isTop,
                    const std::map<std::string, ModulePorts>& interfaces,
                    const CellLibrary& library, const std::vector<Buffer>& buffers,
                    const FanoutRules& rules)
        : module_(module),
          isTop_(isTop),
          interfaces_(interfaces),
          library_(library),
          buffers_(buffers),
          rules_(rules),
          nextBit_(module.unusedBit()) {
        collectInputs();
        collectOutputs();
        for (std::size_t i = 0; i < module_.cells.size(); ++i) {
            collectCell(i);
        }
    }

    ModulePorts run() {
        for (auto& [bit, net] : nets_) {
            if (net.limitFf && !net.isIdeal) {
                bufferNet(bit, net);
            }
        }
        return interface();
    }

  private:
    // A port's driver is outside: its net is split here only if no buffer could drive it as one.
    void collectInputs() {
        double strongest = 0;
        for (const Buffer& buffer : buffers_) {
            strongest = std::max(strongest, buffer.limitFf);
        }
        for (const Port& port : module_.ports) {
            for (const Bit bit : port.bits) {
                if (!port.isOutput && !isConstant(bit)) {
                    nets_[bit].limitFf = strongest;
                    nets_[bit].crosses = true;
                }
            }
        }
    }

    // An output port of the array is a place that wires lead to.
    void collectOutputs() {
        for (const Port& port : module_.ports) {
            for (const Bit bit : port.bits) {
                if (port.isOutput && !isConstant(bit)) {
                    nets_[bit].leaves = !isTop_;
                    nets_[bit].fixed.sinks += isTop_ ? 1 : 0;
                }
            }
        }
    }

    void collectCell(std::size_t index) {
        const Cell& cell = module_.cells[index];
        const auto module = interfaces_.find(cell.type);
        const LibraryCell* libraryCell = library_.find(cell.type);
        if (module == interfaces_.end() && libraryCell == nullptr) {
            throw support::Error(fmt::format("the netlist holds a {}, which is no cell of {}",
                                             cell.type, library_.name()));
        }
        for (std::size_t c = 0; c < cell.connections.size(); ++c) {
            const auto& [pin, bits] = cell.connections[c];
            for (std::size_t i = 0; i < bits.size(); ++i) {
                if (isConstant(bits[i])) {
                    continue;
                }
                if (module != interfaces_.end()) {
                    addPortBit(nets_[bits[i]], module->second.at(pin)[i], {index, c, i, {}});
                } else {
                    addPin(nets_[bits[i]], libraryCell->pins.at(pin), {index, c, i, {}});
                }
            }
        }
    }

    static void addPortBit(Net& net, const PortBit& port, Sink sink) {
        net.crosses = true;
        net.isIdeal = net.isIdeal || port.isIdeal;
        if (port.limitFf > 0) {
            net.limitFf = port.limitFf;
            net.fixed += port.load;
        } else {
            sink.load = port.load;
            net.sinks.push_back(sink);
        }
    }

    void addPin(Net& net, const LibraryPin& pin, Sink sink) const {
        if (pin.isOutput) {
            net.limitFf = maxLoadFf(pin, rules_);
        } else {
            net.isIdeal = net.isIdeal || pin.isControl;
            sink.load = {pin.capacitanceFf, 1};
            net.sinks.push_back(sink);
        }
    }

    // The sinks of `net` move behind buffers; the buffers become its sinks.
    void bufferNet(Bit bit, Net& net) {
        std::vector<Load> loads;
        for (const Sink& sink : net.sinks) {
            loads.push_back(sink.load);
        }
        const double ratio = net.crosses ? rules_.crossingRatio : rules_.innerRatio;
        const Load fixed = net.leaves ? net.fixed + smallestInput() : net.fixed;
        const BufferTree tree = BufferTrees(buffers_, library_.wireLoad(), ratio)
                                    .cheapest(loads, fixed, *net.limitFf * ratio);
        for (const auto& [buffer, groups] : tree.levels) {
            std::vector<Sink> above;
            std::size_t first = 0;
            for (const std::size_t count : groups) {
                const Bit output = addBuffer(buffer->cell, bit);
                for (std::size_t i = first; i < first + count; ++i) {
                    const Sink& sink = net.sinks[i];
                    module_.cells[sink.cell].connections[sink.connection].second[sink.bit] = output;
                }
                first += count;
                above.push_back({module_.cells.size() - 1, 0, 0, buffer->input});
            }
            net.sinks = std::move(above);
        }
    }

    // Of the net's load that is the parent's: room for a buffer, behind which any load may be.
    Load smallestInput() const {
        return std::min_element(
                   buffers_.begin(), buffers_.end(),
                   [](const Buffer& a, const Buffer& b) { return a.input.pinsFf < b.input.pinsFf; })
            ->input;
    }

    Bit addBuffer(const BufferCell& buffer, Bit input) {
        const Bit output = nextBit_++;
        module_.cells.push_back({fmt::format("{}{}", kFanoutPrefix, added_++),
                                 buffer.cell,
                                 {{buffer.input, {input}}, {buffer.output, {output}}},
                                 {}});
        return output;
    }

    ModulePorts interface() const {
        ModulePorts result;
        for (const Port& port : module_.ports) {
            std::vector<PortBit>& bits = result[port.name];
            for (const Bit bit : port.bits) {
                PortBit& entry = bits.emplace_back();
                const auto found = nets_.find(bit);
                if (found == nets_.end()) {
                    continue;
                }
                const Net& net = found->second;
                entry.isIdeal = net.isIdeal;
                entry.load = net.fixed;
                for (const Sink& sink : net.sinks) {
                    entry.load += sink.load;
                }
                entry.limitFf = port.isOutput ? sharedLimit(bit, net, entry.load) : 0;
            }
        }
        return result;
    }

    // The parent sees a net behind each port of the same driver, and all of them are its load.
    double sharedLimit(Bit bit, const Net& net, const Load& inside) const {
        std::ptrdiff_t ports = 0;
        for (const Port& port : module_.ports) {
            ports += port.isOutput ? std::count(port.bits.begin(), port.bits.end(), bit) : 0;
        }
        const double insideFf = inside.totalFf(library_.wireLoad());
        const double limitFf = net.limitFf.value_or(0);
        return limitFf <= insideFf ? limitFf
                                   : insideFf + (limitFf - insideFf) / static_cast<double>(ports);
    }

    Module& module_;
    bool isTop_;
    const std::map<std::string, ModulePorts>& interfaces_;
    const CellLibrary& library_;
    const std::vector<Buffer>& buffers_;
    const FanoutRules& rules_;
    std::map<Bit, Net> nets_;
    Bit nextBit_;
    int added_ = 0;
};

InputLoads inputLoads(const std::map<std::string, ModulePorts>& interfaces,
                      const Netlist& netlist) {
    InputLoads loads;
    for (const auto& [name, interface] : interfaces) {
        for (const Port& port : netlist.modules.at(name).ports) {
            for (const PortBit& bit : interface.at(port.name)) {
                if (!port.isOutput) {
                    loads[name][port.name].push_back({bit.load, bit.isIdeal});
                }
            }
        }
    }
    return loads;
}

}  // namespace

double maxLoadFf(const LibraryPin& pin, const FanoutRules& rules) {
    const double loadFf = pin.maxCapacitanceFf.value_or(rules.defaultMaxLoadFf);
    return std::min(loadFf, pin.slewLoadFf.value_or(loadFf));
}

InputLoads bufferFanout(Netlist& netlist, const CellLibrary& library, const FanoutRules& rules) {
    const std::vector<Buffer> buffers = knownBuffers(library, rules);
    std::map<std::string, ModulePorts> interfaces;
    for (const std::string& name : bottomUp(netlist)) {
        Module& module = netlist.modules.at(name);
        const bool isTop = name == netlist.top;
        interfaces[name] =
            ModuleBuffering(module, isTop, interfaces, library, buffers, rules).run();
    }
    return inputLoads(interfaces, netlist);
}

std::vector<std::string> idealInputs(const InputLoads& loads, const Module& module,
                                     const std::string& name) {
    std::vector<std::string> ideal;
    const auto found = loads.find(name);
    for (const Port& port : module.ports) {
        for (std::size_t i = 0; !port.isOutput && i < port.bits.size(); ++i) {
            if (found->second.at(port.name)[i].isIdeal) {
                ideal.push_back(port.bits.size() == 1 ? port.name
                                                      : fmt::format("{}[{}]", port.name, i));
            }
        }
    }
    return ideal;
}

}  // namespace aslog::flows
