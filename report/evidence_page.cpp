#include "report/evidence_page.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace aslog::report {
namespace {

using support::Json;

// "2352 of 2352"; a share that is not all of it stands out.
std::string share(std::uint64_t part, std::uint64_t all) {
    const std::string text = fmt::format("{} of {}", part, all);
    return part == all ? text : fmt::format("**{}**", text);
}

std::uint64_t countOf(const Json& json, const char* key) {
    return json.at(key).get<std::uint64_t>();
}

// A unit without logic has nothing to be mapped, and nothing to be proven but its wires.
std::string mappings(const Json& proofs) {
    const Json& mapping = proofs.at("mapping");
    const std::uint64_t held = countOf(mapping, "proven") + countOf(mapping, "without_logic");
    return share(held, held + mapping.at("dropped").size() +
                           mapping.value("undecided", Json::array()).size());
}

std::string modules(const Json& proofs) {
    std::uint64_t proven = 0;
    std::uint64_t all = 0;
    for (const Json& netlist : proofs.at("netlists")) {
        for (const Json& module : netlist.at("modules")) {
            ++all;
            const Json& verdict = module.at("verdict");
            proven += verdict == "proven" || verdict == "without logic" ? 1 : 0;
        }
    }
    return share(proven, all);
}

// Pins beyond a limit of the library, in aslog's array and in all others together.
std::string violations(const Json& timing, const char* check) {
    const auto of = [check](const Json& array) {
        return countOf(array.at("checks").at(check), "violations");
    };
    std::uint64_t others = 0;
    for (const Json& baseline : timing.at("baselines")) {
        others += of(baseline);
    }
    return fmt::format("{} / {}", of(timing), others);
}

std::string comparisons(const Json& netlist) {
    return netlist.is_null() ? "-" : fmt::to_string(countOf(netlist, "comparisons"));
}

std::string mismatches(const Json& netlist) {
    if (netlist.is_null()) {
        return "-";
    }
    const std::uint64_t count = countOf(netlist, "mismatches");
    return netlist.at("passed").get<bool>() ? fmt::to_string(count)
                                            : fmt::format("**{}, failed**", count);
}

}  // namespace

void addNetlistEvidence(Markdown& page, const std::vector<Evidence>& all) {
    if (all.empty()) {
        return;
    }
    page.heading("The netlists");
    page.paragraph(
        "Mappings: each unit of logic in each recipe, proven equivalent to what it was made from, "
        "or "
        "without logic. Modules: of all arrays as written, against the RTL. Comparisons: of all "
        "arrays as simulated cells with the golden model. Load and slew: pins beyond a limit of "
        "the "
        "library, in aslog's array / in all others, nets that are taken as ideal left out.");
    page.header({"design", "technology", "mappings proven", "modules proven", "arrays",
                 "comparisons", "mismatches", "load", "slew"});
    for (const Evidence& each : all) {
        const bool hasProofs = !each.proofs.is_null();
        page.row({each.design, each.technology, hasProofs ? mappings(each.proofs) : "-",
                  hasProofs ? modules(each.proofs) : "-",
                  each.netlist.is_null() ? "-" : fmt::to_string(each.netlist.at("variants").size()),
                  comparisons(each.netlist), mismatches(each.netlist),
                  violations(each.timing, "max_capacitance"), violations(each.timing, "max_slew")});
    }
    page.end();
}

void addProofs(Markdown& page, const std::vector<Json>& proves) {
    if (proves.empty()) {
        return;
    }
    page.heading("Proofs of the RTL");
    page.paragraph(
        "`aslog prove`: elements and PCF steps for all inputs, control by induction "
        "([verification](verification.md)).");
    page.header({"design", "statements proven", "seconds"});
    for (const Json& prove : proves) {
        const Json& proofs = prove.at("proofs");
        const auto proven = std::count_if(proofs.begin(), proofs.end(), [](const Json& proof) {
            return proof.at("verdict") == "proven";
        });
        page.row({prove.at("design"), share(static_cast<std::uint64_t>(proven), proofs.size()),
                  fmt::format("{:.0f}", prove.at("seconds").get<double>())});
    }
    page.end();
}

}  // namespace aslog::report
