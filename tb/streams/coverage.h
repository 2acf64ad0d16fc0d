// Which situations the activation stream has met: whether an offered beat was stalled, its flags,
// and whether a window was being drained.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace aslog::tb {

struct Device;

/// One offered beat in one cycle; a beat that waits is seen in every cycle, at last accepted.
struct Situation {
    bool stalled = false;
    bool first = false;
    bool last = false;
    bool swap = false;
    bool draining = false;

    [[nodiscard]] std::size_t bin() const {
        return (stalled ? 16U : 0U) + (first ? 8U : 0U) + (last ? 4U : 0U) + (swap ? 2U : 0U) +
               (draining ? 1U : 0U);
    }
    [[nodiscard]] static Situation ofBin(std::size_t bin) {
        return {(bin & 16U) != 0, (bin & 8U) != 0, (bin & 4U) != 0, (bin & 2U) != 0,
                (bin & 1U) != 0};
    }
};

struct Coverage {
    static constexpr std::size_t kBins = 32;
    std::array<std::uint64_t, kBins> counts{};

    void count(const Situation& situation) { ++counts[situation.bin()]; }
    void add(const Coverage& other);
    [[nodiscard]] bool isEmpty() const { return counts == decltype(counts){}; }
};

/// Why no legal traffic on this array leads to the situation; empty if some does.
[[nodiscard]] std::string whyUnreachable(const Situation& situation, const Device& device);

/// "stalled, first, swap, draining"; "accepted" if nothing else applies.
[[nodiscard]] std::string describe(const Situation& situation);

/// Situations that legal traffic can lead to, and those of them that were never met.
struct CoverageReport {
    std::size_t reachable = 0;
    std::size_t hit = 0;
    std::vector<std::string> missed;
    std::vector<std::string> unreachable;  // "situation: why"
};

[[nodiscard]] CoverageReport reportCoverage(const Coverage& coverage, const Device& device);

}  // namespace aslog::tb
