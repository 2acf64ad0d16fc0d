#include "power/saif.h"

#include <map>
#include <vector>

#include <fmt/format.h>

namespace aslog::power {
namespace {

// The tree of instances that the paths of the cells form.
struct Scope {
    std::map<std::string, Scope> children;
    std::vector<std::size_t> cells;
};

// Backslashes in front of brackets, as OpenSTA wants them; it does not take one in front of a dot.
std::string escaped(const std::string& name) {
    std::string text;
    for (const char c : name) {
        if (c == '[' || c == ']') {
            text += '\\';
        }
        text += c;
    }
    return text;
}

class SaifWriter {
  public:
    SaifWriter(const Circuit& circuit, const Activity& activity)
        : circuit_(circuit),
          activity_(activity),
          duration_(activity.cycles * std::uint64_t{kTicksPerCycle}) {}

    std::string text() {
        Scope top;
        for (std::size_t i = 0; i < circuit_.size(); ++i) {
            const std::string& path = circuit_.netlist().instances[i].path;
            Scope* scope = &top;
            std::size_t start = 0;
            for (std::size_t slash = path.find('/'); slash != std::string::npos;
                 start = slash + 1, slash = path.find('/', start)) {
                scope = &scope->children[path.substr(start, slash - start)];
            }
            scope->cells.push_back(i);
        }
        const double tickPs = circuit_.conditions().periodNs * 1000 / kTicksPerCycle;
        text_ = fmt::format(
            "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(DIVIDER / )\n"
            "(TIMESCALE 1 fs)\n(DURATION {})\n(INSTANCE {}\n(NET\n",
            scaled(duration_, tickPs), circuit_.netlist().places.front().name);
        tickPs_ = tickPs;
        for (const FlatPort& port : circuit_.netlist().ports) {
            for (std::size_t i = 0; i < port.nets.size(); ++i) {
                addNet(port.nets.size() == 1 ? port.name : fmt::format("{}\\[{}\\]", port.name, i),
                       port.nets[i]);
            }
        }
        text_ += ")\n";
        addScope(top);
        text_ += ")\n)\n";
        return std::move(text_);
    }

  private:
    static std::uint64_t scaled(std::uint64_t ticks, double tickPs) {
        return static_cast<std::uint64_t>(static_cast<double>(ticks) * tickPs * 1000);
    }

    void addScope(const Scope& scope) {
        for (const std::size_t i : scope.cells) {
            const FlatInstance& instance = circuit_.netlist().instances[i];
            const std::size_t slash = instance.path.rfind('/');
            text_ += fmt::format(
                "(INSTANCE {}\n(NET\n",
                escaped(instance.path.substr(slash == std::string::npos ? 0 : slash + 1)));
            for (std::size_t input = 0; input < instance.inputs.size(); ++input) {
                addNet(instance.model->inputs[input], instance.inputs[input]);
            }
            for (std::size_t o = 0; o < instance.outputs.size(); ++o) {
                addNet(instance.model->outputs[o].pin, instance.outputs[o]);
            }
            text_ += "))\n";
        }
        for (const auto& [name, child] : scope.children) {
            text_ += fmt::format("(INSTANCE {}\n", escaped(name));
            addScope(child);
            text_ += ")\n";
        }
    }

    void addNet(const std::string& name, NetId net) {
        const std::uint64_t high = activity_.highTicks[net];
        text_ += fmt::format("({} (T0 {}) (T1 {}) (TX 0) (TC {}) (IG 0))\n", name,
                             scaled(duration_ - high, tickPs_), scaled(high, tickPs_),
                             activity_.toggles[net]);
    }

    const Circuit& circuit_;
    const Activity& activity_;
    std::uint64_t duration_;
    double tickPs_ = 0;
    std::string text_;
};

}  // namespace

std::string saifText(const Circuit& circuit, const Activity& activity) {
    return SaifWriter(circuit, activity).text();
}

}  // namespace aslog::power
