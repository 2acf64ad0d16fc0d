// aslog-rules RULES RESULTS prints a set of rules with limits that the results keep, each figure
// with a little room. RESULTS: out/<name>/synth/<technology>.

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "tests/rules/quality_rules.h"

int main(int argc, char** argv) {
    constexpr double kRoom = 0.002;
    if (argc != 3) {
        fmt::print(stderr, "usage: aslog-rules RULES.json RESULTS_FOLDER\n");
        return 2;
    }
    try {
        const auto rules = aslog::tests::readRules(argv[1]);
        fmt::print("{}",
                   aslog::support::jsonText(aslog::tests::withNewLimits(rules, argv[2], kRoom)));
    } catch (const std::exception& error) {
        fmt::print(stderr, "aslog-rules: {}\n", error.what());
        return 1;
    }
    return 0;
}
