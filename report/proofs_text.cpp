#include "report/proofs_text.h"

#include <cstddef>

#include <fmt/format.h>

namespace aslog::report {
namespace {

using support::Json;

std::string wordOf(const Json& json, const char* key) {
    return json.value(key, std::string());
}

/// What computes nothing, wires alone, is equal too.
bool holds(const Json& module) {
    const std::string verdict = wordOf(module, "verdict");
    return verdict == "proven" || verdict == "without logic";
}

std::string mappingLines(const char* what, const Json& mappings) {
    std::string text;
    for (const Json& each : mappings) {
        text +=
            fmt::format("  {}: {} by {}: {}, {}\n", what, wordOf(each, "module"),
                        wordOf(each, "recipe"), wordOf(each, "verdict"), wordOf(each, "reason"));
    }
    return text;
}

}  // namespace

std::string proofsText(const Json& proofs) {
    std::size_t modules = 0;
    std::size_t proven = 0;
    std::string open;
    for (const Json& netlist : proofs.at("netlists")) {
        for (const Json& module : netlist.at("modules")) {
            ++modules;
            if (holds(module)) {
                ++proven;
            } else {
                open += fmt::format("  {} of {}: {}, {}\n", wordOf(module, "name"),
                                    wordOf(netlist, "array"), wordOf(module, "verdict"),
                                    wordOf(module, "reason"));
            }
        }
    }
    const Json& mapping = proofs.at("mapping");
    const Json& dropped = mapping.at("dropped");
    const Json& undecided = mapping.at("undecided");
    const std::size_t held =
        mapping.at("proven").get<std::size_t>() + mapping.at("without_logic").get<std::size_t>();
    return fmt::format(
               "proven equal to the Verilog: {} of {} modules of the netlists, {} of {} mappings\n",
               proven, modules, held, held + dropped.size() + undecided.size()) +
           open + mappingLines("dropped", dropped) +
           mappingLines("taken for want of a proven one", undecided);
}

}  // namespace aslog::report
