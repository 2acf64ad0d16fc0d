#include "power/flat_netlist.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::power {
namespace {

using gates::Bit;
using gates::Cell;
using gates::Module;
using gates::Netlist;

// Nets that turn out to be the same one: a port that is wired to another, or to a constant.
class NetUnion {
  public:
    NetId add() {
        parents_.push_back(static_cast<NetId>(parents_.size()));
        return parents_.back();
    }

    NetId root(NetId net) {
        while (parents_[net] != net) {
            parents_[net] = parents_[parents_[net]];
            net = parents_[net];
        }
        return net;
    }

    // The older one stays, so that the constants do.
    void join(NetId a, NetId b) {
        a = root(a);
        b = root(b);
        parents_[std::max(a, b)] = std::min(a, b);
    }

    // Numbers without gaps for all nets, and their count.
    std::pair<std::vector<NetId>, std::size_t> compact() {
        std::vector<NetId> numbers(parents_.size());
        NetId next = 0;
        for (NetId net = 0; net < parents_.size(); ++net) {
            numbers[net] = root(net) == net ? next++ : numbers[root(net)];
        }
        return {std::move(numbers), next};
    }

  private:
    std::vector<NetId> parents_;
};

class Flattener {
  public:
    Flattener(const Netlist& netlist, const gates::CellModels& models)
        : netlist_(netlist), models_(models) {
        nets_.add();
        nets_.add();
    }

    FlatNetlist run() {
        const Module& top = netlist_.modules.at(netlist_.top);
        result_.places.push_back({netlist_.top, top.kind, 0, 0, 1});
        BitMap bits;
        for (const gates::Port& port : top.ports) {
            FlatPort& flat = result_.ports.emplace_back(FlatPort{port.name, port.isOutput, {}});
            for (const Bit bit : port.bits) {
                flat.nets.push_back(netOf(bit, bits));
            }
        }
        addModule(top, "", 0, bits);
        renumber();
        return std::move(result_);
    }

  private:
    using BitMap = std::map<Bit, NetId>;

    NetId netOf(Bit bit, BitMap& bits) {
        if (gates::isConstant(bit)) {
            return bit == gates::kOne ? kNetOne : kNetZero;
        }
        const auto [found, isNew] = bits.try_emplace(bit, 0);
        if (isNew) {
            found->second = nets_.add();
        }
        return found->second;
    }

    void addModule(const Module& module, const std::string& prefix, std::size_t place,
                   BitMap& bits) {
        for (const Cell& cell : module.cells) {
            const auto child = netlist_.modules.find(cell.type);
            if (child == netlist_.modules.end()) {
                addCell(cell, prefix, place, bits);
            } else {
                addChild(cell, child->second, prefix, place, bits);
            }
        }
    }

    void addChild(const Cell& cell, const Module& child, const std::string& prefix,
                  std::size_t place, BitMap& bits) {
        BitMap inner;
        for (const gates::Port& port : child.ports) {
            const std::vector<Bit>* outside = cell.connection(port.name);
            if (outside == nullptr) {
                continue;
            }
            if (outside->size() != port.bits.size()) {
                throw support::Error(fmt::format("{}{}: its port {} has {} bits, {} are connected",
                                                 prefix, cell.name, port.name, port.bits.size(),
                                                 outside->size()));
            }
            for (std::size_t i = 0; i < port.bits.size(); ++i) {
                nets_.join(netOf((*outside)[i], bits), netOf(port.bits[i], inner));
            }
        }
        addModule(child, prefix + cell.name + "/", placeOf(cell.type, place), inner);
    }

    std::size_t placeOf(const std::string& module, std::size_t parent) {
        const auto [found, isNew] =
            placeIndex_.try_emplace({parent, module}, result_.places.size());
        if (isNew) {
            result_.places.push_back({module, netlist_.modules.at(module).kind, parent,
                                      result_.places[parent].depth + 1, 0});
        }
        ++result_.places[found->second].instances;
        return found->second;
    }

    void addCell(const Cell& cell, const std::string& prefix, std::size_t place, BitMap& bits) {
        FlatInstance instance;
        instance.path = prefix + cell.name;
        instance.model = &models_.at(cell.type);
        instance.place = place;
        for (const std::string& pin : instance.model->inputs) {
            const std::vector<Bit>* connected = cell.connection(pin);
            if (connected == nullptr || connected->size() != 1) {
                throw support::Error(
                    fmt::format("{}: the input {} is not connected", instance.path, pin));
            }
            instance.inputs.push_back(netOf(connected->front(), bits));
        }
        for (const gates::CellOutput& output : instance.model->outputs) {
            const std::vector<Bit>* connected = cell.connection(output.pin);
            const bool isOpen = connected == nullptr || connected->empty();
            instance.outputs.push_back(isOpen ? nets_.add() : netOf(connected->front(), bits));
        }
        result_.instances.push_back(std::move(instance));
    }

    void renumber() {
        const auto [numbers, count] = nets_.compact();
        const auto replace = [&numbers = numbers](std::vector<NetId>& nets) {
            for (NetId& net : nets) {
                net = numbers[net];
            }
        };
        result_.nets = count;
        for (FlatPort& port : result_.ports) {
            replace(port.nets);
        }
        for (FlatInstance& instance : result_.instances) {
            replace(instance.inputs);
            replace(instance.outputs);
        }
    }

    const Netlist& netlist_;
    const gates::CellModels& models_;
    NetUnion nets_;
    FlatNetlist result_;
    std::map<std::pair<std::size_t, std::string>, std::size_t> placeIndex_;
};

}  // namespace

bool FlatNetlist::hasPort(const std::string& name) const {
    return std::ranges::find(ports, name, &FlatPort::name) != ports.end();
}

const FlatPort& FlatNetlist::port(const std::string& name) const {
    const auto found = std::find_if(ports.begin(), ports.end(),
                                    [&name](const FlatPort& each) { return each.name == name; });
    if (found == ports.end()) {
        throw support::Error(fmt::format("the netlist has no port {}", name));
    }
    return *found;
}

FlatNetlist flatten(const Netlist& netlist, const gates::CellModels& models) {
    return Flattener(netlist, models).run();
}

}  // namespace aslog::power
