// What every suite of the array has: a model, the bench that drives it, and legal traffic.
#pragma once

#include "tb/array_bench.h"
#include "tb/random_traffic.h"
#include "tb/suites.h"

namespace aslog::tb {

struct ArrayRig {
    explicit ArrayRig(SuiteContext& context, const char* purpose, bool watchesClocks = false)
        : random(context.seed, purpose),
          model(context.makeModel()),
          bench(context.device, model, context.recorder, watchesClocks),
          generator(context.device, random) {}

    Random random;
    Model model;
    ArrayBench bench;
    TrafficGenerator generator;
};

}  // namespace aslog::tb
