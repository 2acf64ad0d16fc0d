// The widths of one array: everything that decides what its integers are, nothing about timing.
// Definition: docs/arithmetic.md, sections 4 to 7.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "golden/arithmetic/element.h"
#include "golden/arithmetic/format.h"

namespace aslog::golden {

/// Bias correction: the format of the codes mu_c and their binary point.
struct MuSpec {
    int bits = 4;
    int sqrt2Steps = 0;
    int fractionBits = 4;  // f: mu_c is in units of 2^(dropped - f)
    friend bool operator==(const MuSpec&, const MuSpec&) = default;
};

/// Binary places of u_c, the shifted sum, behind those of an output, if the scale is 1/2 or more.
inline constexpr int kGuardBits = 2;

struct NumericsSpec {
    std::int64_t maxTaps = 0;            // Nmax, largest number of taps of a window
    std::optional<MuSpec> mu;            // absent: no bias correction, f = 0
    std::optional<int> accumulatorBits;  // absent: the smallest that holds Nmax taps
    int outputBits = 8;
    int scaleBits = 16;
    int shiftMin = 1;
    int shiftMax = 32;
    friend bool operator==(const NumericsSpec&, const NumericsSpec&) = default;
};

struct Numerics {
    std::shared_ptr<const Element> element;
    std::optional<SlogFormat> muFormat;  // an element on S: activationBits = windowSumBits
    std::int64_t maxTaps = 0;            // Nmax
    int accumulatorBits = 0;             // A
    int windowSumBits = 0;               // bits(qmax * Nmax)
    int fractionBits = 0;                // f
    int correctionBits = 0;              // T = A + f + 2
    int outputBits = 0;
    int scaleBits = 0;
    int shiftMin = 0;
    int shiftMax = 0;
    int shiftBits = 0;  // of the transmitted s - shiftMin; at least 1

    /// Of u_c: as wide as it takes that what is saturated can not change an output, if M_c has its
    /// highest bit set.
    [[nodiscard]] int shiftedBits() const { return outputBits + 4 + kGuardBits; }
};

/// Derives every width. Throws DoesNotFit with the numbers if T > 64, std::invalid_argument if a
/// field is out of its range.
[[nodiscard]] Numerics deriveNumerics(std::shared_ptr<const Element> element,
                                      const NumericsSpec& spec);

}  // namespace aslog::golden
