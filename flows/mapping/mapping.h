// Technology mapping of modules: every module with every recipe, each distinct module once. A
// result that was not proven equal to the module's words is not taken, unless abc could decide on
// none of a module and found none wrong.
#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flows/library/technology.h"
#include "flows/mapping/equivalence.h"
#include "flows/mapping/unit.h"
#include "flows/workspace.h"
#include "gates/cell_library.h"
#include "gates/cut.h"
#include "gates/netlist.h"

namespace aslog::flows {

// A script for abc.
struct Recipe {
    std::string name;
    std::string abc;
    bool isQuick = false;  // worth trying with faster adders, too
};

// Reads flows/recipes.json. Throws support::InputError if it is not as it should be.
std::vector<Recipe> readRecipes(const std::filesystem::path& file);

// A module in cells of the library; the modules that it uses are still instances.
struct Candidate {
    std::string recipe;
    int rippleBits = 0;  // as in mapAdders(); 0 with Method::Plain
    double areaUm2 = 0;  // without the modules that it uses
    gates::Module module;
};

// What is mapped, with what.
struct MappingInputs {
    const Workspace& workspace;
    const Technology& technology;
    const gates::CellLibrary& cells;
    std::filesystem::path liberty;         // flip-flops
    std::filesystem::path mappingLiberty;  // logic: without cells that are never used
    std::filesystem::path scripts;
    std::vector<Recipe> recipes;
    const gates::LogicModels& models;  // of every cell that a netlist may hold: modelsFor()
    Prover& prover;
};

// The cells of a library, those of yosys, and the full and half adders of adder_cells.h.
gates::LogicModels modelsFor(const gates::LibertyFile& liberty);

// A result that was not proven.
struct DroppedMapping {
    std::string module;
    std::string recipe;
    int rippleBits = 0;
    Proof proof;
};

// What became of all units (modules in one method and with one kind of adders) and recipes.
struct MappingProofs {
    int units = 0;
    int recipes = 0;
    int proven = 0;
    int withoutLogic = 0;
    int sums = 0;  // trees of adders that were proven to add up
    std::vector<DroppedMapping> dropped;
    std::vector<DroppedMapping> undecided;  // taken, since nothing else is there
};

using CandidateList = std::vector<Candidate>;

// A module to be mapped.
struct MappingRequest {
    const gates::Netlist* netlist = nullptr;
    std::string module;
    Method method = Method::Fused;
    int rippleBits = 0;      // of Method::Fused
    bool quickOnly = false;  // only with the quick recipes
};

// May be used from several threads. Equal modules are mapped once, whoever asks.
class Mapper {
  public:
    explicit Mapper(MappingInputs inputs) : inputs_(std::move(inputs)) {}

    // Returns the results for each request, smallest first, without repetitions. `name` stands in
    // the names of the logs; up to `jobs` runs of yosys at once. Throws support::Error if yosys or
    // abc fails, leaves something that is no cell of the library, or a module has a wrong result
    // and none that is proven.
    std::vector<std::shared_ptr<const CandidateList>> map(
        const std::string& name, const std::vector<MappingRequest>& requests, int jobs);

    // What every netlist of a module must equal. The request must have been mapped.
    const gates::CutLogic& reference(const MappingRequest& request) const;

    // One mapping that is proven to, for Prover::prove(); nullptr if there is none.
    const gates::CutLogic* provenMapping(const MappingRequest& request) const;

    MappingProofs proofs() const;

    const gates::CellLibrary& cells() const { return inputs_.cells; }
    const gates::LogicModels& models() const { return inputs_.models; }

  private:
    // All that is known of a unit after mapping.
    struct Mapped {
        gates::CutLogic reference;
        std::optional<gates::CutLogic> provenLogic;  // one of the candidates, for Prover's siblings
        CandidateList candidates;
        std::vector<std::string> recipes;
        int proven = 0;
        int withoutLogic = 0;
        int sums = 0;
        std::vector<DroppedMapping> dropped;
        CandidateList unproven;  // of the dropped ones that abc could not decide on
        bool takesUnproven = false;
    };
    using Result = std::shared_ptr<const Mapped>;
    struct Job {
        std::string key;
        Unit unit;
        bool quickOnly = false;
        std::promise<Result> promise;
    };

    static Job jobFor(const MappingRequest& request);
    const Mapped& resultOf(const MappingRequest& request) const;
    void mapJobs(const std::string& name, std::vector<Job>& work, int jobs) const;
    std::vector<Mapped> mapShare(const std::string& name,
                                 const std::vector<const Job*>& share) const;
    // Sums that yosys is left to form ($macc) become adders here, once for a unit and what it must
    // equal: yosys takes their bits in the order of its own numbers for names, which change from
    // one reading to the next, and two such trees of many words are beyond abc.
    void formYosysSums(const std::string& name, std::map<std::string, gates::Module>& modules,
                       std::map<std::string, gates::Module>& references,
                       const std::set<std::string>& stubs) const;
    std::string scriptFor(const std::string& name, const std::vector<Recipe>& recipes) const;
    std::vector<Recipe> recipesFor(const std::vector<const Job*>& share) const;
    void collect(const std::string& name, const Recipe& recipe,
                 const std::vector<const Job*>& share, std::vector<Mapped>& results) const;

    MappingInputs inputs_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_future<Result>> results_;
};

}  // namespace aslog::flows
