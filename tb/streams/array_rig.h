// What every suite of the array has: a model, the bench that drives it, and legal traffic.
#pragma once

#include "tb/streams/array_bench.h"
#include "tb/streams/random_traffic.h"
#include "tb/suites/suites.h"

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
