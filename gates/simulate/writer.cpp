#include "gates/simulate/writer.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "gates/simulate/layout.h"
#include "gates/simulate/port_functions.h"

namespace aslog::gates {
namespace {

// Steps of one group that follow each other: one function. A compiler's time grows faster than the
// length of a function.
struct Chunk {
    std::string function;
    std::size_t group = 0;
    bool isCrossing = false;  // Spreads and Picks, which see all words
    std::vector<std::size_t> steps;
};

constexpr std::size_t kChunkSteps = 400;

bool isCrossing(const Step& step) {
    return step.kind == Step::Kind::Spread || step.kind == Step::Kind::Pick;
}

class Writer {
  public:
    Writer(const Circuit& circuit, const SimulatorPorts& ports)
        : circuit_(circuit), ports_(ports), layout_(circuit) {}

    std::string run() {
        const std::vector<Chunk> network = chunksOf(circuit_.clockNetwork, "network");
        const std::vector<Chunk> settle = chunksOf(circuit_.settle, "settle");
        const std::vector<Chunk> fall = chunksOf(circuit_.settleAfterFall, "fall");
        findStored({&network, &settle, &fall});
        text_ = fmt::format(
            "#include <cstddef>\n#include <cstdint>\n\n"
            "namespace {{\n\nusing W = std::uint64_t;\n\nconstexpr std::size_t kWords = {};\n\n",
            layout_.words());
        writePowerOn();
        text_ += portFunctions(circuit_, ports_, layout_);
        writePhase("runClocks", network, clockText());
        writeFlipFlops();
        writePhase("settle", settle, "");
        writePhase("settleAfterFall", fall, "");
        writeCheck();
        return text_ + "}  // namespace\n";
    }

  private:
    std::vector<Chunk> chunksOf(const std::vector<std::size_t>& steps, const char* name) const {
        std::vector<Chunk> chunks;
        for (const std::size_t index : steps) {
            const Step& step = circuit_.steps[index];
            const bool crosses = isCrossing(step);
            if (chunks.empty() || chunks.back().isCrossing != crosses ||
                (!crosses && chunks.back().group != step.group) ||
                chunks.back().steps.size() == kChunkSteps) {
                chunks.push_back({fmt::format("{}{}", name, chunks.size()),
                                  crosses ? 0 : step.group,
                                  crosses,
                                  {}});
            }
            chunks.back().steps.push_back(index);
        }
        return chunks;
    }

    // A value that only its own function reads stays in a register.
    void findStored(std::initializer_list<const std::vector<Chunk>*> phases) {
        stored_.assign(circuit_.valueCount(), false);
        for (const std::vector<Chunk>* phase : phases) {
            for (const Chunk& chunk : *phase) {
                storeWhatComesFromElsewhere(chunk);
            }
        }
        const auto store = [this](ValueId value) { stored_[value] = true; };
        for (const CircuitPort& port : circuit_.ports) {
            std::ranges::for_each(port.bits, store);
        }
        for (const Clock& clock : circuit_.clocks) {
            storeOperands(clock.expression);
            for (const std::size_t flipFlop : clock.flipFlops) {
                storeOperands(circuit_.steps[flipFlop].state.data);
            }
        }
        for (const Step& step : circuit_.steps) {
            if (step.kind == Step::Kind::State) {
                stored_[step.target] = true;
            }
        }
    }

    void storeOperands(const Expression& expression) {
        for (const Operand& operand : expression.operands) {
            stored_[operand.value] = true;
        }
    }

    void storeWhatComesFromElsewhere(const Chunk& chunk) {
        std::set<ValueId> own;
        for (const std::size_t index : chunk.steps) {
            const Step& step = circuit_.steps[index];
            for (const ValueId value : operandsOf(step)) {
                if (!own.contains(value)) {
                    stored_[value] = true;
                }
            }
            own.insert(step.target);
        }
    }

    // Seeing only the words of its group: t is the top, g the group at one word.
    std::string memory(ValueId value) const {
        return fmt::format("{}[{}]", circuit_.groupOf[value] == 0 ? "t" : "g",
                           layout_.offset(value));
    }

    static std::string local(ValueId value) { return fmt::format("x{}", value); }

    // As memory(), at a word that is known.
    std::string absolute(ValueId value, std::size_t word) const {
        return fmt::format("v[{}]", layout_.address(value, word));
    }

    std::string render(const Expression& expression,
                       const std::function<std::string(ValueId)>& name) const {
        return expression.function.render(
            [&](std::size_t i) {
                const Operand& operand = expression.operands[i];
                const std::string text = operand.value == kZero  ? "W(0)"
                                         : operand.value == kOne ? "~W(0)"
                                                                 : name(operand.value);
                return operand.isInverted ? "(~" + text + ")" : text;
            },
            "W(0)", "~W(0)");
    }

    // The body of a function: every value is read once, and kept.
    std::string chunkBody(const Chunk& chunk) {
        std::set<ValueId> known;
        std::string body;
        for (const std::size_t index : chunk.steps) {
            const Step& step = circuit_.steps[index];
            for (const ValueId value : operandsOf(step)) {
                if (value > kOne && known.insert(value).second) {
                    body += fmt::format("  const W {} = {};\n", local(value), memory(value));
                }
            }
            body += fmt::format("  const W {} = {};\n", local(step.target), stepText(step));
            known.insert(step.target);
            if (stored_[step.target]) {
                body += fmt::format("  {} = {};\n", memory(step.target), local(step.target));
            }
        }
        return body;
    }

    std::string stepText(const Step& step) const {
        const auto name = [&](ValueId value) {
            return value == step.target ? memory(value) : local(value);
        };
        if (step.kind == Step::Kind::Function) {
            return render(step.expression, name);
        }
        const StateCell& cell = step.state;
        std::string text = memory(step.target);
        if (cell.kind == CellState::Kind::Latch) {
            const std::string open = memory(circuit_.clocks[cell.clock].now);
            text =
                fmt::format("(({} & {}) | ({} & ~{}))", render(cell.data, name), open, text, open);
        }
        const std::string clear = cell.clear ? render(*cell.clear, name) : "W(0)";
        const std::string preset = cell.preset ? render(*cell.preset, name) : "W(0)";
        return cell.clearWins ? fmt::format("({} | {}) & ~{}", text, preset, clear)
                              : fmt::format("({} & ~{}) | {}", text, clear, preset);
    }

    std::string crossingBody(const Chunk& chunk) const {
        std::string body;
        for (const std::size_t index : chunk.steps) {
            const Step& step = circuit_.steps[index];
            if (step.kind == Step::Kind::Pick) {
                body += fmt::format("  {} = -(({} >> {}) & 1);\n", absolute(step.target, 0),
                                    absolute(step.pick.source, step.pick.instance / 64),
                                    step.pick.instance % 64);
            } else {
                for (std::size_t word = 0; word < circuit_.groups[step.group].words(); ++word) {
                    body += fmt::format("  {} = {};\n", absolute(step.target, word),
                                        spreadText(step.spread, word));
                }
            }
        }
        return body;
    }

    // Neighbours that see the same net take one mask.
    std::string spreadText(const Spread& spread, std::size_t word) const {
        std::vector<std::pair<ValueId, std::uint64_t>> parts;
        for (std::size_t i = 64 * word; i < std::min(64 * word + 64, spread.sources.size()); ++i) {
            const ValueId source = spread.sources[i];
            auto part =
                std::ranges::find(parts, source, [](const auto& each) { return each.first; });
            if (part == parts.end()) {
                part = parts.insert(parts.end(), {source, 0});
            }
            part->second |= std::uint64_t{1} << (i % 64);
        }
        std::string text;
        for (const auto& [source, mask] : parts) {
            text += fmt::format("{}({} & {:#x}u)", text.empty() ? "" : " | ", absolute(source, 0),
                                mask);
        }
        return text;
    }

    void writePhase(const std::string& name, const std::vector<Chunk>& chunks,
                    const std::string& end) {
        std::string calls;
        for (const Chunk& chunk : chunks) {
            if (chunk.isCrossing) {
                text_ +=
                    fmt::format("void {}(W* v) {{\n{}}}\n\n", chunk.function, crossingBody(chunk));
                calls += fmt::format("  {}(v);\n", chunk.function);
            } else {
                text_ += fmt::format(
                    "void {}([[maybe_unused]] W* t, [[maybe_unused]] W* g) {{\n{}}}\n\n",
                    chunk.function, chunkBody(chunk));
                calls += callText(chunk.function, chunk.group);
            }
        }
        text_ += fmt::format("void {}([[maybe_unused]] W* v) {{\n{}{}}}\n\n", name, calls, end);
    }

    // Calls a function for each word of a group.
    std::string callText(const std::string& function, std::size_t group) const {
        std::string calls;
        for (std::size_t word = 0; word < circuit_.groups[group].words(); ++word) {
            calls += fmt::format("  {}(v, v + {});\n", function, layout_.base(group, word));
        }
        return calls;
    }

    std::string atWord(const Expression& expression, std::size_t word) const {
        return render(expression, [&](ValueId value) { return absolute(value, word); });
    }

    template <typename Write>
    void forClockWords(const Write& write) const {
        for (const Clock& clock : circuit_.clocks) {
            for (std::size_t word = 0; word < circuit_.groups[clock.group].words(); ++word) {
                write(clock, word);
            }
        }
    }

    std::string clockText() const {
        std::string text;
        forClockWords([&](const Clock& clock, std::size_t word) {
            text += fmt::format("  {} = {};\n  {} = {};\n", absolute(clock.before, word),
                                absolute(clock.now, word), absolute(clock.now, word),
                                atWord(clock.expression, word));
        });
        return text;
    }

    // All data are taken from nets, and only states are written: the order does not matter.
    void writeFlipFlops() {
        std::string calls;
        const auto name = [this](ValueId value) { return memory(value); };
        for (std::size_t i = 0; i < circuit_.clocks.size(); ++i) {
            const Clock& clock = circuit_.clocks[i];
            if (clock.flipFlops.empty()) {
                continue;
            }
            const std::string function = fmt::format("flipFlops{}", i);
            text_ += fmt::format(
                "void {}([[maybe_unused]] W* t, [[maybe_unused]] W* g) {{\n"
                "  const W rose = {} & ~{};\n  if (rose == 0) {{\n    return;\n  }}\n",
                function, memory(clock.now), memory(clock.before));
            for (const std::size_t index : clock.flipFlops) {
                const Step& step = circuit_.steps[index];
                text_ += fmt::format("  {0} = ({0} & ~rose) | ({1} & rose);\n", memory(step.target),
                                     render(step.state.data, name));
            }
            text_ += "}\n\n";
            calls += callText(function, clock.group);
        }
        text_ += fmt::format("void runFlipFlops([[maybe_unused]] W* v) {{\n{}}}\n\n", calls);
    }

    void writeCheck() {
        text_ += "const char* changedClock([[maybe_unused]] const W* v) {\n";
        forClockWords([&](const Clock& clock, std::size_t word) {
            text_ +=
                fmt::format("  if (((({}) ^ {}) & {:#x}u) != 0) {{\n    return \"{}\";\n  }}\n",
                            atWord(clock.expression, word), absolute(clock.now, word),
                            circuit_.groups[clock.group].mask(word), escaped(clock.name));
        });
        text_ += "  return nullptr;\n}\n\n";
    }

    static std::string escaped(const std::string& name) {
        std::string text;
        for (const char c : name) {
            text += c == '\\' || c == '"' ? std::string{'\\', c} : std::string{c};
        }
        return text;
    }

    void writePowerOn() {
        text_ +=
            "template <class Random>\nvoid powerOn(W* v, Random&& random) {\n"
            "  for (std::size_t i = 0; i < kWords; ++i) {\n    v[i] = 0;\n  }\n";
        std::string top;
        std::string others;
        for (const Step& step : circuit_.steps) {
            if (step.kind != Step::Kind::State) {
                continue;
            }
            for (std::size_t word = 0; word < circuit_.groups[step.group].words(); ++word) {
                (step.group == 0 ? top : others) +=
                    fmt::format("{}, ", layout_.address(step.target, word));
            }
        }
        text_ += fmt::format(
            "  static constexpr std::size_t kTop[] = {{{}0}};  // the last one is no state\n"
            "  for (std::size_t i = 0; i + 1 < sizeof(kTop) / sizeof(kTop[0]); ++i) {{\n"
            "    v[kTop[i]] = -(random() & 1);\n  }}\n"
            "  static constexpr std::size_t kOthers[] = {{{}0}};\n"
            "  for (std::size_t i = 0; i + 1 < sizeof(kOthers) / sizeof(kOthers[0]); ++i) {{\n"
            "    v[kOthers[i]] = random();\n  }}\n",
            top, others);
        text_ += fmt::format("  v[{}] = ~W(0);\n}}\n\n", layout_.address(kOne, 0));
    }

    const Circuit& circuit_;
    const SimulatorPorts& ports_;
    Layout layout_;
    std::vector<bool> stored_;
    std::string text_;
};

}  // namespace

std::string toSimulator(const Circuit& circuit, const SimulatorPorts& ports) {
    return Writer(circuit, ports).run();
}

}  // namespace aslog::gates
