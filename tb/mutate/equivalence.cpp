#include "tb/mutate/equivalence.h"

#include <string_view>

#include <fmt/format.h>

#include "support/file.h"
#include "support/subprocess.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

/// Where the two sides have to be equal. All names make the induction strong, but a fault may
/// change a wire whose readers do not care, such as a `ready` without a `valid`.
enum class Points { allNames, registers };

/// Yosys commands that keep one side of the comparison under `side`. Registers and latches become
/// words of state that a proof by induction can compare.
std::string readSide(const std::vector<MutableFile>& files, const std::string& folder,
                     const std::string& top, const std::string& side, Points points) {
    std::string script;
    for (const MutableFile& file : files) {
        script += fmt::format("read_verilog {}/{}\n", folder, file.name);
    }
    script += fmt::format("hierarchy -top {0}\nproc\nflatten\nopt -full\n", top);
    if (points == Points::registers) {
        script +=
            "select -set registers t:$*dff* t:$*latch* %u %co1:+[Q] w:* %i\n"
            "rename -hide w:* @registers %d\n";
    }
    return script +
           fmt::format("clk2fflogic\nopt -full\nrename {0} {1}\ndesign -stash {1}\n", top, side);
}

/// Cells that are the same and have the same inputs on both sides become one, so that adders and
/// multipliers need no proof. Those of the fault's line are left alone: pairing them would assume
/// what is to be shown.
std::string proofScript(const std::vector<MutableFile>& files, const Mutant& mutant,
                        const std::string& top, Points points) {
    return readSide(files, "original", top, "gold", points) +
           readSide(files, "faulty", top, "gate", points) +
           "design -copy-from gold gold\n"
           "design -copy-from gate gate\n"
           "equiv_make gold gate equiv\n"
           "hierarchy -top equiv\n"
           "opt_clean\n" +
           fmt::format("select -set kept a:src=*{}:{}.* t:$equiv %u\n", mutant.file, mutant.line) +
           "equiv_struct -icells -fwd @kept %n\n"
           "equiv_simple -undef\n"
           "equiv_induct -undef\n"
           "equiv_status -assert\n";
}

bool isProven(const std::vector<MutableFile>& files, const Mutant& mutant, const std::string& top,
              Points points, const fs::path& folder) {
    support::writeFile(folder / "proof.ys", proofScript(files, mutant, top, points));
    support::Command command;
    command.argv = {"yosys", "-q", "proof.ys"};
    command.folder = folder;
    command.stdoutFile = folder / (top + ".log");
    command.timeout = std::chrono::minutes(5);
    return support::run(command).ok();
}

}  // namespace

std::string proveEquivalent(const std::vector<MutableFile>& files, const Mutant& mutant,
                            const fs::path& folder) {
    for (const MutableFile& file : files) {
        support::writeFile(folder / "original" / file.name, file.text);
        support::writeFile(folder / "faulty" / file.name,
                           file.name == mutant.file ? withMutant(file, mutant) : file.text);
    }
    const std::string module = mutant.file.substr(0, mutant.file.rfind('.'));
    // What holds for the module holds for the array; the other way round it may take the array.
    for (const std::string& top : {module, std::string("aslog_pcf_array")}) {
        for (const Points points : {Points::allNames, Points::registers}) {
            if (isProven(files, mutant, top, points, folder)) {
                return "proven on " + top;
            }
        }
    }
    return {};
}

}  // namespace aslog::tb
