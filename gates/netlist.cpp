#include "gates/netlist.h"

#include <algorithm>
#include <functional>
#include <set>

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

// "$paramod$4dc1\aslog_lane", "$paramod\aslog_lane\Width=..." and "\aslog_lane" are "aslog_lane".
std::string plainName(const std::string& name) {
    const std::size_t backslash = name.find('\\');
    if (backslash == std::string::npos) {
        return name;
    }
    const std::string rest = name.substr(backslash + 1);
    return rest.substr(0, rest.find('\\'));
}

// Names for all modules; those of one kind are numbered in the order of their full names.
std::map<std::string, std::string> plainNames(const Json& modules) {
    std::set<std::string> sorted;
    for (const auto& [name, module] : modules.items()) {
        sorted.insert(name);
    }
    std::map<std::string, int> count;
    std::map<std::string, std::string> names;
    for (const std::string& name : sorted) {
        const std::string plain = plainName(name);
        const int number = ++count[plain];
        names[name] = number == 1 ? plain : fmt::format("{}_{}", plain, number);
    }
    return names;
}

Module moduleFrom(const Json& json, const std::map<std::string, std::string>& names) {
    Module module;
    for (const auto& [name, port] : json.at("ports").items()) {
        module.ports.push_back({name, port.at("direction") != "input", bitsFrom(port.at("bits"))});
    }
    for (const auto& [name, cell] : json.at("cells").items()) {
        Cell& added = module.cells.emplace_back();
        added.name = name.starts_with('$') ? fmt::format("_{}_", module.cells.size()) : name;
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
        const auto names = plainNames(modules);
        for (const auto& [name, module] : modules.items()) {
            Module& added = netlist.modules[names.at(name)];
            added = moduleFrom(module, names);
            added.origin = name;
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
