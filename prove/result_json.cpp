#include "prove/prove.h"
#include "support/tools.h"

namespace aslog::prove {
namespace {

using support::Json;

Json proofJson(const ProofResult& proof) {
    Json json = {{"name", proof.name},
                 {"statement", proof.statement},
                 {"verdict", verdictName(proof.verdict)},
                 {"seconds", proof.seconds}};
    if (!proof.reason.empty()) {
        json["reason"] = proof.reason;
    }
    if (!proof.failed.empty()) {
        json["failed_assertion"] = proof.failed;
    }
    if (proof.verdict == Verdict::Refuted) {
        json["counterexample"] = Json::object();
        for (const InputValue& input : proof.inputs) {
            json["counterexample"][input.name] = input.value;
        }
    }
    if (!proof.evidence.empty()) {
        json["files"] = Json::array();
        for (const auto& file : proof.evidence) {
            json["files"].push_back(file.generic_string());
        }
    }
    return json;
}

}  // namespace

std::string verdictName(Verdict verdict) {
    switch (verdict) {
        case Verdict::Proven:
            return "proven";
        case Verdict::Refuted:
            return "refuted";
        case Verdict::GaveUp:
            return "gave up";
    }
    return "";
}

Json toJson(const ProveReport& report) {
    Json json = {{"passed", report.passed()},
                 {"design", report.design},
                 {"design_hash", report.designHash},
                 {"partial", report.partial},
                 {"seconds", report.seconds},
                 {"changed_files", report.changedFiles},
                 {"tools", support::toolsJson({"yosys", "z3"})},
                 {"proofs", Json::array()}};
    for (const ProofResult& proof : report.proofs) {
        json["proofs"].push_back(proofJson(proof));
    }
    return json;
}

}  // namespace aslog::prove
