#include "flows/mapping.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "flows/adder_cells.h"
#include "flows/carry_save.h"
#include "flows/parallel.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;
using support::Json;

std::string unitName(std::size_t index) {
    return fmt::format("unit_{}", index);
}

// Two modules of one name may have different ports, so a unit's children are named after it.
std::string childName(std::size_t index, const std::string& child) {
    return fmt::format("{}__{}", unitName(index), child);
}

// The recipe, between a copy of the logic and the proof that the result equals it.
std::string abcScript(const Recipe& recipe, const fs::path& copy) {
    std::string commands = recipe.abc;
    for (std::size_t at = 0; (at = commands.find("; ", at)) != std::string::npos;) {
        commands.replace(at, 2, "\n");
    }
    return fmt::format("strash\nwrite_aiger \"{0}\"\n{1}\ncec -n \"{0}\"\n", copy.string(),
                       commands);
}

std::map<std::string, int> histogram(const Module& module) {
    std::map<std::string, int> counts;
    for (const Cell& cell : module.cells) {
        ++counts[cell.type];
    }
    return counts;
}

// Area of the cells of a module, without its children.
double cellArea(const Module& module, const CellLibrary& library,
                const std::map<std::string, Module>& children) {
    double area = 0;
    for (const Cell& cell : module.cells) {
        if (children.contains(cell.type)) {
            continue;
        }
        const LibraryCell* found = library.find(cell.type);
        if (found == nullptr) {
            throw support::Error(fmt::format("yosys left a {}, which is no cell of the library {}",
                                             cell.type, library.name()));
        }
        if (found->areaUm2 <= 0) {
            throw support::Error(
                fmt::format("the library {} has no area for {}", library.name(), cell.type));
        }
        area += found->areaUm2;
    }
    return area;
}

// Shares the units among `count` jobs so that each has about as many cells.
std::vector<std::vector<std::size_t>> shares(const std::vector<std::size_t>& sizes, int count) {
    std::vector<std::size_t> order(sizes.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&sizes](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
    std::vector<std::vector<std::size_t>> result(static_cast<std::size_t>(std::max(1, count)));
    std::vector<std::size_t> load(result.size());
    for (const std::size_t unit : order) {
        const auto least = std::min_element(load.begin(), load.end()) - load.begin();
        const auto target = static_cast<std::size_t>(least);
        result[target].push_back(unit);
        load[target] += sizes[unit] + 200;  // every unit costs a few runs of abc
    }
    std::erase_if(result, [](const auto& share) { return share.empty(); });
    return result;
}

}  // namespace

// The units that abc proved, for each recipe, read from the log of a run. A unit without logic does
// not get to abc and needs no proof.
class Proofs {
  public:
    explicit Proofs(const std::string& log) {
        std::istringstream lines(log);
        std::string recipe;
        std::string unit;
        for (std::string line; std::getline(lines, line);) {
            if (const std::string found = after(line, "aslog recipe "); !found.empty()) {
                recipe = found;
            } else if (line.starts_with("Extracting gate netlist of module")) {
                const std::size_t start = line.find("unit_");
                unit = line.substr(start, line.find_first_of("'`", start) - start);
                given_.insert({recipe, unit});
            } else if (line.starts_with("ABC: Networks are equivalent")) {
                proven_.insert({recipe, unit});
            } else if (line.starts_with("Don't call ABC")) {
                given_.erase({recipe, unit});
            }
        }
    }

    bool allow(const std::string& recipe, const std::string& unit) const {
        return !given_.contains({recipe, unit}) || proven_.contains({recipe, unit});
    }

  private:
    static std::string after(const std::string& line, const std::string& start) {
        return line.starts_with(start) ? line.substr(start.size()) : "";
    }

    std::set<std::pair<std::string, std::string>> given_;
    std::set<std::pair<std::string, std::string>> proven_;
};

std::vector<Recipe> readRecipes(const fs::path& file) {
    std::vector<Recipe> recipes;
    try {
        const Json json = support::readJson(file);
        for (const Json& each : json.at("recipes")) {
            recipes.push_back({each.at("name"), each.at("abc"), each.value("quick", false)});
        }
    } catch (const nlohmann::json::exception& error) {
        throw support::InputError(
            fmt::format("{} is no list of recipes: {}", file.string(), error.what()));
    }
    return recipes;
}

Mapper::Unit Mapper::prepare(const MappingRequest& request) {
    Unit unit;
    unit.name = request.module;
    unit.module = request.netlist->modules.at(request.module);
    unit.rippleBits = request.method == Method::Fused ? request.rippleBits : 0;
    unit.quickOnly = request.quickOnly;
    for (const Cell& cell : unit.module.cells) {
        const auto child = request.netlist->modules.find(cell.type);
        if (child != request.netlist->modules.end()) {
            unit.children[cell.type].ports = child->second.ports;
        }
    }
    if (request.method == Method::Fused) {
        mapSums(unit.module);
        mapAdders(unit.module, request.rippleBits);
    }
    std::map<std::string, Module> all = unit.children;
    all["unit"] = unit.module;
    unit.key = support::sha256(toYosysJson(all, {}).dump()) + (unit.quickOnly ? "/quick" : "");
    return unit;
}

std::vector<std::shared_ptr<const CandidateList>> Mapper::map(
    const std::string& name, const std::vector<MappingRequest>& requests, int jobs) {
    std::vector<std::shared_future<Result>> futures;
    std::vector<Unit> ours;  // those that nobody maps yet
    for (const MappingRequest& request : requests) {
        Unit unit = prepare(request);
        const std::lock_guard lock(mutex_);
        const auto [found, added] = results_.try_emplace(unit.key);
        if (added) {
            found->second = unit.promise.get_future().share();
        }
        futures.push_back(found->second);
        if (added) {
            ours.push_back(std::move(unit));
        }
    }
    try {
        mapUnits(name, ours, jobs);
    } catch (...) {
        for (Unit& unit : ours) {
            unit.promise.set_exception(std::current_exception());
        }
    }
    std::vector<Result> results;
    results.reserve(futures.size());
    for (const std::shared_future<Result>& future : futures) {
        results.push_back(future.get());
    }
    return results;
}

void Mapper::mapUnits(const std::string& name, std::vector<Unit>& units, int jobs) const {
    std::vector<std::size_t> sizes;
    sizes.reserve(units.size());
    for (const Unit& unit : units) {
        sizes.push_back(unit.module.cells.size());
    }
    std::vector<CandidateList> lists(units.size());
    const auto work = shares(sizes, jobs == 1 ? 1 : 2 * jobs);
    inParallel(work.size(), jobs, [&](std::size_t i) {
        std::vector<const Unit*> share;
        for (const std::size_t unit : work[i]) {
            share.push_back(&units[unit]);
        }
        std::vector<CandidateList> results = mapShare(fmt::format("{}_{}", name, i + 1), share);
        for (std::size_t k = 0; k < share.size(); ++k) {
            lists[work[i][k]] = std::move(results[k]);
        }
    });
    for (std::size_t i = 0; i < units.size(); ++i) {
        std::stable_sort(
            lists[i].begin(), lists[i].end(),
            [](const Candidate& a, const Candidate& b) { return a.areaUm2 < b.areaUm2; });
        std::set<std::map<std::string, int>> seen;
        std::erase_if(lists[i], [&seen](const Candidate& each) {
            return !seen.insert(histogram(each.module)).second;
        });
        units[i].promise.set_value(std::make_shared<const CandidateList>(std::move(lists[i])));
    }
}

std::vector<CandidateList> Mapper::mapShare(const std::string& name,
                                            const std::vector<const Unit*>& units) const {
    std::map<std::string, Module> modules;
    std::set<std::string> stubs;
    for (std::size_t i = 0; i < units.size(); ++i) {
        Module& module = modules[unitName(i)] = units[i]->module;
        for (const auto& [child, ports] : units[i]->children) {
            modules[childName(i, child)] = ports;
            stubs.insert(childName(i, child));
        }
        for (Cell& cell : module.cells) {
            if (units[i]->children.contains(cell.type)) {
                cell.type = childName(i, cell.type);
            }
        }
    }
    const auto outputOf = [&](const Recipe& recipe) {
        return inputs_.workspace.temporary(name + "_" + recipe.name + ".json");
    };
    const fs::path input = inputs_.workspace.temporary(name + "_in.json");
    support::writeJson(input, toYosysJson(modules, stubs));
    std::string script = support::readFile(inputs_.scripts / "map.ys");
    const std::string step = support::readFile(inputs_.scripts / "recipe.ys");
    const std::vector<Recipe> recipes = recipesFor(units);
    for (const Recipe& recipe : recipes) {
        const fs::path file = inputs_.workspace.temporary(name + "_" + recipe.name + ".abc");
        support::writeFile(file,
                           abcScript(recipe, inputs_.workspace.temporary(name + "_logic.aig")));
        std::string text = filledIn(step, "RECIPE", recipe.name);
        text = filledIn(text, "SCRIPT", file.string());
        script += filledIn(text, "OUTPUT", outputOf(recipe).string());
    }
    script = filledIn(script, "INPUT", input.string());
    script = filledIn(script, "CELLS", inputs_.technology.cellsFile.string());
    script = filledIn(script, "LIBERTY", inputs_.liberty.string());
    script = filledIn(script, "MAPPING_LIBERTY", inputs_.mappingLiberty.string());
    const Proofs proofs(inputs_.workspace.yosys(name, script));
    std::vector<CandidateList> lists(units.size());
    for (const Recipe& recipe : recipes) {
        collect(outputOf(recipe), recipe, units, proofs, lists);
    }
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (lists[i].empty()) {
            throw support::Error(fmt::format("abc could not prove a single mapping of {} ({})",
                                             units[i]->name, name));
        }
    }
    return lists;
}

// The units of one run are all of one kind: the first says which.
std::vector<Recipe> Mapper::recipesFor(const std::vector<const Unit*>& units) const {
    std::vector<Recipe> recipes = inputs_.recipes;
    if (units.front()->quickOnly) {
        std::erase_if(recipes, [](const Recipe& recipe) { return !recipe.isQuick; });
    }
    return recipes;
}

void Mapper::collect(const fs::path& file, const Recipe& recipe,
                     const std::vector<const Unit*>& units, const Proofs& proofs,
                     std::vector<CandidateList>& lists) const {
    Netlist netlist = readNetlist(file, "");
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto found = netlist.modules.find(unitName(i));
        if (found == netlist.modules.end()) {
            throw support::Error(fmt::format("{} lacks a module", file.string()));
        }
        if (!proofs.allow(recipe.name, unitName(i))) {
            continue;
        }
        Candidate candidate{recipe.name, units[i]->rippleBits, 0, std::move(found->second)};
        for (Cell& cell : candidate.module.cells) {
            const std::string start = childName(i, "");
            if (cell.type.starts_with(start)) {
                cell.type.erase(0, start.size());
            }
        }
        candidate.areaUm2 = cellArea(candidate.module, inputs_.library, units[i]->children);
        lists[i].push_back(std::move(candidate));
    }
}

}  // namespace aslog::flows
