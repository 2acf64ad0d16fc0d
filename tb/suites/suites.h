// The suites of the bench. Each draws its own stimulus from the seed, drives one model and compares
// every output with the golden model; equality is exact.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tb/models/compile.h"
#include "tb/models/device.h"
#include "tb/models/model.h"
#include "tb/suites/suite.h"

namespace aslog::tb {

enum class ModelKind { units, array };

struct SuiteContext {
    const Device& device;
    const CompiledModel& compiled;  // of the suite's kind
    std::uint64_t seed;
    bool quick;
    ModelOptions model;
    Recorder& recorder;

    [[nodiscard]] Model makeModel() const { return {compiled.sharedObject, compiled.ports, model}; }

    /// Array cycles that a suite may spend: about a second, whatever the size of the array.
    [[nodiscard]] int cycleBudget() const;
};

struct Suite {
    const char* name;
    const char* what;  // one line for people
    ModelKind kind = ModelKind::array;
    bool forBaselines = false;
    bool needsBiasCorrection = false;
    bool needsInternals = false;  // a model with Internals::seen; all others have ports only
    std::function<void(SuiteContext&)> run;
};

/// Those that need nothing from outside, in the order in which they run.
[[nodiscard]] const std::vector<Suite>& allSuites();

/// Runs a suite; a model that does not settle is a mismatch.
void runSuite(const Suite& suite, SuiteContext& context);

// units_suites.cpp
void runAe(SuiteContext& context);          // every code times every activation
void runMuAe(SuiteContext& context);        // every code times corners and random window sums
void runBce(SuiteContext& context);         // window sums in all slots
void runPcfUnit(SuiteContext& context);     // corners, random, stages that wait
void runMultiplier(SuiteContext& context);  // every pair of operands

// array_suites.cpp
void runArrayCorners(SuiteContext& context);
void runArrayRandom(SuiteContext& context);
void runFullRate(SuiteContext& context);

// handshake_suites.cpp
void runArrayWaits(SuiteContext& context);   // partners that wait, frozen streams, long stalls
void runArrayResets(SuiteContext& context);  // at every position of the pointers, under offers
void runClocks(SuiteContext& context);       // no stage is clocked without a beat

// layer_suites.cpp
void runLayers(SuiteContext& context);

}  // namespace aslog::tb
