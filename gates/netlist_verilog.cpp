// Structural Verilog of a netlist: one instance a line, one wire a net. Written here and not by
// yosys, whose concatenations on the left of an assignment OpenSTA does not read.

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "gates/netlist.h"
#include "support/error.h"

namespace aslog::gates {
namespace {

// A plain identifier, or an escaped one with its closing space.
std::string identifier(const std::string& name) {
    bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
    for (const char c : name) {
        plain = plain && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
    }
    return plain ? name : "\\" + name + " ";
}

class ModuleWriter {
  public:
    ModuleWriter(const std::string& name, const Module& module) : name_(name), module_(module) {
        namePortBits();
        while (isTaken(wirePrefix_)) {
            wirePrefix_ += 'n';
        }
    }

    std::string text() {
        const std::string header = portText();
        const std::string body = assignText() + cellText();
        return fmt::format("{}module {} ({});\n{}{}{}endmodule\n\n", kindText(), identifier(name_),
                           portNames_, header, wireText(), body);
    }

  private:
    std::string kindText() const {
        return module_.kind.empty() ? "" : fmt::format("(* aslog_kind = \"{}\" *)\n", module_.kind);
    }

    static std::string portBit(const Port& port, std::size_t index) {
        return port.bits.size() == 1 ? identifier(port.name)
                                     : fmt::format("{}[{}]", identifier(port.name), index);
    }

    // True if a port or a cell is named like a wire with this prefix.
    bool isTaken(const std::string& prefix) const {
        const auto isLikeWire = [&prefix](const auto& each) {
            return each.name.size() > prefix.size() && each.name.starts_with(prefix) &&
                   each.name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
        };
        return std::any_of(module_.ports.begin(), module_.ports.end(), isLikeWire) ||
               std::any_of(module_.cells.begin(), module_.cells.end(), isLikeWire);
    }

    // A net that is a bit of a port is written as that bit; inputs come first, because an output
    // that repeats an input must be assigned.
    void namePortBits() {
        for (const bool outputs : {false, true}) {
            for (const Port& port : module_.ports) {
                for (std::size_t i = 0; port.isOutput == outputs && i < port.bits.size(); ++i) {
                    if (!isConstant(port.bits[i])) {
                        names_.emplace(port.bits[i], portBit(port, i));
                    }
                }
            }
        }
    }

    std::string bitText(Bit bit) {
        if (isConstant(bit)) {
            return bit == kOne ? "1'b1" : "1'b0";
        }
        const auto [found, added] = names_.emplace(bit, fmt::format("{}{}", wirePrefix_, bit));
        if (added) {
            wires_.insert(bit);
        }
        return found->second;
    }

    std::string portText() {
        std::string text;
        for (const Port& port : module_.ports) {
            portNames_ += (portNames_.empty() ? "" : ", ") + identifier(port.name);
            const std::string range =
                port.bits.size() == 1 ? "" : fmt::format("[{}:0] ", port.bits.size() - 1);
            text += fmt::format("  {} {}{};\n", port.isOutput ? "output" : "input", range,
                                identifier(port.name));
        }
        return text;
    }

    std::string wireText() const {
        std::string text;
        for (const Bit bit : wires_) {
            text += fmt::format("  wire {}{};\n", wirePrefix_, bit);
        }
        return text;
    }

    std::string assignText() {
        std::string text;
        for (const Port& port : module_.ports) {
            for (std::size_t i = 0; port.isOutput && i < port.bits.size(); ++i) {
                const std::string target = portBit(port, i);
                const std::string source = bitText(port.bits[i]);
                if (source != target) {
                    text += fmt::format("  assign {} = {};\n", target, source);
                }
            }
        }
        return text;
    }

    std::string cellText() {
        std::string text;
        for (const Cell& cell : module_.cells) {
            if (cell.type.starts_with('$')) {
                throw support::Error(
                    fmt::format("{} holds a {}, which was not mapped to a cell", name_, cell.type));
            }
            std::string pins;
            for (const auto& [pin, bits] : cell.connections) {
                pins += fmt::format("{}.{}({})", pins.empty() ? "" : ", ", identifier(pin),
                                    bitsText(bits));
            }
            text +=
                fmt::format("  {} {} ({});\n", identifier(cell.type), identifier(cell.name), pins);
        }
        return text;
    }

    std::string bitsText(const std::vector<Bit>& bits) {
        if (bits.size() == 1) {
            return bitText(bits.front());
        }
        std::string text;
        std::for_each(bits.rbegin(), bits.rend(),
                      [&](Bit bit) { text += (text.empty() ? "" : ", ") + bitText(bit); });
        return bits.empty() ? "" : "{" + text + "}";
    }

    const std::string& name_;
    const Module& module_;
    std::string portNames_;
    std::string wirePrefix_ = "n";
    std::map<Bit, std::string> names_;
    std::set<Bit> wires_;
};

}  // namespace

std::string toVerilog(const Netlist& netlist) {
    std::string text;
    for (const std::string& name : bottomUp(netlist)) {
        text += ModuleWriter(name, netlist.modules.at(name)).text();
    }
    return text;
}

}  // namespace aslog::gates
