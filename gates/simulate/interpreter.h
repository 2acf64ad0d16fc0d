// Runs a circuit step by step: for small netlists, and to check the compiled simulator.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gates/simulate/circuit.h"

namespace aslog::gates {

// Values of the ports are words, bit i of instance 0 ... : every port bit is 0 or all ones in the
// arrays that a person would use, but a netlist of one group may evaluate 64 inputs at once.
class Interpreter {
  public:
    // States and values start as 0, clock inputs too. `circuit` must outlive the interpreter.
    explicit Interpreter(const Circuit& circuit);

    // Sets a bit of an input for the next apply(). Throws std::out_of_range.
    void set(const std::string& name, std::size_t bit, std::uint64_t word);

    // Sets all states, as at power-on; the next apply() sees no edges.
    void setStates(std::uint64_t word);

    // The three phases. Throws std::runtime_error if a clock changes with the data.
    void apply();

    std::uint64_t get(const std::string& name, std::size_t bit) const;

    std::span<const std::uint64_t> value(ValueId id) const { return values_[id]; }

  private:
    std::uint64_t read(const Operand& operand, std::size_t word) const;
    std::uint64_t evaluate(const Expression& expression, std::size_t word) const;
    void run(const Step& step);
    void runState(const Step& step);
    void copyInputs(bool clocks);
    void clockAll();
    void flipAll();
    void checkClocks() const;
    const CircuitPort& port(const std::string& name) const;

    const Circuit& circuit_;
    std::vector<std::vector<std::uint64_t>> values_;
    std::vector<std::uint64_t> inputs_;  // by value, waiting for apply()
    bool isPowerOn_ = true;
};

}  // namespace aslog::gates
