#include "gates/logic_models.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

struct Gate {
    const char* name;
    const char* inputs;
    const char* function;
};

// docs of yosys, "Gate-Level Cells"
constexpr std::array<Gate, 14> kGates = {{{"$_BUF_", "A", "A"},
                                          {"$_NOT_", "A", "!A"},
                                          {"$_AND_", "A, B", "A & B"},
                                          {"$_NAND_", "A, B", "!(A & B)"},
                                          {"$_OR_", "A, B", "A | B"},
                                          {"$_NOR_", "A, B", "!(A | B)"},
                                          {"$_XOR_", "A, B", "A ^ B"},
                                          {"$_XNOR_", "A, B", "!(A ^ B)"},
                                          {"$_ANDNOT_", "A, B", "A & !B"},
                                          {"$_ORNOT_", "A, B", "A | !B"},
                                          {"$_MUX_", "A, B, S", "(S & B) | (!S & A)"},
                                          {"$_NMUX_", "A, B, S", "!((S & B) | (!S & A))"},
                                          {"$_AOI3_", "A, B, C", "!((A & B) | C)"},
                                          {"$_OAI3_", "A, B, C", "!((A | B) & C)"}}};

std::string cellText(const std::string& name, const std::string& inputs, const std::string& output,
                     const std::string& function, const std::string& state = "") {
    return fmt::format(
        "cell (\"{}\") {{ {} pin ({}) {{ direction : input; }} pin ({}) {{ direction : output; "
        "function : \"{}\"; }} }}\n",
        name, state, inputs, output, function);
}

std::string activeWhen(char polarity, const char* pin) {
    return polarity == 'P' ? pin : fmt::format("!{}", pin);
}

// $_DFF_P_, $_DFF_PN0_ (clock, reset, value), $_DFFE_PN_ (clock, enable), $_DFFE_PN0P_ ...
std::string flipFlopText(char clock, char reset, char value, char enable) {
    const bool hasReset = reset != '-';
    const bool hasEnable = enable != '-';
    std::string name = fmt::format("$_DFF{}_{}", hasEnable ? "E" : "", clock);
    std::string state = fmt::format("clocked_on : \"{}\"; ", activeWhen(clock, "C"));
    if (hasReset) {
        name += fmt::format("{}{}", reset, value);
        state +=
            fmt::format("{} : \"{}\"; ", value == '0' ? "clear" : "preset", activeWhen(reset, "R"));
    }
    if (hasEnable) {
        name += enable;
        const std::string open = activeWhen(enable, "E");
        state += fmt::format("next_state : \"({0} & D) | (!({0}) & state)\"; ", open);
    } else {
        state += "next_state : \"D\"; ";
    }
    return cellText(name + "_",
                    fmt::format("C, D{}{}", hasReset ? ", R" : "", hasEnable ? ", E" : ""), "Q",
                    "state", fmt::format("ff (state, inverse) {{ {} }}", state));
}

std::string registerTexts() {
    std::string text;
    for (const char clock : {'P', 'N'}) {
        for (const char enable : {'-', 'P', 'N'}) {
            text += flipFlopText(clock, '-', '-', enable);
            for (const char reset : {'P', 'N'}) {
                text += flipFlopText(clock, reset, '0', enable);
                text += flipFlopText(clock, reset, '1', enable);
            }
        }
        text +=
            cellText(fmt::format("$_DLATCH_{}_", clock), "D, E", "Q", "state",
                     fmt::format("latch (state, inverse) {{ data_in : \"D\"; enable : \"{}\"; }}",
                                 activeWhen(clock, "E")));
    }
    return text;
}

}  // namespace

CellModels modelsFromCells(const std::string& cells) {
    return CellModels::of(LibertyFile::parse("library (cells) {\n" + cells + "}\n", "cells"));
}

LogicModels::LogicModels(CellModels library) : library_(std::move(library)) {
    std::string text = registerTexts();
    for (const Gate& gate : kGates) {
        text += cellText(gate.name, gate.inputs, "Y", gate.function);
    }
    const CellModels gates = modelsFromCells(text);
    for (const auto& [name, reason] : gates.refused()) {
        throw support::Error(fmt::format("the model of {} is wrong: {}", name, reason));
    }
    others_ = gates.all();
}

void LogicModels::add(CellModel model) {
    const std::string name = model.name;
    others_[name] = std::move(model);
}

const CellModel& LogicModels::at(const std::string& cell) const {
    const auto found = others_.find(cell);
    return found != others_.end() ? found->second : library_.at(cell);
}

}  // namespace aslog::gates
