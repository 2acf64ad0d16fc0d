#include "tb/models/netlist_model.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "gates/simulate/circuit.h"
#include "gates/simulate/writer.h"
#include "support/build.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "support/subprocess.h"
#include "support/tools.h"
#include "support/version.h"
#include "tb/models/kept_object.h"
#include "tb/models/wrapper.h"
#include "tb/streams/clock_ticks.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

// -O2 makes nothing faster here.
std::vector<std::string> compilerCall(bool clocked, Optimise optimise) {
    return {"g++",
            "-std=c++17",
            optimise == Optimise::nothing ? "-O0" : "-O1",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            clocked ? "-DASLOG_CLOCKED=1" : "-DASLOG_CLOCKED=0",
            "-o",
            "model.so",
            "netlist_adapter.cpp"};
}

gates::SimulatorPorts simulatorPorts(const PortList& ports) {
    gates::SimulatorPorts result;
    if (ports.clocked) {
        result.clock = "clk_i";
        result.counterBits = kTickBits;
    }
    std::ranges::transform(ports.inputs, std::back_inserter(result.inputs), &Port::name);
    std::ranges::transform(ports.outputs, std::back_inserter(result.outputs), &Port::name);
    if (std::ranges::find(result.outputs, kTicksPort) != result.outputs.end()) {
        result.counted = kTicksPort;
    }
    return result;
}

void checkWidths(const gates::Netlist& netlist, const PortList& ports) {
    const gates::Module& top = netlist.modules.at(netlist.top);
    for (const auto* list : {&ports.inputs, &ports.outputs}) {
        for (const Port& port : *list) {
            const gates::Port* found = top.port(port.name);
            const int bits = port.name == kTicksPort ? port.bits / kTickBits : port.bits;
            if (found == nullptr || found->bits.size() != static_cast<std::size_t>(bits)) {
                throw support::InputError(
                    fmt::format("the netlist of {} should have a port {} of {} bits, it has {}",
                                netlist.top, port.name, port.bits,
                                found == nullptr ? "none" : fmt::format("{}", found->bits.size())));
            }
        }
    }
}

std::string keyOf(const std::string& simulator, const std::string& adapter,
                  const std::vector<std::string>& compiler) {
    std::string all = support::programHash() + support::toolVersion("g++") + simulator + adapter;
    for (const std::string& word : compiler) {
        all += word;
    }
    return support::sha256(all);
}

}  // namespace

NetlistModel compileNetlist(const gates::Netlist& netlist, const gates::CellModels& models,
                            const PortList& ports, const std::string& name,
                            const fs::path& buildFolder, Optimise optimise) {
    checkWidths(netlist, ports);
    const gates::Circuit circuit = gates::makeCircuit(netlist, models);
    const std::string simulator = gates::toSimulator(circuit, simulatorPorts(ports));
    const fs::path adapterFolder = support::dataFolder() / "tb" / "adapter";
    const std::string adapter = support::readFile(adapterFolder / "netlist_adapter.cpp");
    const fs::path folder = buildFolder / name;
    NetlistModel model{{.sharedObject = libraryOf(folder), .ports = ports}, circuit.cells};

    support::Command compiler;
    compiler.argv = compilerCall(ports.clocked, optimise);
    compiler.folder = folder;
    compiler.environment["TMPDIR"] = fs::absolute(folder).string();
    const std::string key = keyOf(simulator, adapter, compiler.argv);
    if (const auto seconds = keptObject(model.compiled.sharedObject, key)) {
        model.compiled.seconds = *seconds;
        model.compiled.reused = true;
        return model;
    }
    fs::remove_all(folder);
    support::makeFolder(folder);
    support::writeFile(folder / "simulator.h", simulator);
    support::writeFile(folder / "netlist_adapter.cpp", adapter);
    support::writeFile(folder / "model_api.h", support::readFile(adapterFolder / "model_api.h"));
    compiler.stdoutFile = folder / "compile.log";
    model.compiled.seconds = support::runChecked(compiler).seconds;
    keepObject(model.compiled.sharedObject, key, model.compiled.seconds);
    return model;
}

NetlistBench netlistArray(const Device& device, gates::Netlist netlist) {
    NetlistBench bench{std::move(netlist), arrayModel(device).ports};
    // A baseline's own model has its element beside the array; here that is a unit.
    const auto isElement = [](const Port& port) {
        return port.name.starts_with("ae_") || port.name.starts_with("element_");
    };
    std::erase_if(bench.ports.inputs, isElement);
    std::erase_if(bench.ports.outputs, isElement);

    gates::Module& top = bench.netlist.modules.at(bench.netlist.top);
    const auto control = std::ranges::find_if(top.cells, [&](const gates::Cell& cell) {
        const auto module = bench.netlist.modules.find(cell.type);
        return module != bench.netlist.modules.end() && module->second.kind == "aslog_control";
    });
    if (control == top.cells.end()) {
        throw support::InputError("the netlist has no module aslog_control");
    }
    std::vector<gates::Bit> clocks;
    for (const std::string& clock : gatedClocks(device)) {
        const std::size_t bracket = clock.find('[');
        const std::size_t index =
            bracket == std::string::npos ? 0 : std::stoul(clock.substr(bracket + 1));
        clocks.push_back(control->connection(clock.substr(0, bracket) + "_o")->at(index));
    }
    bench.ports.outputs.push_back({kTicksPort, static_cast<int>(clocks.size()) * kTickBits});
    top.ports.push_back({kTicksPort, true, std::move(clocks)});
    return bench;
}

NetlistBench netlistUnits(const PortList& ports,
                          const std::map<std::string, gates::Module>& modules) {
    // Prefix of the ports in unitsModel(), module, prefix of the ports that it shares with another.
    struct Unit {
        std::string_view prefix;
        const char* module;
        std::string_view shared;
    };
    constexpr std::array<Unit, 6> kUnits = {{{"ae_", "aslog_ae", ""},
                                             {"element_", "aslog_element", "ae_"},
                                             {"mu_", "aslog_mu_ae", ""},
                                             {"bce_", "aslog_bce", ""},
                                             {"pcf_", "aslog_pcf_unit", ""},
                                             {"mult_", "aslog_multiplier", ""}}};
    NetlistBench result;
    result.ports.clocked = false;
    result.netlist.modules = modules;
    result.netlist.top = "aslog_bench";
    gates::Module& top = result.netlist.modules[result.netlist.top];
    gates::Bit next = gates::kOne + 1;
    const auto addPort = [&](const Port& port, bool isOutput) {
        std::vector<gates::Bit> bits(static_cast<std::size_t>(port.bits));
        std::ranges::generate(bits, [&next] { return next++; });
        top.ports.push_back({port.name, isOutput, bits});
        (isOutput ? result.ports.outputs : result.ports.inputs).push_back(port);
    };
    const auto addMatching = [&](const Unit& unit, const std::vector<Port>& list, bool isOutput) {
        for (const Port& port : list) {
            if (port.name.starts_with(unit.prefix)) {
                addPort(port, isOutput);
            }
        }
    };
    for (const Unit& unit : kUnits) {
        if (!modules.contains(unit.module)) {
            continue;
        }
        addMatching(unit, ports.inputs, false);
        addMatching(unit, ports.outputs, true);
        gates::Cell cell{fmt::format("u_{}", unit.module), unit.module, {}, {}};
        for (const gates::Port& port : modules.at(unit.module).ports) {
            const gates::Port* outer = top.port(fmt::format("{}{}", unit.prefix, port.name));
            if (outer == nullptr) {
                outer = top.port(fmt::format("{}{}", unit.shared, port.name));
            }
            if (outer != nullptr) {
                cell.connections.emplace_back(port.name, outer->bits);
            }
        }
        top.cells.push_back(std::move(cell));
    }
    return result;
}

}  // namespace aslog::tb
