// How the test bench talks to a Verilated model: a shared library with one exported function.
// The model is compiled when a design is verified; everything else is part of aslog itself, so that
// only Verilator's output and one small file (adapter.cpp) have to be compiled then.
#pragma once

#include <cstdint>

namespace aslog::tb {

/// When the inputs of a cycle change: behind its rising edge, as from registers, or at its falling
/// edge, as from a test bench. To the array, which looks at the next rising edge, it is the same.
enum class Arrival { behindRise, atFall };

/// Ports are 32-bit words, least significant first, each port starting at a word of its own, in the
/// order of the model's PortList.
struct ModelApi {
    void* (*create)(std::uint64_t seed);  // registers and latches start with random values
    void (*destroy)(void* model);

    /// Clocked models: a rising edge, the inputs, and the outputs before the next one.
    void (*cycle)(void* model, const std::uint32_t* inputs, std::uint32_t* outputs,
                  Arrival arrival);

    /// Models without a clock of their own: applies the inputs and reads the outputs.
    void (*eval)(void* model, const std::uint32_t* inputs, std::uint32_t* outputs);

    /// From now on waveforms go to this VCD file, until closeTrace() or the end of the model.
    /// Returns false if the model was compiled without waveforms.
    bool (*openTrace)(void* model, const char* path);
    void (*closeTrace)(void* model);
};

using ModelApiFunction = const ModelApi* (*)();
inline constexpr const char* kModelApiFunction = "aslog_model_api";

}  // namespace aslog::tb
