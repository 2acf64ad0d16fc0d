// Technology mapping of modules: every module with every recipe, each distinct module once.
#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "flows/technology.h"
#include "flows/workspace.h"
#include "gates/cell_library.h"
#include "gates/netlist.h"

namespace aslog::flows {

// How sums are built.
enum class Method {
    Fused,  // carry-save trees of the library's full adders (carry_save.h)
    Plain,  // yosys' own way with * and +
};

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
    const gates::CellLibrary& library;
    std::filesystem::path liberty;         // flip-flops
    std::filesystem::path mappingLiberty;  // logic: without cells that are never used
    std::filesystem::path scripts;
    std::vector<Recipe> recipes;
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

class Proofs;

// May be used from several threads. Equal modules are mapped once, whoever asks.
class Mapper {
  public:
    explicit Mapper(MappingInputs inputs) : inputs_(std::move(inputs)) {}

    // Returns the results for each request, smallest first, without repetitions. `name` stands in
    // the names of the logs; up to `jobs` runs of yosys at once. Throws support::Error if yosys
    // fails or leaves something that is no cell of the library.
    std::vector<std::shared_ptr<const CandidateList>> map(
        const std::string& name, const std::vector<MappingRequest>& requests, int jobs);

    const gates::CellLibrary& library() const { return inputs_.library; }

  private:
    using Result = std::shared_ptr<const CandidateList>;
    struct Unit {
        std::string key;
        std::string name;
        gates::Module module;
        std::map<std::string, gates::Module> children;  // ports of the modules that it uses
        int rippleBits = 0;
        bool quickOnly = false;
        std::promise<Result> promise;
    };

    static Unit prepare(const MappingRequest& request);
    void mapUnits(const std::string& name, std::vector<Unit>& units, int jobs) const;
    std::vector<CandidateList> mapShare(const std::string& name,
                                        const std::vector<const Unit*>& units) const;
    std::vector<Recipe> recipesFor(const std::vector<const Unit*>& units) const;
    void collect(const std::filesystem::path& file, const Recipe& recipe,
                 const std::vector<const Unit*>& units, const Proofs& proofs,
                 std::vector<CandidateList>& lists) const;

    MappingInputs inputs_;
    std::mutex mutex_;
    std::map<std::string, std::shared_future<Result>> results_;
};

}  // namespace aslog::flows
