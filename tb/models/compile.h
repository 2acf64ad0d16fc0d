// Verilog to a loadable model: Verilator, then the C++ compiler.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tb/models/ports.h"
#include "tb/models/waves.h"

namespace aslog::tb {

/// How long the compiler may take: `run` for models that simulate many cycles, `nothing` for large
/// ones that simulate few.
enum class Optimise { nothing, compile, run };

/// A module that is compiled once, however many instances there are. That takes code that is the
/// same for all of them: inputs that come from different signals are read through the port.
struct KeptModule {
    std::string name;
    std::vector<std::string> ownInputs;
};

struct ModelSource {
    std::string name;                          // folder of the model below the build folder
    std::vector<std::filesystem::path> files;  // Verilog, leaves first
    std::string wrapper{};                     // Verilog of the top module, aslog_bench
    PortList ports{};                          // of the top module, without tick_i and late_i
    std::vector<KeptModule> keptModules{};
    Optimise optimise = Optimise::run;
    Waves waves = Waves::none;
    bool allowsWarnings = false;  // otherwise a warning of Verilator is an error
};

struct CompiledModel {
    std::filesystem::path sharedObject;
    PortList ports;
    double seconds = 0;   // of Verilator and the compiler when the model was made
    bool reused = false;  // nothing had changed since then
};

/// Hash of all that decides a model: aslog itself, Verilator and g++ with their flags, the adapter,
/// every source and option. Throws as compileModels().
[[nodiscard]] std::string modelKey(const ModelSource& source);

/// Compiles each model into `buildFolder`/<name>, two at a time, unless the one that is there was
/// made from the same files by the same tools and aslog; all write the same kind of waveforms. The
/// order of the results is that of the sources. Throws support::MissingTool, and support::Error
/// with what the tool said (for Verilator also its warnings).
[[nodiscard]] std::vector<CompiledModel> compileModels(const std::vector<ModelSource>& sources,
                                                       const std::filesystem::path& buildFolder);

}  // namespace aslog::tb
