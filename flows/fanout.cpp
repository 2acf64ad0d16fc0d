#include "flows/fanout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
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
    double loadFf = 0;
    int sinks = 1;  // pins behind it
};

// What a module's parent must know of one bit of a port.
struct PortBit {
    double loadFf = 0;   // on the net inside
    int sinks = 0;       // pins on the net inside
    double limitFf = 0;  // of an output: what its driver may take in all
    bool isIdeal = false;
};
using Interface = std::map<std::string, std::vector<PortBit>>;

struct Net {
    std::vector<Sink> sinks;
    double driverLoadFf = 0;        // already on the driver, inside the instance that drives
    std::optional<double> limitFf;  // of the driver; none for constants
    bool isIdeal = false;
    bool crosses = false;  // leaves the module or enters one
};

struct Buffer {
    BufferCell cell;
    double inputFf = 0;
    double limitFf = 0;
    double areaUm2 = 0;
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
        const double limit =
            cell->pins.at(each.output).maxCapacitanceFf.value_or(rules.defaultMaxLoadFf);
        result.push_back({each, cell->pins.at(each.input).capacitanceFf, limit, cell->areaUm2});
    }
    return result;
}

double loadOf(const std::vector<double>& loads) {
    return std::accumulate(loads.begin(), loads.end(), 0.0);
}

// Splits loads, in their order, into groups of about the same load, none above the limit unless
// it is a single load. Returns the number of loads in each group.
std::vector<std::size_t> balancedGroups(const std::vector<double>& loads, double limit) {
    const double count = std::max(1.0, std::ceil(loadOf(loads) / limit));
    const double target = loadOf(loads) / count;
    std::vector<std::size_t> groups;
    double inGroup = 0;
    double before = 0;  // in all groups so far
    for (const double load : loads) {
        // A load opens a group where its middle lies beyond the ideal border, or if it must.
        const double border = target * static_cast<double>(groups.size());
        if (groups.empty() || inGroup + load > limit || before + load / 2 > border + 1e-9) {
            groups.push_back(0);
            inGroup = 0;
        }
        ++groups.back();
        inGroup += load;
        before += load;
    }
    return groups;
}

// One level of a tree: a buffer type and the groups that it drives, and the levels above it.
struct Tree {
    double areaUm2 = 0;
    std::vector<std::pair<const Buffer*, std::vector<std::size_t>>> levels;  // sinks' level first
};

// The cheapest tree between a driver with `limit` and the loads; no levels if it needs none.
// `ratio`: share of their limits that the buffers may use.
Tree cheapestTree(const std::vector<Buffer>& buffers, const std::vector<double>& loads,
                  double limit, double ratio) {
    if (loadOf(loads) <= limit) {
        return {};
    }
    Tree best;
    best.areaUm2 = std::numeric_limits<double>::infinity();
    for (const Buffer& buffer : buffers) {
        const std::vector<std::size_t> groups = balancedGroups(loads, buffer.limitFf * ratio);
        const std::vector<double> above(groups.size(), buffer.inputFf);
        const bool shrinks = loadOf(above) < 0.8 * loadOf(loads);
        const bool last = loads.size() == 1 || groups.size() == 1;
        if (!shrinks && !last) {
            continue;
        }
        Tree tree = last ? Tree() : cheapestTree(buffers, above, limit, ratio);
        tree.areaUm2 += static_cast<double>(groups.size()) * buffer.areaUm2;
        if (tree.areaUm2 < best.areaUm2) {
            tree.levels.insert(tree.levels.begin(), {&buffer, groups});
            best = std::move(tree);
        }
    }
    return std::isinf(best.areaUm2) ? Tree() : best;
}

class ModuleBuffering {
  public:
    ModuleBuffering(Module& module, const std::map<std::string, Interface>& interfaces,
                    const CellLibrary& library, const std::vector<Buffer>& buffers,
                    const FanoutRules& rules)
        : module_(module),
          interfaces_(interfaces),
          library_(library),
          buffers_(buffers),
          rules_(rules),
          nextBit_(module.unusedBit()) {
        collectInputs();
        for (std::size_t i = 0; i < module_.cells.size(); ++i) {
            collectCell(i);
        }
    }

    Interface run() {
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
                    addPortBit(nets_[bits[i]], module->second.at(pin)[i], {index, c, i, 0, 0});
                } else {
                    addPin(nets_[bits[i]], libraryCell->pins.at(pin), {index, c, i, 0, 1});
                }
            }
        }
    }

    static void addPortBit(Net& net, const PortBit& port, Sink sink) {
        net.crosses = true;
        net.isIdeal = net.isIdeal || port.isIdeal;
        if (port.limitFf > 0) {
            net.limitFf = port.limitFf;
            net.driverLoadFf = port.loadFf;
        } else {
            sink.loadFf = port.loadFf;
            sink.sinks = port.sinks;
            net.sinks.push_back(sink);
        }
    }

    void addPin(Net& net, const LibraryPin& pin, Sink sink) const {
        if (pin.isOutput) {
            net.limitFf = pin.maxCapacitanceFf.value_or(rules_.defaultMaxLoadFf);
        } else {
            net.isIdeal = net.isIdeal || pin.isControl;
            sink.loadFf = pin.capacitanceFf;
            net.sinks.push_back(sink);
        }
    }

    // The sinks of `net` move behind buffers; the buffers become its sinks.
    void bufferNet(Bit bit, Net& net) {
        std::vector<double> loads;
        for (const Sink& sink : net.sinks) {
            loads.push_back(sink.loadFf);
        }
        const double ratio = net.crosses ? rules_.crossingRatio : rules_.innerRatio;
        const double left = *net.limitFf * ratio - net.driverLoadFf;
        const Tree tree = cheapestTree(buffers_, loads, left, ratio);
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
                above.push_back({module_.cells.size() - 1, 0, 0, buffer->inputFf, 1});
            }
            net.sinks = std::move(above);
        }
    }

    Bit addBuffer(const BufferCell& buffer, Bit input) {
        const Bit output = nextBit_++;
        module_.cells.push_back({fmt::format("{}{}", kFanoutPrefix, added_++),
                                 buffer.cell,
                                 {{buffer.input, {input}}, {buffer.output, {output}}},
                                 {}});
        return output;
    }

    Interface interface() const {
        Interface result;
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
                entry.limitFf = port.isOutput ? net.limitFf.value_or(0) : 0;
                entry.loadFf = net.driverLoadFf;
                for (const Sink& sink : net.sinks) {
                    entry.loadFf += sink.loadFf;
                    entry.sinks += sink.sinks;
                }
            }
        }
        return result;
    }

    Module& module_;
    const std::map<std::string, Interface>& interfaces_;
    const CellLibrary& library_;
    const std::vector<Buffer>& buffers_;
    const FanoutRules& rules_;
    std::map<Bit, Net> nets_;
    Bit nextBit_;
    int added_ = 0;
};

InputLoads inputLoads(const std::map<std::string, Interface>& interfaces, const Netlist& netlist) {
    InputLoads loads;
    for (const auto& [name, interface] : interfaces) {
        for (const Port& port : netlist.modules.at(name).ports) {
            for (const PortBit& bit : interface.at(port.name)) {
                if (!port.isOutput) {
                    loads[name][port.name].push_back({bit.loadFf, bit.sinks, bit.isIdeal});
                }
            }
        }
    }
    return loads;
}

}  // namespace

InputLoads bufferFanout(Netlist& netlist, const CellLibrary& library, const FanoutRules& rules) {
    const std::vector<Buffer> buffers = knownBuffers(library, rules);
    std::map<std::string, Interface> interfaces;
    for (const std::string& name : bottomUp(netlist)) {
        Module& module = netlist.modules.at(name);
        interfaces[name] = ModuleBuffering(module, interfaces, library, buffers, rules).run();
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
