#include "golden/arithmetic/bce.h"

#include "golden/arithmetic/integers.h"

namespace aslog::golden {
namespace {

bool isNegative(const SlogFormat& format, Code code) {
    return ((bitsOf(code) >> (format.weightBits() - 1)) & 1U) != 0;
}

}  // namespace

std::uint64_t rawMu(const SlogFormat& muFormat, Code mu, std::uint64_t windowSum) {
    const std::int64_t value = muFormat.decode(mu);
    const std::uint64_t product =
        static_cast<std::uint64_t>(value < 0 ? -value : value) * windowSum;
    return isNegative(muFormat, mu) ? muFormat.rawMax() - product : product;
}

std::int64_t muOffset(const SlogFormat& muFormat, Code mu) {
    return isNegative(muFormat, mu) ? static_cast<std::int64_t>(muFormat.rawMax()) : 0;
}

// Sums modulo 2^T are formed modulo 2^64 and reduced at the end; T <= 64.

std::int64_t correctionSum(const Numerics& numerics, std::uint64_t accRaw, std::uint64_t windowSum,
                           const PcfParameters& parameters) {
    const auto weight =
        static_cast<std::uint64_t>(numerics.element->windowWeight() >> numerics.element->dropped());
    std::uint64_t t = (accRaw + weight * windowSum) << numerics.fractionBits;
    if (numerics.muFormat) {
        t += rawMu(*numerics.muFormat, parameters.mu, windowSum);
    }
    t += static_cast<std::uint64_t>(parameters.bias);
    return signExtend(t, numerics.correctionBits);
}

std::int64_t foldBias(const Numerics& numerics, std::int64_t bias, std::int64_t sumOffsets,
                      Code mu) {
    auto folded = static_cast<std::uint64_t>(bias);
    folded -= static_cast<std::uint64_t>(sumOffsets) << numerics.fractionBits;
    if (numerics.muFormat) {
        folded -= static_cast<std::uint64_t>(muOffset(*numerics.muFormat, mu));
    }
    return signExtend(folded, numerics.correctionBits);
}

}  // namespace aslog::golden
