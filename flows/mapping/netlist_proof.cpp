#include "flows/mapping/netlist_proof.h"

#include <utility>

#include <fmt/format.h>

#include "flows/mapping/carry_save.h"
#include "support/error.h"

namespace aslog::flows {

using namespace gates;

std::vector<ModuleProof> proveNetlist(const Workspace& workspace, const Mapper& mapper,
                                      Prover& prover, const ArrayDesign& design,
                                      const std::filesystem::path& verilog) {
    const std::string name = "proof_" + design.variant().name;
    const std::filesystem::path json = workspace.temporary(name + ".json");
    static_cast<void>(
        workspace.yosys(name, fmt::format("read_verilog \"{}\"\nwrite_json \"{}\"\n",
                                          workspace.nameOf(verilog), workspace.nameOf(json))));
    const Netlist netlist = readNetlist(json, design.words().top);
    std::vector<ModuleProof> proofs;
    for (const std::string& module : design.modules()) {
        const auto found = netlist.modules.find(module);
        if (found == netlist.modules.end()) {
            throw support::Error(fmt::format("{} lacks the module {}", verilog.string(), module));
        }
        const MappingRequest request = {&design.words(), module, design.variant().method,
                                        kRippleOnly, false};
        const CutLogic cells = cutAtRegisters(fmt::format("{} in {}", module, verilog.string()),
                                              found->second, mapper.models(), netlist.modules);
        Proof proof = prover.prove(fmt::format("{}_{}", name, module), mapper.reference(request),
                                   cells, mapper.provenMapping(request));
        if (proof.verdict == Verdict::Wrong) {
            throw support::Error(
                fmt::format("the netlist of {} is not what its Verilog says: in {}, "
                            "{}",
                            design.variant().name, module, proof.reason));
        }
        proofs.push_back({module, std::move(proof)});
    }
    return proofs;
}

}  // namespace aslog::flows
