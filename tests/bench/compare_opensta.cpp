// Power with the same activity on every net beside OpenSTA's, as Markdown, a row a technology:
//   compare_opensta RUN_FOLDER ACTIVITY TECHNOLOGY...
// for aslog's array of technologies that `aslog synth RUN_FOLDER` has gone through. Libraries are
// searched for as by aslog. `sta` must be OpenSTA 3: 2.0.17 counts internal power another way
// (docs/flows.md, "Power").
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "flows/library/technology.h"
#include "flows/workspace.h"
#include "gates/cell_library.h"
#include "gates/liberty_text.h"
#include "gates/netlist.h"
#include "power/uniform_power.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/version.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;

using Watts = std::array<double, 3>;  // internal, switching, leakage
using Blocks = std::map<std::string, Watts>;

constexpr const char* kTop = "aslog_pcf_array";

void add(Watts& to, const Watts& more) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] += more[i];
    }
}

double sum(const Watts& watts) {
    return std::accumulate(watts.begin(), watts.end(), 0.0);
}

// "g_column[3].u_column/_12_" is of the block "g_column.u_column"; cells of the top are one block.
std::string blockOf(const std::string& path) {
    const std::size_t slash = path.find('/');
    std::string block = slash == std::string::npos ? kTop : path.substr(0, slash);
    for (std::size_t open = block.find('['); open != std::string::npos; open = block.find('[')) {
        block.erase(open, block.find(']') - open + 1);
    }
    return block;
}

struct Synthesised {
    fs::path netlist;
    gates::LibertyFile liberty;
    power::Circuit::Conditions conditions;
};

Synthesised synthesised(const fs::path& run, const std::string& name) {
    const fs::path folder = run / "synth" / name;
    const char* search = std::getenv("ASLOG_TECH_PATH");
    const flows::TechnologyChoice choice = {.name = name,
                                            .searchPath = search == nullptr ? "" : search};
    gates::LibertyFile liberty =
        gates::LibertyFile::read(flows::findLibrary(flows::readTechnology(choice), choice));
    const double clockMhz = support::readJson(folder / "area.json").at("clock_mhz");
    const double volts = gates::CellLibrary::of(liberty).corner().voltageV;
    return {
        folder / "netlists" / "slogii.v", std::move(liberty), {volts, 1000 / clockMhz, "clk_i"}};
}

Blocks here(const Synthesised& array, double activity) {
    const gates::CellModels models = gates::CellModels::of(array.liberty);
    const power::Circuit circuit(power::flatten(gates::readVerilogNetlist(array.netlist), models),
                                 array.liberty, array.conditions);
    const auto powers = power::uniformPower(circuit, activity);
    const double fjPerCycle = 1e-6 / array.conditions.periodNs;  // in W
    Blocks blocks;
    for (std::size_t i = 0; i < powers.size(); ++i) {
        add(blocks[blockOf(circuit.netlist().instances[i].path)],
            {powers[i].internalFj * fjPerCycle, powers[i].switchingFj * fjPerCycle,
             powers[i].leakageNw * 1e-9});
    }
    return blocks;
}

// A line is "internal switching leakage total instance". Instances of the top stand for all that
// they hold.
Blocks ofOpenSta(const Synthesised& array, const std::string& technology, double activity) {
    const std::string wires(gates::CellLibrary::of(array.liberty).wireLoad().name());
    const std::string wireCommands =
        wires.empty()
            ? ""
            : fmt::format("set_wire_load_mode top\nset_wire_load_model -name {}\n", wires);
    const flows::Workspace workspace(fs::temp_directory_path() /
                                     fmt::format("aslog_compare_{}", technology));
    const fs::path liberty = workspace.temporary("cells.lib");
    support::writeFile(liberty,
                       gates::libertyText(array.liberty.root(), [](const auto&) { return true; }));
    const std::string answer = workspace.sta(
        "power",
        fmt::format("read_liberty {}\nread_verilog {}\nlink_design {}\n{}"
                    "set_delay_calculator lumped_cap\n"
                    "set_cmd_units -time ns\n"  // or the period counts in the library's unit
                    "create_clock -name clk -period {} [get_ports {}]\n"
                    "set_power_activity -global -activity {} -duty 0.5\n"
                    "report_power -instances [get_cells *] -digits 12\n",
                    workspace.nameOf(liberty), workspace.nameOf(array.netlist), kTop, wireCommands,
                    array.conditions.periodNs, array.conditions.clockPort, activity));
    fs::remove_all(workspace.folder());
    const gates::Netlist netlist = gates::readVerilogNetlist(array.netlist);
    std::map<std::string, std::string> types;
    for (const gates::Cell& cell : netlist.modules.at(kTop).cells) {
        types[cell.name] = cell.type;
    }
    Blocks blocks;
    std::istringstream lines(answer);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        Watts watts{};
        double total = 0;
        std::string instance;
        if (fields >> watts[0] >> watts[1] >> watts[2] >> total >> instance) {
            std::erase(instance, '\\');
            const bool isModule = netlist.modules.contains(types.at(instance));
            add(blocks[blockOf(isModule ? instance + "/" : instance)], watts);
        }
    }
    return blocks;
}

struct Comparison {
    Blocks ours;
    Blocks theirs;
};

Comparison compare(const fs::path& run, const std::string& technology, double activity) {
    const Synthesised array = synthesised(run, technology);
    Comparison result{here(array, activity), ofOpenSta(array, technology, activity)};
    if (result.ours.size() != result.theirs.size()) {
        throw support::Error(fmt::format("{}: {} blocks here, {} of OpenSTA", technology,
                                         result.ours.size(), result.theirs.size()));
    }
    return result;
}

Watts totalOf(const Blocks& blocks) {
    Watts total{};
    for (const auto& [name, watts] : blocks) {
        add(total, watts);
    }
    return total;
}

// Totals in mW, here and of OpenSTA, and by how much the sum of each block differs.
void printTable(const std::map<std::string, Comparison>& all) {
    fmt::print("| technology | internal | switching | leakage |");
    std::string rule = "|---|---|---|---|";
    for (const auto& [block, watts] : all.begin()->second.ours) {
        fmt::print(" `{}` |", block);
        rule += "---|";
    }
    fmt::print("\n{}\n", rule);
    for (const auto& [technology, each] : all) {
        fmt::print("| {} |", technology);
        const Watts ours = totalOf(each.ours);
        const Watts theirs = totalOf(each.theirs);
        for (std::size_t i = 0; i < ours.size(); ++i) {
            fmt::print(" {:.4f} / {:.4f} |", 1e3 * ours[i], 1e3 * theirs[i]);
        }
        for (const auto& [block, watts] : each.ours) {
            fmt::print(" {:+.2f} % |", 100 * (sum(watts) / sum(each.theirs.at(block)) - 1));
        }
        fmt::print("\n");
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        fmt::print(stderr, "usage: compare_opensta RUN_FOLDER ACTIVITY TECHNOLOGY...\n");
        return 2;
    }
    try {
        std::map<std::string, Comparison> all;
        for (int i = 3; i < argc; ++i) {
            all[argv[i]] = compare(argv[1], argv[i], std::stod(argv[2]));
        }
        printTable(all);
    } catch (const std::exception& error) {
        fmt::print(stderr, "compare_opensta: {}\n", error.what());
        return 1;
    }
    return 0;
}
