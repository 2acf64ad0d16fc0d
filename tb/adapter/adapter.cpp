// Compiled together with Verilator's output into the shared library of one model.
// bench_ports.h is written for each model: ASLOG_CLOCKED, ASLOG_INPUTS(port), ASLOG_OUTPUTS(port).
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "Vaslog_bench.h"
#include "bench_ports.h"
#include "model_api.h"
#include "verilated.h"
#if VM_TRACE_VCD
#include "verilated_vcd_c.h"
using WaveFile = VerilatedVcdC;
#elif VM_TRACE_FST
#include "verilated_fst_c.h"
using WaveFile = VerilatedFstC;
#endif

namespace {

// Verilator's type of a port follows from its width: CData, SData, IData, QData, VlWide.
template <class Word>
const std::uint32_t* copyIn(Word& port, const std::uint32_t* from) {
    if constexpr (sizeof(Word) == 8) {
        port = from[0] | static_cast<std::uint64_t>(from[1]) << 32U;
        return from + 2;
    } else {
        port = static_cast<Word>(from[0]);
        return from + 1;
    }
}

template <std::size_t Words>
const std::uint32_t* copyIn(VlWide<Words>& port, const std::uint32_t* from) {
    std::memcpy(port.data(), from, Words * sizeof(std::uint32_t));
    return from + Words;
}

template <class Word>
std::uint32_t* copyOut(const Word& port, std::uint32_t* to) {
    to[0] = static_cast<std::uint32_t>(port);
    if constexpr (sizeof(Word) == 8) {
        to[1] = static_cast<std::uint32_t>(port >> 32U);
        return to + 2;
    } else {
        return to + 1;
    }
}

template <std::size_t Words>
std::uint32_t* copyOut(const VlWide<Words>& port, std::uint32_t* to) {
    std::memcpy(to, port.data(), Words * sizeof(std::uint32_t));
    return to + Words;
}

struct Bench {
    VerilatedContext context;
    std::unique_ptr<Vaslog_bench> model;
#if VM_TRACE
    std::unique_ptr<WaveFile> trace;
#endif

    void applyInputs(const std::uint32_t* from) {
#define ASLOG_PORT(name) from = copyIn(model->name, from);
        ASLOG_INPUTS(ASLOG_PORT)
#undef ASLOG_PORT
    }

    void readOutputs(std::uint32_t* to) const {
#define ASLOG_PORT(name) to = copyOut(model->name, to);
        ASLOG_OUTPUTS(ASLOG_PORT)
#undef ASLOG_PORT
    }

    void settle() {
        model->eval();
#if VM_TRACE
        if (trace) {
            trace->dump(context.time());
        }
        context.timeInc(1);
#endif
    }
};

Bench* benchOf(void* model) {
    return static_cast<Bench*>(model);
}

void* create(std::uint64_t seed) {
    auto bench = std::make_unique<Bench>();
    bench->context.threads(1);  // aslog has its own, one a model
    bench->context.randReset(2);
    bench->context.randSeed(static_cast<int>(seed % 0x7fffffffU) + 1);
    bench->context.traceEverOn(VM_TRACE != 0);
    bench->model = std::make_unique<Vaslog_bench>(&bench->context);
    return bench.release();
}

void destroy(void* model) {
    delete benchOf(model);
}

#if ASLOG_CLOCKED
void cycle(void* model, const std::uint32_t* inputs, std::uint32_t* outputs,
           aslog::tb::Arrival arrival) {
    Bench& bench = *benchOf(model);
    bench.applyInputs(inputs);
    bench.model->late_i = arrival == aslog::tb::Arrival::atFall ? 1 : 0;
    bench.model->tick_i = 1;
    bench.settle();
    bench.model->tick_i = 0;
    bench.settle();
    bench.readOutputs(outputs);
}
#else
void cycle(void*, const std::uint32_t*, std::uint32_t*, aslog::tb::Arrival) {
}
#endif

void eval(void* model, const std::uint32_t* inputs, std::uint32_t* outputs) {
    Bench& bench = *benchOf(model);
    bench.applyInputs(inputs);
    bench.settle();
    bench.readOutputs(outputs);
}

#if VM_TRACE
bool openTrace(void* model, const char* path) {
    Bench& bench = *benchOf(model);
    bench.trace = std::make_unique<WaveFile>();
    bench.model->trace(bench.trace.get(), 99);
    bench.trace->open(path);
    return bench.trace->isOpen();
}

void closeTrace(void* model) {
    Bench& bench = *benchOf(model);
    if (bench.trace) {
        bench.trace->close();
        bench.trace.reset();
    }
}
#else
bool openTrace(void*, const char*) {
    return false;
}

void closeTrace(void*) {
}
#endif

constexpr aslog::tb::ModelApi kApi = {create, destroy, cycle, eval, openTrace, closeTrace};

}  // namespace

// Verilator's run-time library calls it when the Verilog does not settle.
void vl_fatal(const char* file, int line, const char*, const char* message) {
    throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + message);
}

// Verilator's run-time library refers to it.
double sc_time_stamp() {
    return 0;
}

extern "C" __attribute__((visibility("default"))) const aslog::tb::ModelApi* aslog_model_api() {
    return &kApi;
}
