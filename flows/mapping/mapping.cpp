#include "flows/mapping/mapping.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "flows/library/adder_cells.h"
#include "flows/mapping/carry_save.h"
#include "flows/mapping/sum_terms.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/parallel.h"
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

// One command a line, as yosys gives it to abc.
std::string abcScript(const Recipe& recipe) {
    std::string commands = recipe.abc;
    for (std::size_t at = 0; (at = commands.find("; ", at)) != std::string::npos;) {
        commands.replace(at, 2, "\n");
    }
    return commands + "\n";
}

constexpr const char* kAdderCells = R"lib(
cell ({}) {{
  pin (a_i, b_i, c_i) {{ direction : input; }}
  pin (sum_o) {{ direction : output; function : "a_i ^ b_i ^ c_i"; }}
  pin (carry_o) {{ direction : output; function : "a_i b_i | c_i (a_i | b_i)"; }}
}}
cell ({}) {{
  pin (a_i, b_i) {{ direction : input; }}
  pin (sum_o) {{ direction : output; function : "a_i ^ b_i"; }}
  pin (carry_o) {{ direction : output; function : "a_i b_i"; }}
}}
)lib";

fs::path outputOf(const Workspace& workspace, const std::string& name, const Recipe& recipe) {
    return workspace.temporary(fmt::format("{}_{}.json", name, recipe.name));
}

Module withRenamedChildren(Module module, const std::map<std::string, Module>& children,
                           std::size_t unit) {
    for (Cell& cell : module.cells) {
        if (children.contains(cell.type)) {
            cell.type = childName(unit, cell.type);
        }
    }
    return module;
}

bool hasSums(const Module& module) {
    return std::ranges::any_of(module.cells, isSum);
}

// A unit of a netlist of yosys, its children with their own names again.
Module takeUnit(Netlist& netlist, std::size_t index) {
    const auto found = netlist.modules.find(unitName(index));
    if (found == netlist.modules.end()) {
        throw support::Error(fmt::format("yosys has lost the module {}", unitName(index)));
    }
    Module module = std::move(found->second);
    const std::string start = childName(index, "");
    for (Cell& cell : module.cells) {
        if (cell.type.starts_with(start)) {
            cell.type.erase(0, start.size());
        }
    }
    return module;
}

std::string nothingProven(const std::vector<DroppedMapping>& dropped) {
    std::string text = fmt::format("no mapping of {} could be proven:", dropped.front().module);
    for (const DroppedMapping& each : dropped) {
        text += fmt::format("\n  {}: {}, {}", each.recipe, toString(each.proof.verdict),
                            each.proof.reason);
    }
    return text;
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

// Where cells.v names the flip-flops, those with enables become those that it names; otherwise
// dfflibmap sees to that.
std::string legalizing(const Technology& technology) {
    const bool namesFlipFlops =
        support::readFile(technology.cellsFile).find("\\$_DFF_P_ ") != std::string::npos;
    return namesFlipFlops ? "dfflegalize -cell $_DFF_P_ x -cell $_DFF_PN0_ x -cell $_DFF_PN1_ x "
                            "-cell $_DLATCH_P_ x -cell $_DLATCH_N_ x"
                          : "";
}

}  // namespace

LogicModels modelsFor(const LibertyFile& liberty) {
    LogicModels models(CellModels::of(liberty));
    const CellModels adders = modelsFromCells(fmt::format(kAdderCells, kFullAdder, kHalfAdder));
    models.add(adders.at(kFullAdder));
    models.add(adders.at(kHalfAdder));
    return models;
}

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

Mapper::Job Mapper::jobFor(const MappingRequest& request) {
    Job job;
    job.unit = unitOf(*request.netlist, request.module, request.method, request.rippleBits);
    job.quickOnly = request.quickOnly;
    std::map<std::string, Module> all = job.unit.children;
    all["unit"] = job.unit.module;
    all["reference"] = job.unit.reference;
    job.key = support::sha256(toYosysJson(all, {}).dump()) + (job.quickOnly ? "/quick" : "");
    return job;
}

std::vector<std::shared_ptr<const CandidateList>> Mapper::map(
    const std::string& name, const std::vector<MappingRequest>& requests, int jobs) {
    std::vector<std::shared_future<Result>> futures;
    std::vector<Job> ours;  // those that nobody maps yet
    for (const MappingRequest& request : requests) {
        Job job = jobFor(request);
        const std::lock_guard lock(mutex_);
        const auto [found, added] = results_.try_emplace(job.key);
        if (added) {
            found->second = job.promise.get_future().share();
        }
        futures.push_back(found->second);
        if (added) {
            ours.push_back(std::move(job));
        }
    }
    try {
        mapJobs(name, ours, jobs);
    } catch (...) {
        for (Job& job : ours) {
            job.promise.set_exception(std::current_exception());
        }
    }
    std::vector<std::shared_ptr<const CandidateList>> lists;
    lists.reserve(futures.size());
    for (const std::shared_future<Result>& future : futures) {
        const Result result = future.get();
        lists.emplace_back(result, &result->candidates);
    }
    return lists;
}

const CutLogic& Mapper::reference(const MappingRequest& request) const {
    return resultOf(request).reference;
}

const CutLogic* Mapper::provenMapping(const MappingRequest& request) const {
    const Mapped& result = resultOf(request);
    return result.provenLogic ? &*result.provenLogic : nullptr;
}

const Mapper::Mapped& Mapper::resultOf(const MappingRequest& request) const {
    const std::string key = jobFor(request).key;
    const std::lock_guard lock(mutex_);
    return *results_.at(key).get();
}

MappingProofs Mapper::proofs() const {
    const std::lock_guard lock(mutex_);
    MappingProofs proofs;
    std::set<std::string> recipes;
    for (const auto& [key, future] : results_) {
        const Result result = future.get();
        ++proofs.units;
        proofs.proven += result->proven;
        proofs.withoutLogic += result->withoutLogic;
        proofs.sums += result->sums;
        recipes.insert(result->recipes.begin(), result->recipes.end());
        auto& list = result->takesUnproven ? proofs.undecided : proofs.dropped;
        list.insert(list.end(), result->dropped.begin(), result->dropped.end());
    }
    proofs.recipes = static_cast<int>(recipes.size());
    return proofs;
}

void Mapper::mapJobs(const std::string& name, std::vector<Job>& work, int jobs) const {
    std::vector<std::size_t> sizes;
    sizes.reserve(work.size());
    for (const Job& job : work) {
        sizes.push_back(job.unit.module.cells.size());
    }
    std::vector<Mapped> results(work.size());
    const auto parts = shares(sizes, jobs == 1 ? 1 : 2 * jobs);
    support::inParallel(parts.size(), jobs, [&](std::size_t i) {
        std::vector<const Job*> share;
        for (const std::size_t each : parts[i]) {
            share.push_back(&work[each]);
        }
        std::vector<Mapped> mapped = mapShare(fmt::format("{}_{}", name, i + 1), share);
        for (std::size_t k = 0; k < share.size(); ++k) {
            results[parts[i][k]] = std::move(mapped[k]);
        }
    });
    for (std::size_t i = 0; i < work.size(); ++i) {
        CandidateList& list = results[i].candidates;
        std::stable_sort(list.begin(), list.end(), [](const Candidate& a, const Candidate& b) {
            return a.areaUm2 < b.areaUm2;
        });
        std::set<std::map<std::string, int>> seen;
        std::erase_if(list, [&seen](const Candidate& each) {
            return !seen.insert(histogram(each.module)).second;
        });
        work[i].promise.set_value(std::make_shared<const Mapped>(std::move(results[i])));
    }
}

std::vector<Mapper::Mapped> Mapper::mapShare(const std::string& name,
                                             const std::vector<const Job*>& share) const {
    std::map<std::string, Module> modules;
    std::map<std::string, Module> references;
    std::set<std::string> stubs;
    for (std::size_t i = 0; i < share.size(); ++i) {
        const Unit& unit = share[i]->unit;
        modules[unitName(i)] = withRenamedChildren(unit.module, unit.children, i);
        references[unitName(i)] = withRenamedChildren(unit.reference, unit.children, i);
        for (const auto& [child, ports] : unit.children) {
            modules[childName(i, child)] = references[childName(i, child)] = ports;
            stubs.insert(childName(i, child));
        }
    }
    formYosysSums(name, modules, references, stubs);
    const Workspace& workspace = inputs_.workspace;
    support::writeJson(workspace.temporary(name + "_in.json"), toYosysJson(modules, stubs));
    support::writeJson(workspace.temporary(name + "_ref.json"), toYosysJson(references, stubs));
    const std::vector<Recipe> recipes = recipesFor(share);
    static_cast<void>(workspace.yosys(name, scriptFor(name, recipes)));

    std::vector<Mapped> results(share.size());
    Netlist gates = readNetlist(workspace.temporary(name + "_gates.json"), "");
    for (std::size_t i = 0; i < share.size(); ++i) {
        const Unit& unit = share[i]->unit;
        const Module module = takeUnit(gates, i);
        results[i].sums = unit.sums;
        results[i].reference =
            cutAtRegisters(unit.name + ", words", module, inputs_.models, unit.children);
    }
    for (const Recipe& recipe : recipes) {
        collect(name, recipe, share, results);
    }
    for (Mapped& result : results) {
        if (result.candidates.empty() && result.unproven.size() < result.dropped.size()) {
            throw support::Error(nothingProven(result.dropped));
        }
        // Many words in one sum are beyond abc, once it has made plain gates of them.
        result.takesUnproven = result.candidates.empty();
        if (result.takesUnproven) {
            result.candidates = std::move(result.unproven);
        }
    }
    return results;
}

void Mapper::formYosysSums(const std::string& name, std::map<std::string, Module>& modules,
                           std::map<std::string, Module>& references,
                           const std::set<std::string>& stubs) const {
    if (std::ranges::none_of(modules, [](const auto& each) { return hasSums(each.second); })) {
        return;
    }
    const Workspace& workspace = inputs_.workspace;
    const fs::path before = workspace.temporary(name + "_sums.json");
    const fs::path after = workspace.temporary(name + "_adders.json");
    support::writeJson(before, toYosysJson(modules, stubs));
    static_cast<void>(workspace.yosys(
        name + "_sums", fmt::format("read_json \"{}\"\nmaccmap\nwrite_json \"{}\"\n",
                                    workspace.nameOf(before), workspace.nameOf(after))));
    Netlist formed = readNetlist(after, "");
    for (auto& [unit, module] : modules) {
        if (hasSums(module)) {
            module = std::move(formed.modules.at(unit));
            references.at(unit) = module;
        }
    }
}

std::string Mapper::scriptFor(const std::string& name, const std::vector<Recipe>& recipes) const {
    const Workspace& workspace = inputs_.workspace;
    std::string script = support::readFile(inputs_.scripts / "map.ys");
    const std::string step = support::readFile(inputs_.scripts / "recipe.ys");
    for (const Recipe& recipe : recipes) {
        const fs::path file = workspace.temporary(name + "_" + recipe.name + ".abc");
        support::writeFile(file, abcScript(recipe));
        const std::string text = filledIn(step, "SCRIPT", workspace.abcNameOf(file));
        script += filledIn(text, "OUTPUT", workspace.nameOf(outputOf(workspace, name, recipe)));
    }
    script = filledIn(script, "INPUT", workspace.nameOf(workspace.temporary(name + "_in.json")));
    script =
        filledIn(script, "REFERENCE", workspace.nameOf(workspace.temporary(name + "_ref.json")));
    script = filledIn(script, "GATES", workspace.nameOf(workspace.temporary(name + "_gates.json")));
    script = filledIn(script, "LEGALIZE", legalizing(inputs_.technology));
    script = filledIn(script, "CELLS", workspace.nameOf(inputs_.technology.cellsFile));
    script = filledIn(script, "LIBERTY", workspace.nameOf(inputs_.liberty));
    return filledIn(script, "MAPPING_LIBERTY", workspace.abcNameOf(inputs_.mappingLiberty));
}

// The units of one run are all of one kind: the first says which.
std::vector<Recipe> Mapper::recipesFor(const std::vector<const Job*>& share) const {
    std::vector<Recipe> recipes = inputs_.recipes;
    if (share.front()->quickOnly) {
        std::erase_if(recipes, [](const Recipe& recipe) { return !recipe.isQuick; });
    }
    return recipes;
}

void Mapper::collect(const std::string& name, const Recipe& recipe,
                     const std::vector<const Job*>& share, std::vector<Mapped>& results) const {
    Netlist netlist = readNetlist(outputOf(inputs_.workspace, name, recipe), "");
    for (std::size_t i = 0; i < share.size(); ++i) {
        const Unit& unit = share[i]->unit;
        Mapped& result = results[i];
        Candidate candidate{recipe.name, unit.rippleBits, 0, takeUnit(netlist, i)};
        candidate.areaUm2 = cellArea(candidate.module, inputs_.cells, unit.children);
        CutLogic logic = cutAtRegisters(fmt::format("{}, recipe {}", unit.name, recipe.name),
                                        candidate.module, inputs_.models, unit.children);
        const Proof proof =
            inputs_.prover.prove(fmt::format("{}_{}_{}", name, i, recipe.name), result.reference,
                                 logic, result.provenLogic ? &*result.provenLogic : nullptr);
        result.recipes.push_back(recipe.name);
        result.proven += proof.verdict == Verdict::Proven ? 1 : 0;
        result.withoutLogic += proof.verdict == Verdict::NoLogic ? 1 : 0;
        if (proof.holds()) {
            result.candidates.push_back(std::move(candidate));
            if (!result.provenLogic) {
                result.provenLogic = std::move(logic);
            }
        } else {
            result.dropped.push_back({unit.name, recipe.name, unit.rippleBits, proof});
            if (proof.verdict == Verdict::NotProven) {
                result.unproven.push_back(std::move(candidate));
            }
        }
    }
}

}  // namespace aslog::flows
