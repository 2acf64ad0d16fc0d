#include "tb/mutate/netlist_faults.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace aslog::tb {
namespace {

using gates::Bit;
using gates::Cell;
using gates::CellModel;
using gates::CellState;
using gates::kOne;
using gates::kZero;
using gates::Module;
using gates::Netlist;

/// Results of an output for all values of up to three inputs.
std::uint64_t tableOf(const CellModel& model, std::size_t output) {
    const std::array<std::uint64_t, 3> values = {0xaa, 0xcc, 0xf0};
    const std::size_t inputs = std::min(model.inputs.size(), values.size());
    const std::uint64_t mask = (std::uint64_t{1} << (1U << inputs)) - 1;
    return model.outputs[output].function.evaluate(values) & mask;
}

bool isLogic(const CellModel& model, std::size_t inputs, std::size_t outputs) {
    return !model.state && model.inputs.size() == inputs && model.outputs.size() == outputs;
}

bool isInverter(const CellModel& model) {
    return isLogic(model, 1, 1) && tableOf(model, 0) == 0x1;
}

bool isBuffer(const CellModel& model) {
    return isLogic(model, 1, 1) && tableOf(model, 0) == 0x2;
}

bool isFullAdder(const CellModel& model) {
    return isLogic(model, 3, 2) &&
           std::set{tableOf(model, 0), tableOf(model, 1)} == std::set<std::uint64_t>{0x96, 0xe8};
}

bool isLatch(const CellModel& model) {
    return model.state && model.state->kind == CellState::Kind::Latch && !model.isClockGate;
}

class FaultMaker {
  public:
    FaultMaker(const Netlist& netlist, const gates::CellModels& models)
        : netlist_(netlist), models_(models) {
        for (const auto& [name, model] : models.all()) {
            if (inverter_ == nullptr && isInverter(model)) {
                inverter_ = &model;
            }
            if (buffer_ == nullptr && isBuffer(model)) {
                buffer_ = &model;
            }
        }
    }

    std::vector<NetlistFault> run() {
        swapAdders();
        invertLatches();
        forceOutputs();
        replaceAll("a fan-out buffer inverts", buffer_ != nullptr ? inverter_ : nullptr,
                   [this](const Cell& cell) {
                       return cell.name.starts_with("fanout_") && is(cell, isBuffer);
                   });
        replaceAll("an inverter is lost", buffer_,
                   [this](const Cell& cell) { return is(cell, isInverter); });
        flipConstants();
        stickGates();
        return std::move(faults_);
    }

  private:
    using CellTest = std::function<bool(const Cell&)>;

    [[nodiscard]] const CellModel* modelOf(const Cell& cell) const {
        const auto found = models_.all().find(cell.type);
        return found == models_.all().end() ? nullptr : &found->second;
    }

    [[nodiscard]] bool is(const Cell& cell, bool (*test)(const CellModel&)) const {
        const CellModel* model = modelOf(cell);
        return model != nullptr && test(*model);
    }

    /// The faulty copy; `change` gets the module and the cell.
    void add(const std::string& kind, const std::string& module, std::size_t cell,
             const std::function<void(Module&, Cell&)>& change) {
        Netlist faulty = netlist_;
        Module& changed = faulty.modules.at(module);
        const std::string name = changed.cells[cell].name;
        change(changed, changed.cells[cell]);
        faults_.push_back({kind, fmt::format("{}/{}", module, name), std::move(faulty)});
    }

    void addEverywhere(const std::string& kind, const CellTest& test,
                       const std::function<void(Module&, Cell&)>& change) {
        Netlist faulty = netlist_;
        bool changes = false;
        for (auto& [name, module] : faulty.modules) {
            const std::size_t count = module.cells.size();  // a change may add cells
            for (std::size_t i = 0; i < count; ++i) {
                if (test(module.cells[i])) {
                    Cell cell = module.cells[i];
                    change(module, cell);
                    module.cells[i] = std::move(cell);
                    changes = true;
                }
            }
        }
        if (changes) {
            faults_.push_back({kind, "everywhere", std::move(faulty)});
        }
    }

    /// Places of cells that pass the test, the first of each module, or the first and the last.
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>> placesOf(const CellTest& test,
                                                                            bool lastToo) const {
        std::vector<std::pair<std::string, std::size_t>> places;
        for (const auto& [name, module] : netlist_.modules) {
            const auto first = std::ranges::find_if(module.cells, test);
            if (first == module.cells.end()) {
                continue;
            }
            const auto index = static_cast<std::size_t>(first - module.cells.begin());
            places.emplace_back(name, index);
            const auto last = std::find_if(module.cells.rbegin(), module.cells.rend(), test);
            const auto lastIndex =
                module.cells.size() - 1 - static_cast<std::size_t>(last - module.cells.rbegin());
            if (lastToo && lastIndex != index) {
                places.emplace_back(name, lastIndex);
            }
        }
        return places;
    }

    void swapAdders() {
        const CellTest isAdder = [this](const Cell& cell) { return is(cell, isFullAdder); };
        const auto swap = [this](Module&, Cell& cell) {
            const CellModel& model = *modelOf(cell);
            for (auto& [pin, bits] : cell.connections) {
                if (pin == model.outputs[0].pin) {
                    pin = model.outputs[1].pin;
                } else if (pin == model.outputs[1].pin) {
                    pin = model.outputs[0].pin;
                }
            }
        };
        addEverywhere("sum and carry swapped", isAdder, swap);
        for (const auto& [module, cell] : placesOf(isAdder, true)) {
            add("sum and carry swapped", module, cell, swap);
        }
    }

    /// An inverter in front of every pin that the enable depends on.
    void invertEnable(Module& module, Cell& cell) const {
        const CellModel& model = *modelOf(cell);
        for (auto& [pin, bits] : cell.connections) {
            const std::size_t index = model.inputIndex(pin);
            if (index < model.inputs.size() && model.state->clock.mentions(index)) {
                bits = {inverted(module, bits.front())};
            }
        }
    }

    [[nodiscard]] Bit inverted(Module& module, Bit bit) const {
        const Bit result = module.unusedBit();
        module.cells.push_back(
            {fmt::format("fault_{}", module.cells.size()),
             inverter_->name,
             {{inverter_->inputs.front(), {bit}}, {inverter_->outputs.front().pin, {result}}},
             {}});
        return result;
    }

    void invertLatches() {
        if (inverter_ == nullptr) {
            return;
        }
        const CellTest test = [this](const Cell& cell) { return is(cell, isLatch); };
        const auto change = [this](Module& module, Cell& cell) {
            Cell copy = cell;  // the list of cells grows
            const std::string name = cell.name;
            invertEnable(module, copy);
            *std::ranges::find(module.cells, name, &Cell::name) = std::move(copy);
        };
        for (const auto& [module, cell] : placesOf(test, true)) {
            add("a latch is open in the other phase", module, cell, change);
        }
        addEverywhere("all latches are open in the other phase", test,
                      [this](Module& module, Cell& cell) { invertEnable(module, cell); });
    }

    /// The net that drives bit 0 of the output goes elsewhere.
    void forceOutputs() {
        for (const auto& [name, module] : netlist_.modules) {
            const auto output = std::ranges::find_if(module.ports, [](const gates::Port& port) {
                return port.isOutput && !gates::isConstant(port.bits.front());
            });
            if (output == module.ports.end()) {
                continue;
            }
            Netlist faulty = netlist_;
            Module& changed = faulty.modules.at(name);
            changed.ports[static_cast<std::size_t>(output - module.ports.begin())].bits.front() =
                kZero;
            faults_.push_back({"an output is forced to 0",
                               fmt::format("{}.{}[0]", name, output->name), std::move(faulty)});
        }
    }

    void replaceAll(const std::string& kind, const CellModel* by, const CellTest& test) {
        if (by == nullptr) {
            return;
        }
        for (const auto& [module, cell] : placesOf(test, true)) {
            add(kind, module, cell, [&](Module&, Cell& changed) {
                const CellModel& model = *modelOf(changed);
                const std::vector<Bit> in = *changed.connection(model.inputs.front());
                const std::vector<Bit> out = *changed.connection(model.outputs.front().pin);
                changed.type = by->name;
                changed.connections = {{by->inputs.front(), in}, {by->outputs.front().pin, out}};
            });
        }
    }

    void flipConstants() {
        for (const Bit constant : {kZero, kOne}) {
            const CellTest test = [&](const Cell& cell) {
                return modelOf(cell) != nullptr &&
                       std::ranges::any_of(cell.connections, [&](const auto& each) {
                           return each.second == std::vector<Bit>{constant};
                       });
            };
            for (const auto& [module, cell] : placesOf(test, false)) {
                add("a constant is lost", module, cell, [&](Module&, Cell& changed) {
                    const auto found =
                        std::ranges::find_if(changed.connections, [&](const auto& each) {
                            return each.second == std::vector<Bit>{constant};
                        });
                    found->second = {constant == kZero ? kOne : kZero};
                });
            }
        }
    }

    /// Clock gates of the library, or latches beside the clocks where it has none.
    void stickGates() {
        for (const auto& [name, module] : netlist_.modules) {
            for (std::size_t i = 0; i < module.cells.size(); ++i) {
                const CellModel* model = modelOf(module.cells[i]);
                const bool isGate =
                    model != nullptr &&
                    (model->isClockGate || (isLatch(*model) && name == "aslog_control"));
                for (const Bit value : {kZero, kOne}) {
                    if (isGate) {
                        add(fmt::format("a clock gate's enable is stuck at {}", value), name, i,
                            [&](Module&, Cell& cell) { stickData(*model, cell, value); });
                    }
                }
            }
        }
    }

    static void stickData(const CellModel& model, Cell& cell, Bit value) {
        for (auto& [pin, bits] : cell.connections) {
            const std::size_t index = model.inputIndex(pin);
            if (index < model.inputs.size() && model.state->data.mentions(index)) {
                bits = {value};
            }
        }
    }

    const Netlist& netlist_;
    const gates::CellModels& models_;
    const CellModel* inverter_ = nullptr;
    const CellModel* buffer_ = nullptr;
    std::vector<NetlistFault> faults_;
};

}  // namespace

std::vector<NetlistFault> netlistFaults(const Netlist& netlist, const gates::CellModels& models) {
    return FaultMaker(netlist, models).run();
}

}  // namespace aslog::tb
