// What the user asks for: the content of a spec file, parsed and validated.
// Ranges, defaults and units of every member stand in fields.cpp and, for people, in docs/spec.md.
#pragma once

#include <optional>
#include <string>

#include "golden/arithmetic/format.h"

namespace aslog {

// Made by parseSpec() or defaultSpec() only; a member without a value in the file has its default.
struct ArchSpec {
    struct Array {
        int rows = 0;
        int columns = 0;
        std::optional<int> pixels;      // absent: "auto"
        std::optional<int> weightRows;  // absent: "auto"
        bool operator==(const Array&) const = default;
    };
    struct Accumulator {
        std::optional<int> bits;  // absent: "auto"
        int maxKernelArea = 0;
        int maxInputChannels = 0;
        bool operator==(const Accumulator&) const = default;
    };
    struct BiasCorrection {
        bool enabled = false;
        int muBits = 0;
        int muSqrt2Steps = 0;
        int fractionBits = 0;
        bool operator==(const BiasCorrection&) const = default;
    };
    struct Pcf {
        std::optional<int> lanes;  // absent: "auto"
        int scaleBits = 0;
        std::optional<int> shiftMin;  // absent: "auto"
        std::optional<int> shiftMax;  // absent: "auto"
        int outputBits = 0;
        bool operator==(const Pcf&) const = default;
    };
    struct Pipeline {
        int stages = 0;
        bool operator==(const Pipeline&) const = default;
    };
    struct Streams {
        bool registered = false;
        bool operator==(const Streams&) const = default;
    };
    struct Dft {
        bool testEnable = false;
        bool operator==(const Dft&) const = default;
    };
    struct Clock {
        double targetMhz = 0;
        bool operator==(const Clock&) const = default;
    };

    std::string name;
    std::string target;  // "asic" or "fpga"
    golden::FormatSpec format;
    Array array;
    Accumulator accumulator;
    BiasCorrection biasCorrection;
    Pcf pcf;
    Pipeline pipeline;
    Streams streams;
    Dft dft;
    Clock clock;
    bool operator==(const ArchSpec&) const = default;

    // Flip-flops with enables, no latches and gated clocks.
    bool isForFpga() const { return target == "fpga"; }
};

}  // namespace aslog
