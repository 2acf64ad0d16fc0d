#include "gates/cut.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

using Literal = AndInverterGraph::Literal;
using Operation = BooleanFunction::Operation;

class Cutter {
  public:
    Cutter(const std::string& name, const Module& module, const LogicModels& models,
           const std::map<std::string, Module>& children)
        : name_(name), module_(module), models_(models), children_(children) {}

    CutLogic run() {
        findDrivers();
        for (const Port& port : module_.ports) {
            if (port.isOutput) {
                addOutputs("port", port, port.bits);
            }
        }
        for (const Cell& cell : module_.cells) {
            if (const auto child = children_.find(cell.type); child != children_.end()) {
                addChildInputs(cell, child->second);
            }
        }
        for (const Cell& cell : module_.cells) {
            if (!children_.contains(cell.type) && models_.at(cell.type).state) {
                addRegister(cell, models_.at(cell.type));
            }
        }
        return std::move(logic_);
    }

  private:
    // What gives a net its value: an input, or an output of a cell.
    struct Driver {
        std::string input;  // name; empty for a cell
        const Cell* cell = nullptr;
        const BooleanFunction* function = nullptr;
    };

    [[noreturn]] void fail(const std::string& reason) const {
        throw support::Error(fmt::format("the netlist of {} is not sound: {}", name_, reason));
    }

    static std::string nameOf(const std::string& what, const Port& port, std::size_t bit) {
        return fmt::format("{} {}[{}]", what, port.name, bit);
    }

    static std::string nameOf(const Cell& cell) {
        return fmt::format("child {} ({})", cell.name, cell.type);
    }

    void findDrivers() {
        for (const Port& port : module_.ports) {
            if (!port.isOutput) {
                addInputs("port", port, port.bits);
            }
        }
        for (const Cell& cell : module_.cells) {
            if (const auto child = children_.find(cell.type); child != children_.end()) {
                for (const Port& port : child->second.ports) {
                    const std::vector<Bit>* bits = cell.connection(port.name);
                    if (port.isOutput && bits != nullptr) {
                        addInputs(nameOf(cell), port, *bits);
                    }
                }
                continue;
            }
            for (const CellOutput& output : models_.at(cell.type).outputs) {
                const std::vector<Bit>* bits = cell.connection(output.pin);
                if (bits != nullptr && !bits->empty()) {
                    addDriver(bits->front(), {"", &cell, &output.function});
                }
            }
        }
    }

    void addInputs(const std::string& what, const Port& port, const std::vector<Bit>& bits) {
        for (std::size_t i = 0; i < bits.size(); ++i) {
            addDriver(bits[i], {nameOf(what, port, i), nullptr, nullptr});
        }
    }

    void addDriver(Bit bit, Driver driver) {
        if (isConstant(bit) || !drivers_.emplace(bit, std::move(driver)).second) {
            fail(fmt::format("net {} has two drivers", bit));
        }
    }

    void addOutputs(const std::string& what, const Port& port, const std::vector<Bit>& bits) {
        for (std::size_t i = 0; i < bits.size(); ++i) {
            logic_.outputs[nameOf(what, port, i)] = literal(bits[i]);
        }
    }

    void addChildInputs(const Cell& cell, const Module& child) {
        for (const Port& port : child.ports) {
            if (port.isOutput) {
                continue;
            }
            const std::vector<Bit>* bits = cell.connection(port.name);
            if (bits == nullptr || bits->size() != port.bits.size()) {
                fail(fmt::format("port {} of {} is not connected", port.name, cell.name));
            }
            addOutputs(nameOf(cell), port, *bits);
        }
    }

    void addRegister(const Cell& cell, const CellModel& model) {
        const CellState& state = *model.state;
        const auto value = [&](const std::optional<BooleanFunction>& function) {
            return function ? evaluate(cell, model, *function) : AndInverterGraph::kFalse;
        };
        Literal clear = value(state.clear);
        Literal preset = value(state.preset);
        Literal& loser = state.clearWins ? preset : clear;
        loser =
            logic_.graph.both(loser, AndInverterGraph::inverse(state.clearWins ? clear : preset));
        const bool isLatch = state.kind == CellState::Kind::Latch;
        logic_.outputs["data " + cell.name] = value(state.data);
        logic_.outputs["clock " + cell.name] = value(state.clock);
        logic_.outputs["clear " + cell.name] = clear;
        logic_.outputs["preset " + cell.name] = preset;
        logic_.outputs["latch " + cell.name] =
            isLatch ? AndInverterGraph::kTrue : AndInverterGraph::kFalse;
    }

    Literal input(const std::string& name) {
        const auto found = logic_.inputs.find(name);
        if (found != logic_.inputs.end()) {
            return found->second;
        }
        return logic_.inputs.emplace(name, logic_.graph.newInput()).first->second;
    }

    Literal literal(Bit bit) {
        if (isConstant(bit)) {
            return bit == kOne ? AndInverterGraph::kTrue : AndInverterGraph::kFalse;
        }
        if (const auto found = literals_.find(bit); found != literals_.end()) {
            return found->second;
        }
        const auto driver = drivers_.find(bit);
        if (driver == drivers_.end()) {
            fail(fmt::format("net {} has no driver", bit));
        }
        if (!open_.insert(bit).second) {
            fail(fmt::format("net {} depends on itself", bit));
        }
        const Driver& by = driver->second;
        const Literal result = by.cell == nullptr
                                   ? input(by.input)
                                   : evaluate(*by.cell, models_.at(by.cell->type), *by.function);
        open_.erase(bit);
        return literals_[bit] = result;
    }

    Literal evaluate(const Cell& cell, const CellModel& model, const BooleanFunction& function) {
        AndInverterGraph& graph = logic_.graph;
        std::vector<Literal> values;
        for (const BooleanFunction::Node& node : function.nodes()) {
            switch (node.operation) {
                case Operation::Constant:
                    values.push_back(static_cast<Literal>(node.first));
                    break;
                case Operation::Variable:
                    values.push_back(variable(cell, model, node.first));
                    break;
                case Operation::Not:
                    values.push_back(AndInverterGraph::inverse(values[node.first]));
                    break;
                case Operation::And:
                    values.push_back(graph.both(values[node.first], values[node.second]));
                    break;
                case Operation::Or:
                    values.push_back(graph.either(values[node.first], values[node.second]));
                    break;
                case Operation::Xor:
                    values.push_back(graph.differ(values[node.first], values[node.second]));
                    break;
            }
        }
        return values.back();
    }

    // An input pin; behind those, the state and its inverse.
    Literal variable(const Cell& cell, const CellModel& model, std::size_t index) {
        if (index < model.inputs.size()) {
            const std::vector<Bit>* bits = cell.connection(model.inputs[index]);
            if (bits == nullptr || bits->size() != 1) {
                fail(fmt::format("pin {} of {} is not connected", model.inputs[index], cell.name));
            }
            return literal(bits->front());
        }
        const Literal state = input("state " + cell.name);
        return index == model.inputs.size() ? state : AndInverterGraph::inverse(state);
    }

    const std::string& name_;
    const Module& module_;
    const LogicModels& models_;
    const std::map<std::string, Module>& children_;
    CutLogic logic_;
    std::map<Bit, Driver> drivers_;
    std::map<Bit, Literal> literals_;
    std::set<Bit> open_;  // on the way to these
};

constexpr std::array<const char*, 5> kRegisterFunctions = {"data ", "clock ", "clear ", "preset ",
                                                           "latch "};

// Registers that `kept` lacks, and their twins.
std::map<std::string, std::string> twinsOf(const CutLogic& logic, const CutLogic& kept) {
    using Functions = std::array<Literal, kRegisterFunctions.size()>;
    std::map<Functions, std::string> keptOnes;
    std::map<std::string, Functions> others;
    const std::string start = kRegisterFunctions.front();
    for (auto at = logic.outputs.lower_bound(start);
         at != logic.outputs.end() && at->first.starts_with(start); ++at) {
        const std::string name = at->first.substr(start.size());
        Functions functions{};
        std::transform(kRegisterFunctions.begin(), kRegisterFunctions.end(), functions.begin(),
                       [&](const char* each) { return logic.outputs.at(each + name); });
        if (kept.inputs.contains("state " + name)) {
            keptOnes.emplace(functions, name);
        } else {
            others.emplace(name, functions);
        }
    }
    std::map<std::string, std::string> twins;
    for (const auto& [name, functions] : others) {
        if (const auto found = keptOnes.find(functions); found != keptOnes.end()) {
            twins.emplace(name, found->second);
        }
    }
    return twins;
}

CutLogic replaced(const CutLogic& logic, const std::map<std::string, std::string>& twins) {
    CutLogic result;
    std::map<Literal, Literal> inputs;
    const auto twinOf = [&twins](const std::string& name) {
        const std::string start = "state ";
        const auto found =
            name.starts_with(start) ? twins.find(name.substr(start.size())) : twins.end();
        return found == twins.end() ? name : start + found->second;
    };
    for (const auto& [name, literal] : logic.inputs) {
        const std::string now = twinOf(name);
        if (!result.inputs.contains(now)) {
            result.inputs[now] = result.graph.newInput();
        }
        inputs[literal] = result.inputs.at(now);
    }
    const std::vector<Literal> copied = result.graph.copy(logic.graph, inputs);
    for (const auto& [name, literal] : logic.outputs) {
        result.outputs[name] = copied[literal / 2] ^ (literal & 1U);
    }
    for (const auto& [name, twin] : twins) {
        for (const char* each : kRegisterFunctions) {
            result.outputs.erase(each + name);
        }
    }
    return result;
}

// Whether a register can be forced to the value of `forced`, "clear " or "preset ", but not to the
// other.
bool isOnly(const CutLogic& logic, const std::string& forced, const std::string& name) {
    const std::string other = forced == "clear " ? "preset " : "clear ";
    const auto value = logic.outputs.find(forced + name);
    return value != logic.outputs.end() && value->second != AndInverterGraph::kFalse &&
           logic.outputs.at(other + name) == AndInverterGraph::kFalse;
}

// Registers that hold the inverse of what `like` holds.
std::set<std::string> inverseOnes(const CutLogic& logic, const CutLogic& like) {
    std::set<std::string> names;
    const std::string start = "state ";
    for (auto at = logic.inputs.lower_bound(start);
         at != logic.inputs.end() && at->first.starts_with(start); ++at) {
        const std::string name = at->first.substr(start.size());
        if ((isOnly(logic, "clear ", name) && isOnly(like, "preset ", name)) ||
            (isOnly(logic, "preset ", name) && isOnly(like, "clear ", name))) {
            names.insert(name);
        }
    }
    return names;
}

}  // namespace

CutLogic withPolarityOf(const CutLogic& logic, const CutLogic& like) {
    const std::set<std::string> names = inverseOnes(logic, like);
    if (names.empty()) {
        return logic;
    }
    std::map<Literal, std::string> inputNames;  // in the order in which they were made
    for (const auto& [name, literal] : logic.inputs) {
        inputNames[literal] = name;
    }
    CutLogic result;
    std::map<Literal, Literal> inputs;
    for (const auto& [literal, name] : inputNames) {
        const Literal input = result.graph.newInput();
        result.inputs[name] = input;
        const bool isInverse = name.starts_with("state ") && names.contains(name.substr(6));
        inputs[literal] = isInverse ? AndInverterGraph::inverse(input) : input;
    }
    const std::vector<Literal> copied = result.graph.copy(logic.graph, inputs);
    for (const auto& [name, literal] : logic.outputs) {
        result.outputs[name] = copied[literal / 2] ^ (literal & 1U);
    }
    for (const std::string& name : names) {
        Literal& data = result.outputs.at("data " + name);
        data = AndInverterGraph::inverse(data);
        std::swap(result.outputs.at("clear " + name), result.outputs.at("preset " + name));
    }
    return result;
}

CutLogic withoutTwins(const CutLogic& logic, const CutLogic& kept) {
    CutLogic result = logic;
    for (auto twins = twinsOf(result, kept); !twins.empty(); twins = twinsOf(result, kept)) {
        result = replaced(result, twins);
    }
    return result;
}

CutLogic cutAtRegisters(const std::string& name, const Module& module, const LogicModels& models,
                        const std::map<std::string, Module>& children) {
    return Cutter(name, module, models, children).run();
}

}  // namespace aslog::gates
