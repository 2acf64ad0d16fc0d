// A compiled model at work: inputs and outputs as words, one clock cycle or one evaluation a call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tb/adapter/model_api.h"
#include "tb/models/ports.h"

namespace aslog::tb {

/// Waveforms of a few cycles only: those that lead to a fault.
struct TraceWindow {
    std::filesystem::path file;  // empty: none
    std::uint64_t firstCycle = 0;
    std::uint64_t lastCycle = 0;
};

/// Inputs and outputs of one cycle, or of one evaluation within a cycle.
struct RecordedStep {
    bool isCycle = true;
    Arrival arrival = Arrival::behindRise;
    std::vector<std::uint32_t> inputs;
    std::vector<std::uint32_t> outputs;
};

struct ModelOptions {
    std::uint64_t seed = 1;  // of the values at power-on
    TraceWindow trace{};
    std::map<std::string, std::uint32_t> constants{};  // inputs that never change
};

/// The constructor, cycle() and eval() throw std::runtime_error if the Verilog does not settle.
class Model {
  public:
    /// Loads the library that compileModels() made. Throws support::Error.
    Model(const std::filesystem::path& library, PortList ports, const ModelOptions& options);
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    [[nodiscard]] const PortList& ports() const { return ports_; }
    [[nodiscard]] std::span<std::uint32_t> inputs() { return inputs_; }
    [[nodiscard]] std::span<const std::uint32_t> outputs() const { return outputs_; }

    /// The words of one port.
    [[nodiscard]] std::span<std::uint32_t> input(const std::string& name);
    [[nodiscard]] std::span<const std::uint32_t> output(const std::string& name) const;

    void cycle() {
        if (isTracing_) {
            followTrace();
        }
        api_->cycle(model_.get(), inputs_.data(), outputs_.data(), arrival_);
        ++cycles_;
        if (recording_ != nullptr) {
            recording_->push_back({true, arrival_, inputs_, outputs_});
        }
    }

    void eval() {
        if (isTracing_) {
            followTrace();
        }
        api_->eval(model_.get(), inputs_.data(), outputs_.data());
        ++cycles_;
        if (recording_ != nullptr) {
            recording_->push_back({false, arrival_, inputs_, outputs_});
        }
    }

    /// Of the inputs of the cycles to come.
    void setArrival(Arrival arrival) { arrival_ = arrival; }

    /// Cycles, or evaluations, since the model was made.
    [[nodiscard]] std::uint64_t cycles() const { return cycles_; }

    /// From now on every cycle() and eval() is appended, to be replayed in another simulator.
    void recordTo(std::vector<RecordedStep>* recording) { recording_ = recording; }

  private:
    void followTrace();

    struct Destroy {
        const ModelApi* api;
        void operator()(void* model) const;
    };

    std::unique_ptr<void, void (*)(void*)> library_;
    const ModelApi* api_ = nullptr;
    std::unique_ptr<void, Destroy> model_;  // goes before its library, whatever is thrown
    PortList ports_;
    std::vector<std::uint32_t> inputs_;
    std::vector<std::uint32_t> outputs_;
    Arrival arrival_ = Arrival::behindRise;
    std::uint64_t cycles_ = 0;
    TraceWindow trace_;
    bool isTracing_;
    std::vector<RecordedStep>* recording_ = nullptr;
};

}  // namespace aslog::tb
