#include "flows/mapping/repeated_ports.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace aslog::flows {

using namespace gates;

namespace {

struct PortPlace {
    std::string port;
    std::size_t bit = 0;
};

// An output and the input, or the output before it, that it repeats.
struct Repetition {
    PortPlace output;
    PortPlace original;
};

std::vector<Repetition> repetitionsOf(const Module& module) {
    std::map<Bit, PortPlace> first;
    std::vector<Repetition> result;
    for (const bool outputs : {false, true}) {
        for (const Port& port : module.ports) {
            for (std::size_t i = 0; port.isOutput == outputs && i < port.bits.size(); ++i) {
                const auto [found, added] = first.emplace(port.bits[i], PortPlace{port.name, i});
                if (outputs && !added && !isConstant(port.bits[i])) {
                    result.push_back({{port.name, i}, found->second});
                }
            }
        }
    }
    return result;
}

class Joiner {
  public:
    explicit Joiner(Module& module) : module_(module), nextBit_(module.unusedBit()) {}

    // The repeated outputs of an instance are cut off, what was on them is remembered.
    void cut(Cell& cell, const std::vector<Repetition>& repetitions) {
        for (const Repetition& each : repetitions) {
            Bit* output = bitAt(cell, each.output);
            const Bit* original = bitAt(cell, each.original);
            if (output != nullptr && original != nullptr) {
                instead_[*output] = *original;
                *output = nextBit_++;
            }
        }
    }

    void join() {
        for (Cell& cell : module_.cells) {
            for (auto& [pin, bits] : cell.connections) {
                replace(bits);
            }
        }
        for (Port& port : module_.ports) {
            replace(port.bits);
        }
    }

  private:
    static Bit* bitAt(Cell& cell, const PortPlace& place) {
        for (auto& [pin, bits] : cell.connections) {
            if (pin == place.port && place.bit < bits.size()) {
                return &bits[place.bit];
            }
        }
        return nullptr;
    }

    // An original may be a repetition itself, of another instance.
    void replace(std::vector<Bit>& bits) const {
        for (Bit& bit : bits) {
            for (auto found = instead_.find(bit); found != instead_.end();
                 found = instead_.find(bit)) {
                bit = found->second;
            }
        }
    }

    Module& module_;
    Bit nextBit_;
    std::map<Bit, Bit> instead_;
};

}  // namespace

void joinRepeatedPorts(Netlist& netlist) {
    std::map<std::string, std::vector<Repetition>> repetitions;
    for (const std::string& name : bottomUp(netlist)) {
        Module& module = netlist.modules.at(name);
        Joiner joiner(module);
        for (Cell& cell : module.cells) {
            if (const auto found = repetitions.find(cell.type); found != repetitions.end()) {
                joiner.cut(cell, found->second);
            }
        }
        joiner.join();
        repetitions[name] = repetitionsOf(module);
    }
}

}  // namespace aslog::flows
