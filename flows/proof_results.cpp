#include <algorithm>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "flows/results.h"

namespace aslog::flows {
namespace {

using support::Json;

// In an order that does not depend on which thread mapped first.
std::vector<DroppedMapping> sorted(std::vector<DroppedMapping> dropped) {
    std::sort(dropped.begin(), dropped.end(), [](const DroppedMapping& a, const DroppedMapping& b) {
        return std::tie(a.module, a.recipe, a.rippleBits, a.proof.reason) <
               std::tie(b.module, b.recipe, b.rippleBits, b.proof.reason);
    });
    return dropped;
}

Json verdictJson(const Proof& proof) {
    Json json = {{"verdict", toString(proof.verdict)}};
    if (!proof.reason.empty()) {
        json["reason"] = proof.reason;
    }
    return json;
}

Json mappingJson(const SynthResult& result) {
    const MappingProofs& proofs = result.mappingProofs;
    const auto listed = [](const std::vector<DroppedMapping>& mappings) {
        Json list = Json::array();
        for (const DroppedMapping& each : sorted(mappings)) {
            Json entry = {
                {"module", each.module}, {"recipe", each.recipe}, {"ripple_bits", each.rippleBits}};
            entry.update(verdictJson(each.proof));
            list.push_back(entry);
        }
        return list;
    };
    return {{"units", proofs.units},
            {"recipes", proofs.recipes},
            {"proven", proofs.proven},
            {"without_logic", proofs.withoutLogic},
            {"sums", proofs.sums},
            {"dropped", listed(proofs.dropped)},
            {"undecided", listed(proofs.undecided)}};
}

struct ModuleCount {
    int modules = 0;
    int proven = 0;
};

ModuleCount countOf(const SynthResult& result) {
    ModuleCount count;
    for (const VariantResult& variant : result.variants) {
        for (const ModuleProof& each : variant.proofs) {
            ++count.modules;
            count.proven += each.proof.holds() ? 1 : 0;
        }
    }
    return count;
}

}  // namespace

Json proofsSummary(const SynthResult& result) {
    Json json = mappingJson(result);
    const ModuleCount count = countOf(result);
    json["netlists"] = {{"modules", count.modules}, {"proven", count.proven}};
    return json;
}

Json proofsJson(const SynthResult& result) {
    Json netlists = Json::array();
    for (const VariantResult& variant : result.variants) {
        Json modules = Json::array();
        for (const ModuleProof& each : variant.proofs) {
            Json entry = {{"name", each.module}};
            entry.update(verdictJson(each.proof));
            modules.push_back(entry);
        }
        netlists.push_back({{"array", variant.name}, {"modules", modules}});
    }
    return {{"design_hash", designHash(result.design)}, {"name", result.design.spec.name},
            {"technology", result.technology.name},     {"tools", result.tools},
            {"mapping", mappingJson(result)},           {"netlists", netlists}};
}

}  // namespace aslog::flows
