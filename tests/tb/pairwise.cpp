#include "tests/tb/pairwise.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generator/elab/design.h"
#include "generator/spec/fields.h"
#include "generator/spec/parse_spec.h"
#include "support/diagnostics.h"
#include "support/error.h"
#include "tb/streams/random.h"

namespace aslog::tb::test {
namespace {

/// A field and the values that stand for its range; some depend on fields before it.
struct Factor {
    const char* name;
    int levels;
    std::function<void(ArchSpec&, int level)> apply;
};

template <class... Ints>
int pick(int level, Ints... values) {
    const std::vector<int> list = {values...};
    return list[static_cast<std::size_t>(level)];
}

int largestSqrt2Steps(int weightBits, bool zero) {
    return (1 << static_cast<unsigned>(weightBits - 1)) - (zero ? 2 : 1);
}

/// 0: none, 1: half of the largest, 2: the largest number of steps.
int sqrt2Steps(int level, int weightBits, bool zero) {
    return largestSqrt2Steps(weightBits, zero) * level / 2;
}

/// 1: as few as the codes may have, from 0 on; 2: all but one, without 0 and with gaps.
std::vector<std::int64_t> someLevels(int level, int weightBits) {
    const std::size_t most = std::size_t{1} << (weightBits - 1);
    std::vector<std::int64_t> levels;
    for (int k = 0; levels.size() < (level == 1 ? most / 2 + 1 : most - 1); ++k) {
        const std::int64_t power = std::int64_t{1} << (k / 2);
        const std::int64_t value = k % 2 == 0 ? power : 3 * power / 2;  // 1, 1, 2, 3, 4, 6, 8 ...
        if (level == 1) {
            levels.push_back(k == 0 ? 0 : value);
        } else if (k % 5 != 1) {
            levels.push_back(value);
        }
    }
    return levels;
}

const std::vector<Factor>& factors() {
    using S = ArchSpec;
    static const std::vector<Factor> list = {
        {"weight_bits", 4, [](S& s, int l) { s.format.weightBits = 3 + l; }},
        {"zero", 2, [](S& s, int l) { s.format.zero = l == 0; }},
        {"sqrt2_steps", 3,
         [](S& s, int l) {
             s.format.sqrt2Steps = sqrt2Steps(l, s.format.weightBits, s.format.zero);
         }},
        {"levels", 3,
         [](S& s, int l) {
             s.format.levels.clear();
             if (l > 0) {
                 s.format.levels = someLevels(l, s.format.weightBits);
                 s.format.sqrt2Steps = 4;  // unused, as by default
                 s.format.zero = true;
             }
         }},
        {"activation_bits", 5, [](S& s, int l) { s.format.activationBits = 4 + l; }},
        {"dropped_bits", 4,
         [](S& s, int l) {
             golden::FormatSpec whole = s.format;
             s.format.droppedBits =
                 std::min(pick(l, 0, 1, 3, 9), golden::SlogFormat(whole).productBits() - 1);
         }},
        {"rows", 6, [](S& s, int l) { s.array.rows = pick(l, 1, 2, 5, 16, 37, 128); }},
        {"columns", 6, [](S& s, int l) { s.array.columns = pick(l, 1, 3, 8, 16, 33, 128); }},
        {"pixels", 4, [](S& s, int l) { s.array.pixels = pick(l, 1, 2, 5, 16); }},
        {"weight_rows", 3,
         [](S& s, int l) {
             s.array.weightRows.reset();
             if (l > 0) {
                 s.array.weightRows = l == 1 ? 1 : s.array.rows;
             }
         }},
        {"max_kernel_area", 3,
         [](S& s, int l) { s.accumulator.maxKernelArea = pick(l, 1, 9, 49); }},
        {"max_input_channels", 4,
         [](S& s, int l) { s.accumulator.maxInputChannels = pick(l, 1, 7, 64, 1024); }},
        {"bias_correction", 2, [](S& s, int l) { s.biasCorrection.enabled = l == 0; }},
        {"mu_bits", 3, [](S& s, int l) { s.biasCorrection.muBits = pick(l, 3, 4, 6); }},
        {"mu_sqrt2_steps", 2,
         [](S& s, int l) {
             s.biasCorrection.muSqrt2Steps = sqrt2Steps(2 * l, s.biasCorrection.muBits, true);
         }},
        {"fraction_bits", 3,
         [](S& s, int l) { s.biasCorrection.fractionBits = pick(l, 0, 5, 12); }},
        {"lanes", 3,
         [](S& s, int l) {
             s.pcf.lanes = l == 0 ? 1 : l == 1 ? (s.array.columns + 1) / 2 : s.array.columns;
         }},
        {"scale_bits", 3, [](S& s, int l) { s.pcf.scaleBits = pick(l, 2, 7, 16); }},
        {"shift_min", 3, [](S& s, int l) { s.pcf.shiftMin = pick(l, 1, 8, 20); }},
        {"shifts", 3,
         [](S& s, int l) { s.pcf.shiftMax = s.pcf.shiftMin.value() + pick(l, 0, 6, 43); }},
        {"output_bits", 3, [](S& s, int l) { s.pcf.outputBits = pick(l, 4, 6, 8); }},
        {"stages", 2, [](S& s, int l) { s.pipeline.stages = 2 + l; }},
        {"test_enable", 2, [](S& s, int l) { s.dft.testEnable = l == 1; }},
        {"registered_streams", 2, [](S& s, int l) { s.streams.registered = l == 1; }},
        {"target", 2,
         [](S& s, int l) {
             s.target = l == 0 ? "asic" : "fpga";
             s.dft.testEnable = s.dft.testEnable && l == 0;  // there is nothing to open
         }},
    };
    return list;
}

using Levels = std::vector<int>;
using Pair = std::tuple<std::size_t, int, std::size_t, int>;

std::set<Pair> pairsOf(const Levels& levels) {
    std::set<Pair> pairs;
    for (std::size_t a = 0; a < levels.size(); ++a) {
        for (std::size_t b = a + 1; b < levels.size(); ++b) {
            pairs.insert({a, levels[a], b, levels[b]});
        }
    }
    return pairs;
}

std::size_t countPairs() {
    std::size_t count = 0;
    for (std::size_t a = 0; a < factors().size(); ++a) {
        for (std::size_t b = a + 1; b < factors().size(); ++b) {
            count += static_cast<std::size_t>(factors()[a].levels * factors()[b].levels);
        }
    }
    return count;
}

ArchSpec specOf(const Levels& levels, const std::string& name) {
    ArchSpec spec = defaultSpec(name);
    spec.accumulator.bits.reset();
    for (std::size_t i = 0; i < levels.size(); ++i) {
        factors()[i].apply(spec, levels[i]);
    }
    return spec;
}

/// What the parser and the elaboration say about the text of the spec.
bool isLegal(const ArchSpec& spec) {
    support::Diagnostics diagnostics;
    const ArchSpec parsed = parseSpec(support::jsonText(specToJson(spec)), diagnostics);
    if (diagnostics.hasErrors()) {
        return false;
    }
    try {
        (void)elaborate(parsed, diagnostics);
    } catch (const support::InputError&) {
        return false;
    }
    return true;
}

}  // namespace

PairwiseSpecs drawPairwise(std::size_t count, std::uint64_t seed) {
    constexpr int kCandidates = 200;
    Random random(seed, "pairwise");
    PairwiseSpecs result;
    result.pairs = countPairs();
    std::set<Pair> covered;
    while (result.specs.size() < count) {
        const std::string name = fmt::format("pair_{}", result.specs.size());
        std::set<Pair> best = covered;
        ArchSpec bestSpec;
        for (int candidate = 0; candidate < kCandidates; ++candidate) {
            Levels levels;
            for (const Factor& factor : factors()) {
                levels.push_back(random.between(0, factor.levels - 1));
            }
            std::set<Pair> together = pairsOf(levels);
            together.insert(covered.begin(), covered.end());
            const ArchSpec spec = specOf(levels, name);
            if ((bestSpec.name.empty() || together.size() > best.size()) && isLegal(spec)) {
                best = std::move(together);
                bestSpec = spec;
            }
        }
        result.specs.push_back(bestSpec);
        covered = std::move(best);
    }
    result.covered = covered.size();
    return result;
}

std::string describe(const ArchSpec& s) {
    return fmt::format(
        "{}: {}x{}, {} slots, {} weight rows, w{} {} a{}, kernel {} channels {}, {}, "
        "{} lanes, scale {} shift {}..{} out {}, {} stages, {} streams",
        s.name, s.array.rows, s.array.columns, s.array.pixels.value(),
        s.array.weightRows ? std::to_string(*s.array.weightRows) : "auto", s.format.weightBits,
        fmt::join(golden::SlogFormat(s.format).values(), "/"), s.format.activationBits,
        s.accumulator.maxKernelArea, s.accumulator.maxInputChannels,
        s.biasCorrection.enabled
            ? fmt::format("mu{} sqrt2 {} f{}", s.biasCorrection.muBits,
                          s.biasCorrection.muSqrt2Steps, s.biasCorrection.fractionBits)
            : std::string("no mu"),
        s.pcf.lanes.value(), s.pcf.scaleBits, s.pcf.shiftMin.value(), s.pcf.shiftMax.value(),
        s.pcf.outputBits, s.pipeline.stages, s.streams.registered ? "registered" : "direct");
}

}  // namespace aslog::tb::test
