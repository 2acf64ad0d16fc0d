#include "gates/simulate/flat.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "gates/simulate/flat_drivers.h"
#include "support/error.h"

namespace aslog::gates {
namespace {

using support::InputError;

// Nets that ports make one.
class NetUnion {
  public:
    NetUnion() {
        add(0, "0");
        add(0, "1");
    }

    NetId add(std::size_t group, std::string name) {
        parents_.push_back(nets_.size());
        nets_.push_back({group, std::move(name)});
        return nets_.size() - 1;
    }

    NetId find(NetId net) {
        while (parents_[net] != net) {
            parents_[net] = parents_[parents_[net]];
            net = parents_[net];
        }
        return net;
    }

    // A constant stands for its net, and a net of the top for one of a group.
    void unite(NetId a, NetId b) {
        a = find(a);
        b = find(b);
        if (a == b) {
            return;
        }
        if (a < 2 && b < 2) {
            throw InputError("the netlist connects the constants 0 and 1");
        }
        const auto rank = [this](NetId net) { return net < 2 ? 0 : nets_[net].group == 0 ? 1 : 2; };
        const bool keepsA = rank(a) < rank(b) || (rank(a) == rank(b) && a < b);
        parents_[keepsA ? b : a] = keepsA ? a : b;
    }

    const FlatNet& at(NetId net) const { return nets_[net]; }
    std::vector<FlatNet> take() { return std::move(nets_); }

  private:
    std::vector<FlatNet> nets_;
    std::vector<NetId> parents_;
};

std::string joined(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "/" + name;
}

class Flattener {
  public:
    Flattener(const Netlist& netlist, const CellModels& models,
              const std::set<std::string>& dissolved)
        : netlist_(netlist), models_(models) {
        chooseGroups(dissolved);
    }

    FlatNetlist run() {
        const Module& top = netlist_.modules.at(netlist_.top);
        Scope scope{top, "", 0, {}};
        for (const Port& port : top.ports) {
            FlatPort& added = result_.ports.emplace_back(FlatPort{port.name, port.isOutput, {}});
            for (std::size_t i = 0; i < port.bits.size(); ++i) {
                added.bits.push_back(portNet(scope, port, i));
            }
        }
        addCells(scope);
        for (std::size_t group = 1; group < result_.groups.size(); ++group) {
            addGroup(group);
        }
        mergeCrossings();
        resolve();
        checkDrivers(result_);
        return std::move(result_);
    }

  private:
    // A module at one place.
    struct Scope {
        const Module& module;
        std::string path;
        std::size_t group = 0;
        std::map<Bit, NetId> nets;
    };

    void chooseGroups(const std::set<std::string>& dissolved) {
        const auto found = netlist_.modules.find(netlist_.top);
        if (found == netlist_.modules.end()) {
            throw InputError(fmt::format("the netlist has no module {}", netlist_.top));
        }
        std::map<std::string, std::size_t> count;
        for (const Cell& cell : found->second.cells) {
            ++count[cell.type];
        }
        result_.groups.push_back({netlist_.top, {netlist_.top}});
        for (const auto& [type, number] : count) {
            if (number > 1 && netlist_.modules.contains(type) && !dissolved.contains(type)) {
                groupOf_[type] = result_.groups.size();
                result_.groups.push_back({type, {}});
            }
        }
        instances_.resize(result_.groups.size());
    }

    NetId netOf(Scope& scope, Bit bit, const std::string& name) {
        if (isConstant(bit)) {
            return static_cast<NetId>(bit);
        }
        const auto [found, isNew] = scope.nets.emplace(bit, 0);
        if (isNew) {
            found->second = nets_.add(
                scope.group, joined(scope.path, name.empty() ? fmt::format("n{}", bit) : name));
        }
        return found->second;
    }

    NetId portNet(Scope& scope, const Port& port, std::size_t index) {
        return netOf(scope, port.bits[index], fmt::format("{}[{}]", port.name, index));
    }

    void addCells(Scope& scope) {
        for (const Cell& cell : scope.module.cells) {
            const auto child = netlist_.modules.find(cell.type);
            const auto group = groupOf_.find(cell.type);
            if (child == netlist_.modules.end()) {
                addCell(scope, cell);
            } else if (&scope.module == &netlist_.modules.at(netlist_.top) &&
                       group != groupOf_.end()) {
                addInstance(scope, cell, group->second);
            } else {
                addChild(scope, cell, child->second);
            }
        }
    }

    void addChild(Scope& scope, const Cell& cell, const Module& module) {
        Scope inner{module, joined(scope.path, cell.name), scope.group, {}};
        for (const Port& port : module.ports) {
            const std::vector<NetId> outer = connection(scope, cell, port);
            for (std::size_t i = 0; i < port.bits.size(); ++i) {
                const NetId net = portNet(inner, port, i);
                if (outer[i] != kNoNet) {
                    nets_.unite(net, outer[i]);
                }
            }
        }
        addCells(inner);
    }

    // Nets of the parent at a port of a child; kNoNet where nothing is connected.
    std::vector<NetId> connection(Scope& scope, const Cell& cell, const Port& port) {
        std::vector<NetId> nets(port.bits.size(), kNoNet);
        const std::vector<Bit>* bits = cell.connection(port.name);
        if (bits == nullptr || bits->empty()) {
            return nets;
        }
        if (bits->size() != port.bits.size()) {
            throw InputError(fmt::format("{}: port {} has {} bits, {} are connected",
                                         joined(scope.path, cell.name), port.name, port.bits.size(),
                                         bits->size()));
        }
        for (std::size_t i = 0; i < nets.size(); ++i) {
            nets[i] = netOf(scope, (*bits)[i], "");
        }
        return nets;
    }

    void addInstance(Scope& scope, const Cell& cell, std::size_t group) {
        result_.groups[group].instances.push_back(cell.name);
        std::map<std::string, std::vector<NetId>>& ports = instances_[group].emplace_back();
        for (const Port& port : netlist_.modules.at(cell.type).ports) {
            ports[port.name] = connection(scope, cell, port);
        }
    }

    void addGroup(std::size_t group) {
        const std::string& name = result_.groups[group].module;
        Scope scope{netlist_.modules.at(name), name, group, {}};
        for (const Port& port : scope.module.ports) {
            for (std::size_t i = 0; i < port.bits.size(); ++i) {
                addCrossing(group, port, i, portNet(scope, port, i));
            }
        }
        addCells(scope);
    }

    void addCrossing(std::size_t group, const Port& port, std::size_t bit, NetId net) {
        FlatSpread spread{net, {}};
        for (std::size_t i = 0; i < instances_[group].size(); ++i) {
            const NetId outer = instances_[group][i].at(port.name)[bit];
            if (!port.isOutput) {
                spread.sources.push_back(outer);
            } else if (outer != kNoNet) {
                result_.picks.push_back({outer, net, i});
            }
        }
        // An input that an instance leaves open has no driver, which is an error if it is read.
        if (!port.isOutput && std::ranges::count(spread.sources, kNoNet) == 0) {
            result_.spreads.push_back(std::move(spread));
        }
    }

    // A net that is the same for all instances is the net of the top; so is one that only passes
    // through the group.
    void mergeCrossings() {
        for (bool changes = true; changes;) {
            changes = std::erase_if(result_.spreads, [this](const FlatSpread& spread) {
                          const NetId first = nets_.find(spread.sources.front());
                          const bool isOne = std::ranges::all_of(
                              spread.sources, [&](NetId net) { return nets_.find(net) == first; });
                          if (isOne) {
                              nets_.unite(spread.net, first);
                          }
                          return isOne;
                      }) > 0;
            changes |= std::erase_if(result_.picks, [this](const FlatPick& pick) {
                           const NetId source = nets_.find(pick.source);
                           const bool isOfTop = nets_.at(source).group == 0;
                           if (isOfTop) {
                               nets_.unite(pick.net, source);
                           }
                           return isOfTop;
                       }) > 0;
        }
    }

    void addCell(Scope& scope, const Cell& cell) {
        FlatCell flat{joined(scope.path, cell.name), scope.group, nullptr, {}, {}};
        flat.model = &models_.at(cell.type);
        const auto netAt = [&](const std::string& pin) {
            const std::vector<Bit>* bits = cell.connection(pin);
            return bits == nullptr || bits->empty() ? kNoNet : netOf(scope, bits->front(), "");
        };
        for (const std::string& pin : flat.model->inputs) {
            flat.inputs.push_back(netAt(pin));
            if (flat.inputs.back() == kNoNet) {
                throw InputError(fmt::format("the input {} of {} ({}) is not connected", pin,
                                             flat.name, cell.type));
            }
        }
        for (const CellOutput& output : flat.model->outputs) {
            flat.outputs.push_back(netAt(output.pin));
        }
        checkPins(cell, flat);
        result_.cells.push_back(std::move(flat));
    }

    static void checkPins(const Cell& cell, const FlatCell& flat) {
        for (const auto& [pin, bits] : cell.connections) {
            const bool isOutput = std::ranges::any_of(
                flat.model->outputs,
                [&pin = pin](const CellOutput& output) { return output.pin == pin; });
            const bool isInput = flat.model->inputIndex(pin) < flat.model->inputs.size();
            if ((!isOutput && !isInput) || bits.size() > 1) {
                throw InputError(fmt::format("{} connects {} bits to {}, which is no pin of {}",
                                             flat.name, bits.size(), pin, cell.type));
            }
        }
    }

    void resolve() {
        const auto settle = [this](NetId& net) { net = net == kNoNet ? net : nets_.find(net); };
        for (FlatCell& cell : result_.cells) {
            std::ranges::for_each(cell.inputs, settle);
            std::ranges::for_each(cell.outputs, settle);
        }
        for (FlatSpread& spread : result_.spreads) {
            settle(spread.net);
            std::ranges::for_each(spread.sources, settle);
        }
        for (FlatPick& pick : result_.picks) {
            settle(pick.net);
            settle(pick.source);
        }
        for (FlatPort& port : result_.ports) {
            std::ranges::for_each(port.bits, settle);
        }
        result_.nets = nets_.take();
    }

    const Netlist& netlist_;
    const CellModels& models_;
    FlatNetlist result_;
    NetUnion nets_;
    std::map<std::string, std::size_t> groupOf_;
    std::vector<std::vector<std::map<std::string, std::vector<NetId>>>> instances_;  // by group
};

}  // namespace

FlatNetlist flatten(const Netlist& netlist, const CellModels& models,
                    const std::set<std::string>& dissolved) {
    return Flattener(netlist, models, dissolved).run();
}

}  // namespace aslog::gates
