// docs/arithmetic.md, section 2.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "golden/arithmetic/format.h"
#include "golden/arithmetic/integers.h"
#include "tests/catch.h"

namespace {

using aslog::golden::ElementPlan;
using aslog::golden::FormatSpec;
using aslog::golden::Placement;
using aslog::golden::SlogFormat;
using aslog::golden::Source;

}  // namespace

TEST_CASE("The default format has the plan of docs/arithmetic.md") {
    const SlogFormat format({4, 4, true, 8});
    const ElementPlan& plan = format.plan();
    CHECK(plan.finalStages == 1);
    CHECK(plan.sourceIndexBits == 2);
    CHECK(plan.sources == std::vector<Source>{{1, 0}, {1, 2}, {3, 1}, {1, 3}});
    CHECK(plan.sourceBits == std::vector<int>{8, 8, 10, 8});
    CHECK(plan.stageBits == std::vector<int>{12});
    CHECK(plan.cost == 2 * (8 + 8 + 10 + 8) + 4 * 12);
    std::vector<std::int64_t> byIndex(8);
    for (std::uint32_t index = 0; index < 8; ++index) {
        byIndex[index] = format.decode(aslog::golden::Code{index});
    }
    CHECK(byIndex == std::vector<std::int64_t>{1, 2, 4, 8, 6, 12, 0, 16});
}

TEST_CASE("Powers of two alone are selected directly, longer tables use stages") {
    const ElementPlan plan = SlogFormat({4, 0, true, 8}).plan();
    // k = 3 would cost 16 + 4 * (9 + 11 + 14) = 152, k = 1 costs 4 * 16 + 4 * 14 = 120, k = 0 112.
    CHECK(plan.finalStages == 0);
    CHECK(plan.cost == 112);
    const ElementPlan wide = SlogFormat({6, 0, false, 8}).plan();
    for (std::size_t i = 0; i < wide.placements.size(); ++i) {
        CHECK(wide.placements[i].index == i);
    }
}

TEST_CASE("Of two plans of the same cost the one with fewer stages is taken") {
    // 64, 48, 32, 24, 12, 6, 3: k = 0 costs 2 * (2 * 8 + 5 * 10) = 132,
    // k = 1 with the sources 3q, 12q, 24q and 32q costs 2 * (3 * 10 + 8) + 4 * 14 = 132.
    const ElementPlan plan = SlogFormat({4, 3, true, 8}).plan();
    CHECK(plan.finalStages == 0);
    CHECK(plan.cost == 132);
}

TEST_CASE("Every level is its source shifted by its final stages, and zero is the one gap") {
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const FormatSpec& spec : SlogFormat::all(activationBits)) {
            const SlogFormat format(spec);
            const ElementPlan& plan = format.plan();
            INFO("weight_bits " << spec.weightBits << " sqrt2_steps " << spec.sqrt2Steps << " zero "
                                << spec.zero);
            REQUIRE(plan.placements.size() == format.levels().size());
            CHECK(plan.finalStages + plan.sourceIndexBits == spec.weightBits - 1);
            CHECK(plan.sources.size() <= std::size_t{1} << plan.sourceIndexBits);
            std::set<std::uint32_t> indices;
            for (std::size_t i = 0; i < plan.placements.size(); ++i) {
                const Placement& place = plan.placements[i];
                indices.insert(place.index);
                CHECK(place.index == static_cast<std::uint32_t>((place.source << plan.finalStages) |
                                                                place.finalShift));
                if (format.levels()[i].odd != 0) {
                    const Source& source = plan.sources.at(static_cast<std::size_t>(place.source));
                    CHECK(source.odd == format.levels()[i].odd);
                    CHECK(source.shift + place.finalShift == format.levels()[i].shift);
                    CHECK(source.shift >= 0);
                }
            }
            CHECK(indices.size() == format.levels().size());
            CHECK(*indices.rbegin() == format.levels().size() - 1);
            CHECK(std::is_sorted(
                plan.sources.begin(), plan.sources.end(), [](const Source& a, const Source& b) {
                    return std::int64_t{a.odd} << a.shift < std::int64_t{b.odd} << b.shift;
                }));
        }
    }
}

TEST_CASE("The last stage is as wide as the product wherever the top level passes it") {
    for (const FormatSpec& spec : SlogFormat::all(8)) {
        const SlogFormat format(spec);
        const ElementPlan& plan = format.plan();
        CHECK(static_cast<int>(plan.stageBits.size()) == plan.finalStages);
        CHECK(std::is_sorted(plan.stageBits.begin(), plan.stageBits.end()));
        int cost = 0;
        for (const int bits : plan.sourceBits) {
            cost += 2 * bits;
        }
        for (const int bits : plan.stageBits) {
            cost += 4 * bits;
        }
        CHECK(plan.cost == cost);
        if (!plan.stageBits.empty()) {
            CHECK(plan.stageBits.back() == format.productBits());
        }
    }
}
