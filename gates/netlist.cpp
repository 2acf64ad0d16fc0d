#include "gates/netlist.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

using support::Json;

std::vector<Bit> bitsFrom(const Json& json) {
    std::vector<Bit> bits;
    for (const Json& bit : json) {
        if (bit.is_number_integer()) {
            bits.push_back(bit.get<Bit>());
        } else {
            bits.push_back(bit.get<std::string>() == "1" ? kOne : kZero);
        }
    }
    return bits;
}

Json bitsTo(const std::vector<Bit>& bits) {
    Json json = Json::array();
    for (const Bit bit : bits) {
        json.push_back(isConstant(bit) ? Json(bit == kOne ? "1" : "0") : Json(bit));
    }
    return json;
}

// "$paramod$4dc1\aslog_lane", "$paramod\aslog_lane\Width=..." and "\aslog_lane" are of the kind
// "aslog_lane".
std::string kindOf(const std::string& name) {
    const std::size_t backslash = name.find('\\');
    if (backslash == std::string::npos) {
        return name;
    }
    const std::string rest = name.substr(backslash + 1);
    return rest.substr(0, rest.find('\\'));
}

using Pieces = std::vector<std::pair<std::string, std::uint64_t>>;

// Pieces of a name, numbers as numbers: "g[10].u" is {"g[", 10}, {"].u", 0}.
Pieces pieces(const std::string& name) {
    Pieces result(1);
    bool inNumber = false;
    for (const char c : name) {
        const bool isDigit = c >= '0' && c <= '9';
        if (inNumber && !isDigit) {
            result.emplace_back();
        }
        inNumber = isDigit;
        if (isDigit) {
            result.back().second = 10 * result.back().second + static_cast<std::uint64_t>(c - '0');
        } else {
            result.back().first += c;
        }
    }
    return result;
}

// Gives every module its name, in the order of readNetlist().
class ModuleNames {
  public:
    ModuleNames(const Json& modules, const std::string& top) : modules_(modules) {
        visit(top);
        std::set<std::string> others;
        for (const auto& [name, module] : modules.items()) {
            others.insert(name);
        }
        for (const std::string& name : others) {
            visit(name);
        }
    }

    const std::map<std::string, std::string>& all() const { return names_; }

  private:
    void visit(const std::string& module) {
        if (!modules_.contains(module) || names_.contains(module)) {
            return;
        }
        names_[module] = freeName(kindOf(module));
        std::map<std::string, std::vector<Pieces>> instances;
        for (const auto& [instance, cell] : modules_.at(module).at("cells").items()) {
            const std::string type = cell.at("type");
            if (modules_.contains(type)) {
                instances[type].push_back(pieces(instance));
            }
        }
        std::vector<std::tuple<std::ptrdiff_t, Pieces, std::string>> order;
        order.reserve(instances.size());
        for (const auto& [type, names] : instances) {
            order.emplace_back(-std::ssize(names), *std::min_element(names.begin(), names.end()),
                               type);
        }
        std::sort(order.begin(), order.end());
        for (const auto& [count, first, type] : order) {
            visit(type);
        }
    }

    std::string freeName(const std::string& kind) {
        std::string name = kind;
        for (int number = 2; !taken_.insert(name).second; ++number) {
            name = fmt::format("{}_{}", kind, number);
        }
        return name;
    }

    const Json& modules_;
    std::map<std::string, std::string> names_;
    std::set<std::string> taken_;
};

// A parameter as yosys writes it, 32 bits of a whole number, or text.
std::string parameterFrom(const Json& json) {
    const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
    if (text.size() != 32 || text.find_first_not_of("01") != std::string::npos) {
        return text;
    }
    return fmt::to_string(static_cast<std::int32_t>(std::stoul(text, nullptr, 2)));
}

Module moduleFrom(const Json& json, const std::map<std::string, std::string>& names) {
    Module module;
    if (const auto parameters = json.find("parameter_default_values"); parameters != json.end()) {
        for (const auto& [name, value] : parameters->items()) {
            module.parameters.emplace(name, parameterFrom(value));
        }
    }
    for (const auto& [name, port] : json.at("ports").items()) {
        module.ports.push_back({name, port.at("direction") != "input", bitsFrom(port.at("bits"))});
    }
    const Json& cells = json.at("cells");
    std::size_t number = 0;  // of the last cell without a name of its own
    for (const auto& [name, cell] : cells.items()) {
        if (cell.at("type") == "$scopeinfo") {
            continue;  // a remark that flatten of newer versions of yosys leaves
        }
        Cell& added = module.cells.emplace_back();
        added.name = name;
        while (added.name.starts_with('$') || (added.name != name && cells.contains(added.name))) {
            added.name = fmt::format("_{}_", ++number);  // one that was read before may be so named
        }
        added.type = cell.at("type");
        if (const auto found = names.find(added.type); found != names.end()) {
            added.type = found->second;
        }
        for (const auto& [pin, bits] : cell.at("connections").items()) {
            added.connections.emplace_back(pin, bitsFrom(bits));
        }
        for (const auto& [parameter, value] : cell.at("parameters").items()) {
            added.parameters.emplace(parameter, value.get<std::string>());
        }
    }
    return module;
}

Json moduleTo(const Module& module) {
    Json ports = Json::object();
    for (const Port& port : module.ports) {
        ports[port.name] = {{"direction", port.isOutput ? "output" : "input"},
                            {"bits", bitsTo(port.bits)}};
    }
    Json cells = Json::object();
    for (const Cell& cell : module.cells) {
        if (cells.contains(cell.name)) {
            throw support::Error(fmt::format("two cells are named {}", cell.name));
        }
        Json connections = Json::object();
        for (const auto& [pin, bits] : cell.connections) {
            connections[pin] = bitsTo(bits);
        }
        cells[cell.name] = {{"hide_name", 0},
                            {"type", cell.type},
                            {"parameters", cell.parameters},
                            {"attributes", Json::object()},
                            {"connections", connections}};
    }
    return {{"attributes", Json::object()}, {"ports", ports}, {"cells", cells}};
}

}  // namespace

const std::vector<Bit>* Cell::connection(const std::string& pin) const {
    const auto found = std::find_if(connections.begin(), connections.end(),
                                    [&pin](const auto& each) { return each.first == pin; });
    return found == connections.end() ? nullptr : &found->second;
}

const Port* Module::port(const std::string& name) const {
    const auto found = std::find_if(ports.begin(), ports.end(),
                                    [&name](const Port& each) { return each.name == name; });
    return found == ports.end() ? nullptr : &*found;
}

Bit Module::unusedBit() const {
    Bit highest = kOne;
    for (const Port& each : ports) {
        for (const Bit bit : each.bits) {
            highest = std::max(highest, bit);
        }
    }
    for (const Cell& cell : cells) {
        for (const auto& [pin, bits] : cell.connections) {
            for (const Bit bit : bits) {
                highest = std::max(highest, bit);
            }
        }
    }
    return highest + 1;
}

Netlist readNetlist(const std::filesystem::path& path, const std::string& top) {
    const Json json = support::readJson(path);
    Netlist netlist;
    netlist.top = top;
    try {
        const Json& modules = json.at("modules");
        const std::map<std::string, std::string> names = ModuleNames(modules, top).all();
        for (const auto& [name, module] : modules.items()) {
            Module& added = netlist.modules[names.at(name)];
            added = moduleFrom(module, names);
            added.kind = kindOf(name);
        }
    } catch (const nlohmann::json::exception& error) {
        throw support::Error(
            fmt::format("{} is not a netlist of yosys: {}", path.string(), error.what()));
    }
    return netlist;
}

Json toYosysJson(const std::map<std::string, Module>& modules,
                 const std::set<std::string>& blackBoxes) {
    Json json = Json::object();
    for (const auto& [name, module] : modules) {
        json[name] = moduleTo(module);
        if (blackBoxes.contains(name)) {
            json[name]["attributes"] = {{"blackbox", std::string(31, '0') + "1"}};
        }
    }
    return {{"modules", json}};
}

std::vector<std::string> bottomUp(const Netlist& netlist) {
    std::vector<std::string> order;
    std::set<std::string> seen;
    const std::function<void(const std::string&)> visit = [&](const std::string& name) {
        const auto found = netlist.modules.find(name);
        if (found == netlist.modules.end() || !seen.insert(name).second) {
            return;
        }
        for (const Cell& cell : found->second.cells) {
            visit(cell.type);
        }
        order.push_back(name);
    };
    visit(netlist.top);
    if (order.empty()) {
        throw support::Error(fmt::format("the netlist has no module {}", netlist.top));
    }
    return order;
}

}  // namespace aslog::gates
