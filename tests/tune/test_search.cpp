// What `aslog tune` tries and keeps.
#include <set>
#include <string>
#include <vector>

#include "generator/elab/design.h"
#include "generator/spec/fields.h"
#include "generator/spec/parse_spec.h"
#include "support/diagnostics.h"
#include "tests/catch.h"
#include "tune/search.h"

namespace {

using aslog::ArchSpec;
using aslog::Design;
using namespace aslog::tune;

Design defaultDesign() {
    aslog::support::Diagnostics diagnostics;
    return elaborate(aslog::defaultSpec("base"), diagnostics);
}

}  // namespace

TEST_CASE("Formats are tried on the array of the spec, other arrays for those that are kept") {
    const Candidate base = candidateOf(defaultDesign());
    CHECK(base.levels == std::vector<std::int64_t>{0, 1, 2, 3, 4, 6, 8});
    CHECK(base.droppedBits == 3);
    Space space;
    CHECK(formatsToTry(space, base) == std::vector<Candidate>{base});
    CHECK(arraysToTry(space, base, {base}).empty());

    space.levels = {{0, 1, 2, 4, 6, 8, 12, 16}, base.levels};
    space.droppedBits = {0, 3};
    space.pixels = {base.pixels, 8};
    space.lanes = {1, 2};
    const std::vector<Candidate> formats = formatsToTry(space, base);
    REQUIRE(formats.size() == 4);  // base is one of them
    CHECK(formats.front() == base);
    const std::vector<Candidate> kept = {formats[1], formats[2]};
    const std::vector<Candidate> arrays = arraysToTry(space, base, kept);
    CHECK(arrays.size() == 2 * 3);  // without the array of the spec
    std::set<std::string> names;
    for (const std::vector<Candidate>& list : {formats, arrays}) {
        for (const Candidate& each : list) {
            names.insert(nameOf(each));
        }
    }
    CHECK(names.size() == formats.size() + arrays.size());
    CHECK(nameOf(arrays.front()) == "0_1_2_4_6_8_12_16-d0-p2-r16-l1");
}

TEST_CASE("A candidate's spec is valid, elaborates to the candidate and keeps all else") {
    ArchSpec spec = aslog::defaultSpec("base");
    spec.biasCorrection.enabled = false;
    const Candidate wanted = {{0, 1, 2, 3, 4, 6, 8}, 3, 8, 64, 1};
    aslog::support::Diagnostics diagnostics;
    const std::string text = aslog::specToJson(specOf(spec, wanted)).dump();
    const ArchSpec parsed = aslog::parseSpec(text, diagnostics);
    const Design design = elaborate(parsed, diagnostics);
    CHECK(candidateOf(design) == wanted);
    CHECK(design.spec.name == "base");
    CHECK_FALSE(design.hasBiasCorrection());
}

TEST_CASE("The front holds what nothing beats, and all of several equals") {
    const std::vector<Figures> figures = {{10, 10, 0.1}, {9, 10, 0.1},   {20, 5, 0.1}, {9, 10, 0.1},
                                          {5, 20, 0.2},  {30, 30, 0.05}, {30, 30, 0.3}};
    CHECK(paretoFront(figures) == std::vector<bool>{false, true, true, true, true, true, false});
    CHECK(paretoFront({}).empty());
}

TEST_CASE("The best are sorted by noise; what has a reason against it is none and beats nothing") {
    std::vector<Trial> trials(4);
    trials[0].figures = {10, 10, 0.2};
    trials[1].figures = {20, 20, 0.1};
    trials[2].figures = {1, 1, 0.01};
    trials[2].reason = "misses the clock";
    trials[3].figures = {11, 10, 0.2};
    const std::vector<Trial> best = bestOf(trials);
    REQUIRE(best.size() == 2);
    CHECK(best[0].figures.noise == 0.1);
    CHECK(best[1].figures.areaUm2 == 10);
}
