#include "power/element_power.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "golden/arithmetic/integers.h"
#include "power/energy.h"
#include "support/error.h"
#include "tb/models/ports.h"

namespace aslog::power {
namespace {

void setPort(Simulator& simulator, const FlatPort& port, std::uint32_t value) {
    for (std::size_t i = 0; i < port.nets.size(); ++i) {
        simulator.setInput(port.nets[i], ((value >> i) & 1U) != 0);
    }
}

std::uint64_t valueOf(const Simulator& simulator, const FlatPort& port) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < port.nets.size(); ++i) {
        value |= std::uint64_t{simulator.value(port.nets[i])} << i;
    }
    return value;
}

// A field of each row.
std::vector<std::uint32_t> unpacked(std::uint32_t fields, int bits, int rows) {
    std::vector<std::uint32_t> values;
    for (int row = 0; row < rows; ++row) {
        values.push_back(fields & static_cast<std::uint32_t>(golden::lowMask(bits)));
        fields >>= static_cast<unsigned>(bits);
    }
    return values;
}

std::uint64_t rawOf(const golden::Element& element, const Operands& operands) {
    std::vector<golden::Code> codes;
    for (const std::uint32_t bits : unpacked(operands.code, element.weightBits(), element.rows())) {
        codes.push_back(golden::Code{bits});
    }
    return element.raw(codes, unpacked(operands.q, element.activationBits(), element.rows()));
}

// Puts the operands of a row above those that are there already; as many of them.
void addRow(std::vector<Operands>& operands, const std::vector<Operands>& row,
            const golden::Element& element, int index) {
    if (index == 0) {
        operands = row;
        return;
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
        operands[i].code |= row[i].code << static_cast<unsigned>(index * element.weightBits());
        operands[i].q |= row[i].q << static_cast<unsigned>(index * element.activationBits());
    }
}

double energyFor(const Circuit& circuit, const golden::Element& element,
                 const std::vector<Operands>& operands, Accounting accounting) {
    Simulator simulator(circuit, accounting, 1);
    const FlatNetlist& netlist = circuit.netlist();
    const FlatPort& code = netlist.port("code_i");
    const FlatPort& q = netlist.port("q_i");
    const FlatPort* fromLane = netlist.hasPort("t_i") ? &netlist.port("t_i") : nullptr;
    const FlatPort& raw = netlist.port(fromLane != nullptr ? "p_o" : "raw_o");
    for (std::size_t i = 0; i < operands.size(); ++i) {
        setPort(simulator, code, operands[i].code);
        setPort(simulator, q, operands[i].q);
        if (fromLane != nullptr) {
            const auto word =
                element.laneWord(unpacked(operands[i].q, element.activationBits(), element.rows()));
            setPort(simulator, *fromLane, static_cast<std::uint32_t>(word));  // at most 32 bits
        }
        simulator.cycle(0);
        const std::uint64_t expected = rawOf(element, operands[i]);
        if (simulator.unsettled() > 0 || valueOf(simulator, raw) != expected) {
            throw support::Error(
                fmt::format("the netlist of the element {} gives {} for codes {:#x} and "
                            "activations {:#x}, {} is right",
                            element.name(), valueOf(simulator, raw), operands[i].code,
                            operands[i].q, expected));
        }
        if (i == 0) {
            simulator.startCounting();
        }
    }
    simulator.stopCounting();
    return energyOf(circuit, simulator.activity()).totalFj() /
           static_cast<double>((operands.size() - 1) * static_cast<std::size_t>(element.rows()));
}

// What a row sees.
std::vector<Operands> rowOperandsAt(const tb::Device& device, const tb::Traffic& traffic, int row,
                                    int column) {
    const Design& design = device.design;
    const auto tileBeats = static_cast<std::size_t>(device.shape.tileBeats());
    const int activationBits = design.spec.format.activationBits;
    const int weightBits = design.element.weightBits;
    const auto inTile = static_cast<std::size_t>(row / design.weightRows);
    const int code = row % design.weightRows * device.shape.columns + column;
    const std::size_t codeAt =
        static_cast<std::size_t>(code) * static_cast<std::size_t>(weightBits);
    const std::size_t activationAt =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(activationBits);
    std::vector<Operands> operands;
    std::size_t tiles = 0;
    Operands now;
    for (std::size_t i = 0; i < traffic.activations.beats(); ++i) {
        const auto beat = traffic.activations.beat(i);
        if (beat.back() != 0) {  // swap: the next tile
            const auto weights = traffic.weights.beat(tiles++ * tileBeats + inTile);
            now.code = static_cast<std::uint32_t>(tb::getBits(weights, codeAt, weightBits));
        }
        now.q = static_cast<std::uint32_t>(tb::getBits(beat, activationAt, activationBits));
        operands.push_back(now);
    }
    return operands;
}

}  // namespace

std::vector<Operands> allOperands(const golden::Element& element, std::uint64_t seed) {
    std::vector<Operands> row;
    for (const golden::Code code : element.codes()) {
        for (std::uint32_t q = 0; q <= element.activationMax(); ++q) {
            row.push_back({golden::bitsOf(code), q});
        }
    }
    std::mt19937_64 random(seed);
    std::vector<Operands> operands;
    for (int index = 0; index < element.rows(); ++index) {
        for (std::size_t i = row.size(); i > 1; --i) {
            std::swap(row[i - 1], row[random() % i]);
        }
        addRow(operands, row, element, index);
    }
    return operands;
}

std::vector<Operands> operandsAt(const tb::Device& device, const tb::Traffic& traffic, int row,
                                 int column) {
    const golden::Element& element = *device.numerics.element;
    const int first = row - row % element.rows();
    std::vector<Operands> operands;
    for (int index = 0; index < element.rows(); ++index) {
        addRow(operands, rowOperandsAt(device, traffic, first + index, column), element, index);
    }
    return operands;
}

OperationEnergy operationEnergy(const Circuit& circuit, const golden::Element& element,
                                const std::vector<Operands>& operands) {
    if (operands.size() < 2) {
        throw support::Error("an element needs at least two operations");
    }
    const std::size_t operations = (operands.size() - 1) * static_cast<std::size_t>(element.rows());
    return {operations, energyFor(circuit, element, operands, Accounting::All),
            energyFor(circuit, element, operands, Accounting::Settled)};
}

}  // namespace aslog::power
