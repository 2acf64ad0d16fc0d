#include "flows/mapping/equivalence.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;

// Functions of a register, which it may lack on one side; those of ports and children must be
// there.
bool isOfRegister(const std::string& output) {
    return !output.starts_with("port ") && !output.starts_with("child ");
}

// What is compared: the same inputs and outputs of both, in the same order.
struct Interface {
    std::set<std::string> inputs;
    std::vector<std::string> outputs;
    std::string onlyOne;  // an output that one of them lacks
};

Interface interfaceOf(const CutLogic& reference, const CutLogic& netlist) {
    Interface result;
    for (const CutLogic* each : {&reference, &netlist}) {
        const CutLogic& other = each == &reference ? netlist : reference;
        for (const auto& [name, literal] : each->inputs) {
            result.inputs.insert(name);
        }
        for (const auto& [name, literal] : each->outputs) {
            const bool inBoth = other.outputs.contains(name);
            if (inBoth && each == &reference) {
                result.outputs.push_back(name);
            } else if (!inBoth && !isOfRegister(name)) {
                result.onlyOne = name;
            }
        }
    }
    return result;
}

std::string aigerOf(const CutLogic& logic, const Interface& interface) {
    std::vector<std::optional<AndInverterGraph::Literal>> inputs;
    for (const std::string& name : interface.inputs) {
        const auto found = logic.inputs.find(name);
        inputs.push_back(found == logic.inputs.end() ? std::nullopt : std::optional(found->second));
    }
    std::vector<AndInverterGraph::Literal> outputs;
    for (const std::string& name : interface.outputs) {
        outputs.push_back(logic.outputs.at(name));
    }
    return logic.graph.toAiger(inputs, outputs);
}

// The first output that differs, from what `cec` prints: "Output po12: Value in Network1 = 0. ..."
std::string differenceIn(const std::string& log, const std::vector<std::string>& outputs) {
    const std::string mark = "Output po";
    const std::size_t at = log.find(mark);
    if (at == std::string::npos) {
        return "the functions differ";
    }
    std::size_t index = outputs.size();
    std::istringstream(log.substr(at + mark.size())) >> index;
    return index < outputs.size() ? fmt::format("{} differs", outputs[index])
                                  : "the functions differ";
}

bool haveSameRegisters(const CutLogic& a, const CutLogic& b) {
    return std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(),
                      [](const auto& x, const auto& y) { return x.first == y.first; });
}

}  // namespace

std::string toString(Verdict verdict) {
    switch (verdict) {
        case Verdict::Proven:
            return "proven";
        case Verdict::NoLogic:
            return "without logic";
        case Verdict::NotProven:
            return "not proven";
        case Verdict::Wrong:
            return "wrong";
    }
    return "";
}

Verdict verdictOf(const std::string& log) {
    struct Phrase {
        std::string_view start;
        Verdict verdict;
    };
    constexpr std::array<Phrase, 4> kPhrases = {{{"Networks are equivalent", Verdict::Proven},
                                                 {"Networks are NOT EQUIVALENT", Verdict::Wrong},
                                                 {"Networks are UNDECIDED", Verdict::NotProven},
                                                 {"Timed out", Verdict::NotProven}}};
    std::vector<Verdict> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        for (const Phrase& phrase : kPhrases) {
            if (line.starts_with(phrase.start)) {
                found.push_back(phrase.verdict);
            }
        }
    }
    if (found.size() != 1) {
        throw support::Error(
            fmt::format("abc gave {} verdicts of &cec where one was expected; it printed:\n{}",
                        found.size(), log));
    }
    return found.front();
}

Proof Prover::prove(const std::string& name, const CutLogic& words, const CutLogic& cells,
                    const CutLogic* sibling) {
    if (sibling != nullptr && haveSameRegisters(*sibling, cells)) {
        Proof proof = compare(name + "_sibling", *sibling, cells);
        if (proof.holds()) {
            return proof;
        }
    }
    return compare(name, words, cells);
}

Proof Prover::compare(const std::string& name, const CutLogic& words, const CutLogic& cells) {
    const CutLogic reference = withoutTwins(words, cells);
    const CutLogic netlist = withPolarityOf(cells, reference);
    const Interface interface = interfaceOf(reference, netlist);
    if (!interface.onlyOne.empty()) {
        return {Verdict::Wrong, fmt::format("only one of them has {}", interface.onlyOne)};
    }
    if (interface.outputs.empty()) {
        throw support::Error(fmt::format("there is nothing to compare in {}", name));
    }
    const std::string first = aigerOf(reference, interface);
    const std::string second = aigerOf(netlist, interface);
    if (reference.graph.gates() == 0 && netlist.graph.gates() == 0) {
        return first == second ? Proof{Verdict::NoLogic, ""}
                               : Proof{Verdict::Wrong, "its wires differ"};
    }
    const std::string key = support::sha256(first) + support::sha256(second);
    std::promise<Proof> promise;
    std::shared_future<Proof> answer;
    bool isOurs = false;
    {
        const std::lock_guard lock(mutex_);
        const auto [found, added] = proofs_.try_emplace(key);
        if (added) {
            found->second = promise.get_future().share();
        }
        answer = found->second;
        isOurs = added;
    }
    if (isOurs) {
        try {
            promise.set_value(ask(name, first, second, interface.outputs));
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    }
    return answer.get();
}

Proof Prover::ask(const std::string& name, const std::string& reference, const std::string& netlist,
                  const std::vector<std::string>& outputs) const {
    const fs::path before = workspace_.temporary(name + "_reference.aig");
    const fs::path after = workspace_.temporary(name + "_netlist.aig");
    support::writeFile(before, reference);
    support::writeFile(after, netlist);
    // abc looks at its clock now and then only.
    const auto log = workspace_.abc(
        name,
        fmt::format("&r \"{}\"; &cec -C 1000000 -T {} \"{}\"", workspace_.nameOf(before),
                    secondsEach_, workspace_.nameOf(after)),
        2 * secondsEach_);
    const Verdict verdict = log ? verdictOf(*log) : Verdict::NotProven;
    if (verdict == Verdict::NotProven) {
        return {verdict, fmt::format("abc could not decide it within {} s", secondsEach_)};
    }
    if (verdict == Verdict::Proven) {
        return {verdict, ""};
    }
    // &cec is faster, cec says where they differ.
    const auto difference =
        workspace_.abc(name,
                       fmt::format("cec -n -T {} \"{}\" \"{}\"", secondsEach_,
                                   workspace_.nameOf(before), workspace_.nameOf(after)),
                       2 * secondsEach_);
    return {verdict, differenceIn(difference.value_or(""), outputs)};
}

}  // namespace aslog::flows
