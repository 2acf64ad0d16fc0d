// Proofs that two versions of a module are equal, by abc: function by function between registers
// (gates/cut.h). It reads nothing of what made them.
#pragma once

#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "flows/workspace.h"
#include "gates/cut.h"

namespace aslog::flows {

enum class Verdict {
    Proven,
    NoLogic,    // nothing to prove by abc: no combinational logic in either, and equal
    NotProven,  // abc gave up
    Wrong,      // they differ
};

// "proven", "without logic", "not proven", "wrong"
std::string toString(Verdict verdict);

struct Proof {
    Verdict verdict = Verdict::NotProven;
    std::string reason;  // of NotProven and Wrong

    bool holds() const { return verdict == Verdict::Proven || verdict == Verdict::NoLogic; }
};

// What abc printed about `&cec`. Throws support::Error unless it says exactly one of: equivalent,
// not equivalent, undecided, timed out.
Verdict verdictOf(const std::string& log);

// May be used from several threads. Equal questions are asked once.
class Prover {
  public:
    Prover(const Workspace& workspace, int secondsEach)
        : workspace_(workspace), secondsEach_(secondsEach) {}

    // Both by cutAtRegisters(). Outputs and inputs of children must be the same functions of
    // inputs, states and outputs of children; so must the functions of each register that both
    // have. One that only one of them has may hold anything, unless it has a twin (withoutTwins()):
    // then nothing else depends on it; and one may hold the inverse (withPolarityOf()). `name`
    // stands in the names of files. Throws support::Error if abc fails or prints what is not
    // understood.
    //
    // `sibling`, if there is one, is another mapping of the words that is proven equal to them.
    // Where it has the same registers, cells that equal it equal the words too, and that takes
    // milliseconds where a proof by the words of a multiplier takes ten seconds. What can not be
    // proven in this way is by the words.
    Proof prove(const std::string& name, const gates::CutLogic& words, const gates::CutLogic& cells,
                const gates::CutLogic* sibling = nullptr);

  private:
    Proof compare(const std::string& name, const gates::CutLogic& words,
                  const gates::CutLogic& cells);
    Proof ask(const std::string& name, const std::string& reference, const std::string& netlist,
              const std::vector<std::string>& outputs) const;

    const Workspace& workspace_;
    int secondsEach_;
    std::mutex mutex_;
    std::map<std::string, std::shared_future<Proof>> proofs_;
};

}  // namespace aslog::flows
