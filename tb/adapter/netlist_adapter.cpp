// Compiled together with the simulator of a netlist (gates/simulate/writer.h) into the shared
// library of one model. simulator.h is written for each model, and ASLOG_CLOCKED says whether the
// model has a clock of its own.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "model_api.h"
#include "simulator.h"

namespace {

// SplitMix64, the generator of aslog's other random numbers at power-on.
struct RandomWords {
    std::uint64_t state;
    std::uint64_t operator()() {
        std::uint64_t z = state += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
};

struct Bench {
    std::unique_ptr<W[]> values{new W[kWords]};
    W seen[kCounters + 1] = {};  // one more, for there may be none
    std::uint32_t counts[kCounters + 1] = {};

    // Clocks as they are in `values` and everything else as it was.
    void clock() {
        runClocks(values.get());
        runFlipFlops(values.get());
        countEdges(values.get(), seen, counts);
    }

    void requireQuietClocks() const {
        if (const char* name = changedClock(values.get())) {
            throw std::runtime_error(std::string("the clock of ") + name +
                                     " changes with its data");
        }
    }
};

Bench& benchOf(void* model) {
    return *static_cast<Bench*>(model);
}

void* create(std::uint64_t seed) {
    auto bench = std::make_unique<Bench>();
    powerOn(bench->values.get(), RandomWords{seed});
    // Nothing has settled yet, so nothing can be an edge. Latches in front of clocks settle in the
    // first round, what they clock in the second.
    for (int round = 0; round < 3; ++round) {
        runClocks(bench->values.get());
        settle(bench->values.get());
    }
    return bench.release();
}

void destroy(void* model) {
    delete &benchOf(model);
}

#if ASLOG_CLOCKED
void cycle(void* model, const std::uint32_t* inputs, std::uint32_t* outputs,
           aslog::tb::Arrival arrival) {
    Bench& bench = benchOf(model);
    W* values = bench.values.get();
    setClock(values, true);
    bench.clock();
    if (arrival == aslog::tb::Arrival::behindRise) {
        copyInputs(values, inputs);
    }
    settle(values);
    bench.requireQuietClocks();
    setClock(values, false);
    bench.clock();
    if (arrival == aslog::tb::Arrival::behindRise) {
        settleAfterFall(values);
    } else {
        copyInputs(values, inputs);
        settle(values);
    }
    bench.requireQuietClocks();
    copyOutputs(values, bench.counts, outputs);
}

// Without an edge, in the low phase of the clock.
void eval(void* model, const std::uint32_t* inputs, std::uint32_t* outputs) {
    Bench& bench = benchOf(model);
    copyInputs(bench.values.get(), inputs);
    settle(bench.values.get());
    bench.requireQuietClocks();
    copyOutputs(bench.values.get(), bench.counts, outputs);
}
#else
void cycle(void*, const std::uint32_t*, std::uint32_t*, aslog::tb::Arrival) {
}

// Clocks are inputs as any other. They come first: data that change with them are too late.
void eval(void* model, const std::uint32_t* inputs, std::uint32_t* outputs) {
    Bench& bench = benchOf(model);
    W* values = bench.values.get();
    copyClocks(values, inputs);
    bench.clock();
    copyInputs(values, inputs);
    settle(values);
    bench.requireQuietClocks();
    copyOutputs(values, bench.counts, outputs);
}
#endif

bool openTrace(void*, const char*) {
    return false;
}

void closeTrace(void*) {
}

constexpr aslog::tb::ModelApi kApi = {create, destroy, cycle, eval, openTrace, closeTrace};

}  // namespace

extern "C" __attribute__((visibility("default"))) const aslog::tb::ModelApi* aslog_model_api() {
    return &kApi;
}
