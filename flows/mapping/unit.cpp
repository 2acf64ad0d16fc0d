#include "flows/mapping/unit.h"

#include "flows/mapping/carry_save.h"
#include "flows/mapping/registers.h"
#include "flows/mapping/sum_proof.h"

namespace aslog::flows {

using namespace gates;

Unit unitOf(const Netlist& words, const std::string& module, Method method, int rippleBits) {
    Unit unit;
    unit.name = module;
    unit.module = words.modules.at(module);
    for (const Cell& cell : unit.module.cells) {
        const auto child = words.modules.find(cell.type);
        if (child != words.modules.end()) {
            unit.children[cell.type].ports = child->second.ports;
        }
    }
    nameRegisters(unit.module);
    unit.reference = unit.module;
    if (method == Method::Fused) {
        unit.rippleBits = rippleBits;
        mapSums(unit.reference);
        unit.sums = proveSums(unit.module, unit.reference, module);
        unit.module = unit.reference;
        mapAdders(unit.module, rippleBits);
        requireNoArithmetic(unit.module, module);
    }
    return unit;
}

}  // namespace aslog::flows
