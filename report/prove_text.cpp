#include "report/prove_text.h"

#include <fmt/format.h>

#include "run/run_folder.h"
#include "support/table.h"

namespace aslog::report {
namespace {

using support::Align;
using support::Table;

std::string detailText(const prove::ProofResult& proof) {
    if (proof.verdict == prove::Verdict::Proven) {
        return "";
    }
    std::string text = fmt::format("\n{} is {}", proof.name, prove::verdictName(proof.verdict));
    text += proof.reason.empty() ? "\n" : fmt::format(": {}\n", proof.reason);
    if (!proof.failed.empty()) {
        text += fmt::format("  assertion  {}\n", proof.failed);
    }
    for (const prove::InputValue& input : proof.inputs) {
        text += fmt::format("  {:<16} {}\n", input.name, input.value);
    }
    for (const auto& file : proof.evidence) {
        text += fmt::format("  see prove/{}\n", file.string());
    }
    return text;
}

}  // namespace

std::string proveText(const prove::ProveReport& report) {
    Table table({{"proof"}, {"says"}, {"seconds", Align::Right}, {"verdict"}});
    std::string details;
    for (const prove::ProofResult& proof : report.proofs) {
        table.addRow({proof.name, proof.statement, fmt::format("{:.1f}", proof.seconds),
                      prove::verdictName(proof.verdict)});
        details += detailText(proof);
    }
    return table.text() + details + changedNote(report.changedFiles) +
           fmt::format("{}: {} proofs in {:.1f} s\n", report.passed() ? "passed" : "FAILED",
                       report.proofs.size(), report.seconds);
}

}  // namespace aslog::report
