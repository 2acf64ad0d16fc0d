#include "gates/simulate/port_functions.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

class PortWriter {
  public:
    PortWriter(const Circuit& circuit, const SimulatorPorts& ports, const Layout& layout)
        : circuit_(circuit), ports_(ports), layout_(layout) {}

    std::string run() {
        checkPorts();
        const std::set<ValueId> clocks(circuit_.clockInputs.begin(), circuit_.clockInputs.end());
        writeCopy("copyInputs", [](const std::string&, ValueId) { return true; });
        writeCopy("copyClocks",
                  [&](const std::string&, ValueId value) { return clocks.contains(value); });
        text_ += "void setClock([[maybe_unused]] W* v, [[maybe_unused]] bool high) {\n";
        if (!ports_.clock.empty()) {
            text_ += fmt::format("  v[{}] = high ? ~W(0) : W(0);\n",
                                 layout_.address(port(ports_.clock, false).bits.front(), 0));
        }
        text_ += "}\n\n";
        writeOutputs();
        return std::move(text_);
    }

  private:
    const CircuitPort& port(const std::string& name, bool isOutput) const {
        const auto found = std::ranges::find(circuit_.ports, name, &CircuitPort::name);
        if (found == circuit_.ports.end() || found->isOutput != isOutput) {
            throw support::InputError(fmt::format("the netlist of {} has no {} {}",
                                                  circuit_.groups.front().module,
                                                  isOutput ? "output" : "input", name));
        }
        return *found;
    }

    void checkPorts() const {
        const std::set<ValueId> clocks(circuit_.clockInputs.begin(), circuit_.clockInputs.end());
        for (const CircuitPort& each : circuit_.ports) {
            const auto& list = each.isOutput ? ports_.outputs : ports_.inputs;
            const bool isClock = each.name == ports_.clock;
            if (!isClock && std::ranges::find(list, each.name) == list.end()) {
                throw support::InputError(
                    fmt::format("nothing drives or reads the port {} of the netlist", each.name));
            }
            const bool isInClock =
                std::ranges::any_of(each.bits, [&](ValueId bit) { return clocks.contains(bit); });
            if (isInClock && !ports_.clock.empty() && !isClock && !each.isOutput) {
                throw support::InputError(
                    fmt::format("a clock of the netlist depends on its input {}, not only on {}",
                                each.name, ports_.clock));
            }
        }
    }

    template <typename Wanted>
    void writeCopy(const char* function, const Wanted& isWanted) {
        text_ += fmt::format(
            "void {}([[maybe_unused]] W* v, [[maybe_unused]] const std::uint32_t* in) {{\n",
            function);
        std::size_t word = 0;
        for (const std::string& name : ports_.inputs) {
            const CircuitPort& from = port(name, false);
            for (std::size_t i = 0; i < from.bits.size(); ++i) {
                if (isWanted(name, from.bits[i])) {
                    text_ += fmt::format("  v[{}] = -(W(in[{}] >> {}) & 1);\n",
                                         layout_.address(from.bits[i], 0), word + i / 32, i % 32);
                }
            }
            word += (from.bits.size() + 31) / 32;
        }
        text_ += "}\n\n";
    }

    void writeOutputs() {
        std::vector<ValueId> counted;
        std::string body;
        std::size_t word = 0;
        for (const std::string& name : ports_.outputs) {
            const std::vector<ValueId>& bits = port(name, true).bits;
            if (name == ports_.counted) {
                counted = bits;
                body += counterText(bits.size(), word);
            } else {
                body += outputText(bits, word);
            }
        }
        std::string addresses;
        for (const ValueId value : counted) {
            addresses += fmt::format("{}, ", layout_.address(value, 0));
        }
        text_ += fmt::format(
            "constexpr std::size_t kCounters = {};\n\n"
            "void countEdges(const W* v, W* seen, std::uint32_t* counts) {{\n"
            "  static constexpr std::size_t kNets[] = {{{}0}};\n"
            "  for (std::size_t i = 0; i < kCounters; ++i) {{\n"
            "    const W now = v[kNets[i]];\n    counts[i] += (now & ~seen[i]) & 1;\n"
            "    seen[i] = now;\n  }}\n}}\n\n"
            "void copyOutputs(const W* v, [[maybe_unused]] const std::uint32_t* counts,\n"
            "                 std::uint32_t* out) {{\n{}}}\n\n",
            counted.size(), addresses, body);
    }

    std::string outputText(const std::vector<ValueId>& values, std::size_t& word) const {
        std::string text;
        for (std::size_t first = 0; first < values.size(); first += 32) {
            std::string bits;
            for (std::size_t i = first; i < std::min(first + 32, values.size()); ++i) {
                bits += fmt::format(" | (v[{}] & {:#x}u)", layout_.address(values[i], 0),
                                    std::uint32_t{1} << (i - first));
            }
            text += fmt::format("  out[{}] = static_cast<std::uint32_t>(0{});\n", word++, bits);
        }
        return text;
    }

    std::string counterText(std::size_t counters, std::size_t& word) const {
        const auto bits = static_cast<std::size_t>(ports_.counterBits);
        const std::uint32_t mask = bits == 32 ? ~0U : (1U << bits) - 1;
        std::string text;
        for (std::size_t i = 0; i < counters; ++i) {
            const std::size_t shift = i * bits % 32;
            text += fmt::format("  out[{}] {}= (counts[{}] & {:#x}u) << {};\n",
                                word + i * bits / 32, shift == 0 ? "" : "|", i, mask, shift);
        }
        word += (counters * bits + 31) / 32;
        return text;
    }

    const Circuit& circuit_;
    const SimulatorPorts& ports_;
    const Layout& layout_;
    std::string text_;
};

}  // namespace

std::string portFunctions(const Circuit& circuit, const SimulatorPorts& ports,
                          const Layout& layout) {
    return PortWriter(circuit, ports, layout).run();
}

}  // namespace aslog::gates
