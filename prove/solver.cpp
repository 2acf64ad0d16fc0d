#include "prove/solver.h"

#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>

#include "prove/counterexample.h"
#include "prove/verdict.h"
#include "support/error.h"
#include "support/file.h"
#include "support/safe_name.h"
#include "support/stopwatch.h"
#include "support/subprocess.h"
#include "support/version.h"

namespace aslog::prove {
namespace {

namespace fs = std::filesystem;

constexpr int kInductionSteps = 2;
constexpr int kBaseSteps = 4;  // more than the induction needs

// Newer versions of yosys read an assertion as a $check, which their solvers do not know: the
// command that makes it an $assert again. Older ones, as Debian's 0.23, have neither.
std::string loweringCommands() {
    static const bool hasChecks = [] {
        support::Command command;
        command.argv = {"yosys", "-Q", "-T", "-p", "help chformal"};
        return support::runCaptured(command).output.find("-lower") != std::string::npos;
    }();
    return hasChecks ? "async2sync\nchformal -lower\n" : "";
}

// Of the files of a proof.
constexpr std::array<const char*, 7> kSuffixes = {".v",   ".ys",       ".smt2",         ".vcd",
                                                  ".log", "_base.log", "_induction.log"};

std::string stemOf(const Proof& proof) {
    std::string stem = proof.name;
    std::replace(stem.begin(), stem.end(), '/', '_');
    return stem;
}

// One proof at work: its files and the runs of the tools.
class Attempt {
  public:
    Attempt(const Proof& proof, const fs::path& folder, std::chrono::seconds timeout)
        : proof_(proof), folder_(folder), timeout_(timeout), stem_(stemOf(proof)) {
        result_.name = proof.name;
        result_.statement = proof.statement;
    }

    ProofResult run() {
        const support::Stopwatch stopwatch;
        support::writeFile(file(".v"), proof_.properties);
        if (proof_.method == Method::Sat) {
            proveBySat();
        } else {
            proveByInduction();
        }
        settleFiles();
        result_.seconds = stopwatch.seconds();
        return result_;
    }

  private:
    fs::path file(const std::string& suffix) const { return folder_ / (stem_ + suffix); }

    // How the tools, which run in the folder, are told of a file.
    std::string nameOf(const fs::path& path) const {
        return "tmp/" + support::safeName(path, folder_ / "tmp");
    }

    // Runs a tool; its log is <stem><suffix>.
    support::CommandResult runTool(std::vector<std::string> argv, const std::string& suffix) const {
        support::Command command;
        command.argv = std::move(argv);
        command.folder = folder_;
        command.environment["TMPDIR"] = "tmp";
        command.stdoutFile = file(suffix);
        command.timeout = timeout_;
        return support::run(command);
    }

    // Reads the RTL as it is, shows its wires, and binds it to the properties. Registers become
    // those of models/registers.v. No pass here merges or optimises a register.
    std::string readingScript() const {
        std::string script;
        for (const fs::path& rtl : proof_.rtl) {
            script += fmt::format("read_verilog \"{}\"\n", nameOf(rtl));
        }
        const std::string defined = proof_.section.empty() ? "" : "-D" + proof_.section;
        const std::string properties =
            fmt::format("read_verilog -formal {} \"{}\"\n", defined, nameOf(file(".v")));
        if (!proof_.wires.empty()) {
            script += "proc -norom\n";
            for (const std::string& wire : proof_.wires) {
                const std::string object = fmt::format("{}/w:{}", proof_.module, wire);
                script += fmt::format("select -assert-count 1 {0}\nexpose {0}\n", object);
            }
        }
        script += properties;
        script += fmt::format("hierarchy -check -top {}\n", proof_.top);
        script += "proc -norom\nflatten\nopt_clean\n";
        script += fmt::format("techmap -map \"{}\"\n",
                              nameOf(support::dataFolder() / "prove" / "models" / "registers.v"));
        // What is stored anywhere else, or not driven, has no place in the model.
        script += "select -assert-none t:$*dff* t:$*latch* t:$sr t:$mem* t:$_*\n";
        script += loweringCommands();
        if (!proof_.registers && proof_.method == Method::Sat) {
            script += "select -assert-none t:$ff\n";
        }
        if (!proof_.registers && proof_.method == Method::Sat) {
            script += "opt_expr\nwreduce\nopt_merge\n";  // equal sums of equal words are one
        }
        return script + "opt_expr\nopt_clean\ncheck -assert\nsetundef -undriven -anyseq\n";
    }

    void proveBySat() {
        const std::string steps = proof_.registers ? "-seq 2 -prove-skip 1" : "";
        support::writeFile(
            file(".ys"),
            readingScript() + fmt::format("sat {} -timeout {} -set-assumes -prove-asserts "
                                          "-show-inputs -show-public -dump_vcd \"{}\"\n",
                                          steps, timeout_.count(), nameOf(file(".vcd"))));
        const support::CommandResult result =
            runTool({"yosys", "-Q", "-T", "-s", nameOf(file(".ys"))}, ".log");
        conclude(satAnswer(support::readFile(file(".log")), result), "");
    }

    void proveByInduction() {
        support::writeFile(file(".ys"), readingScript() + fmt::format("write_smt2 -wires \"{}\"\n",
                                                                      nameOf(file(".smt2"))));
        const support::CommandResult read =
            runTool({"yosys", "-Q", "-T", "-s", nameOf(file(".ys"))}, ".log");
        if (!read.ok()) {
            throw support::Error(fmt::format("yosys can not read the proof {}; see {}", proof_.name,
                                             file(".log").string()));
        }
        const Answer base = smtbmc(kBaseSteps, false);
        if (base != Answer::Yes) {
            conclude(base, "_base.log");
            return;
        }
        const Answer step = smtbmc(kInductionSteps, true);
        if (step == Answer::Yes) {
            conclude(step, "");
            return;
        }
        // The state at which the induction failed need not be reachable: search from reset.
        const Answer search = smtbmc(proof_.searchDepth, false);
        if (search == Answer::Yes) {
            result_.reason = fmt::format("not inductive, and no counterexample within {} cycles",
                                         proof_.searchDepth);
            return;
        }
        conclude(search, "_base.log");
    }

    Answer smtbmc(int steps, bool induction) const {
        std::vector<std::string> argv = {
            "yosys-smtbmc", "-s", "z3", "--unroll", "--noprogress", "-t", std::to_string(steps)};
        if (induction) {
            argv.emplace_back("-i");
        } else {
            argv.insert(argv.end(), {"--dump-vcd", nameOf(file(".vcd"))});
        }
        argv.push_back(nameOf(file(".smt2")));
        const std::string log = induction ? "_induction.log" : "_base.log";
        const support::CommandResult result = runTool(std::move(argv), log);
        return smtbmcAnswer(support::readFile(file(log)), result);
    }

    void conclude(Answer answer, const std::string& failureLog) {
        if (answer == Answer::Yes) {
            result_.verdict = Verdict::Proven;
        } else if (answer == Answer::TimedOut) {
            result_.reason = fmt::format("no answer within {} s", timeout_.count());
        } else {
            result_.verdict = Verdict::Refuted;
            if (fs::exists(file(".vcd"))) {
                result_.inputs = counterexample(support::readFile(file(".vcd")), proof_);
            }
            if (!failureLog.empty()) {
                result_.failed = failedAssertion(support::readFile(file(failureLog)));
            }
        }
    }

    void settleFiles() {
        for (const char* suffix : kSuffixes) {
            std::error_code ignored;
            if (result_.verdict == Verdict::Proven) {
                fs::remove(file(suffix), ignored);
            } else if (fs::exists(file(suffix))) {
                result_.evidence.push_back(file(suffix).filename());
            }
        }
    }

    const Proof& proof_;
    const fs::path& folder_;
    std::chrono::seconds timeout_;
    std::string stem_;
    ProofResult result_;
};

}  // namespace

ProofResult runProof(const Proof& proof, const fs::path& folder, std::chrono::seconds timeout) {
    return Attempt(proof, folder, timeout).run();
}

void removeEvidence(const Proof& proof, const fs::path& folder) {
    for (const char* suffix : kSuffixes) {
        std::error_code ignored;
        fs::remove(folder / (stemOf(proof) + suffix), ignored);
    }
}

}  // namespace aslog::prove
