// docs/arithmetic.md, section 1.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "golden/arithmetic/format.h"
#include "tests/catch.h"

namespace {

using aslog::golden::bitsOf;
using aslog::golden::Code;
using aslog::golden::FormatSpec;
using aslog::golden::Level;
using aslog::golden::SlogFormat;

std::vector<std::int64_t> valuesOf(const FormatSpec& spec) {
    return SlogFormat(spec).values();
}

std::string messageOf(const FormatSpec& spec) {
    try {
        const SlogFormat format(spec);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

/// The nearest level by exhaustive search; the first of two equally near ones is the smaller.
std::int64_t nearestLevel(const SlogFormat& format, double x) {
    std::int64_t best = format.levels().front().value;
    for (const Level& level : format.levels()) {
        const auto distance = std::fabs(std::fabs(x) - static_cast<double>(level.value));
        if (distance < std::fabs(std::fabs(x) - static_cast<double>(best))) {
            best = level.value;
        }
    }
    return x < 0 ? -best : best;
}

}  // namespace

TEST_CASE("Level tables are those of docs/arithmetic.md") {
    using Values = std::vector<std::int64_t>;
    CHECK(valuesOf({4, 4, true, 8}) == Values{0, 1, 2, 4, 6, 8, 12, 16});
    CHECK(valuesOf({4, 6, true, 8}) == Values{0, 2, 3, 4, 6, 8, 12, 16});
    CHECK(valuesOf({4, 6, false, 8}) == Values{1, 2, 3, 4, 6, 8, 12, 16});
    CHECK(valuesOf({4, 0, true, 8}) == Values{0, 1, 2, 4, 8, 16, 32, 64});
    CHECK(valuesOf({3, 2, true, 8}) == Values{0, 2, 3, 4});
    CHECK(valuesOf({3, 1, false, 8}) == Values{3, 6, 12, 16});
}

TEST_CASE("There are 116 legal formats, all different") {
    const std::vector<FormatSpec> all = SlogFormat::all(8);
    std::set<std::tuple<int, int, bool>> different;
    for (const FormatSpec& spec : all) {
        different.insert({spec.weightBits, spec.sqrt2Steps, spec.zero});
        CHECK_NOTHROW(SlogFormat(spec));
        CHECK(spec.activationBits == 8);
    }
    CHECK(all.size() == 116);
    CHECK(different.size() == 116);
}

TEST_CASE("Every table descends from a power of two by half octaves, then octaves") {
    for (const FormatSpec& spec : SlogFormat::all(8)) {
        const SlogFormat format(spec);
        const std::vector<Level>& levels = format.levels();
        INFO("weight_bits " << spec.weightBits << " sqrt2_steps " << spec.sqrt2Steps << " zero "
                            << spec.zero);
        REQUIRE(levels.size() == std::size_t{1} << (spec.weightBits - 1));
        CHECK((levels.front().value == 0) == spec.zero);
        CHECK(levels.back().odd == 1);
        bool canBeHalved = true;
        for (std::size_t i = spec.zero ? 1 : 0; i < levels.size(); ++i) {
            CHECK(levels[i].value == std::int64_t{levels[i].odd} << levels[i].shift);
            canBeHalved = canBeHalved && levels[i].shift > 0;
            if (i + 1 == levels.size()) {
                continue;
            }
            const int fromTop = static_cast<int>(levels.size() - 2 - i);
            const std::int64_t low = levels[i].value;
            const std::int64_t high = levels[i + 1].value;
            if (fromTop < spec.sqrt2Steps) {  // 4/3 and 3/2 stand for the half octave
                CHECK((3 * high == 4 * low || 2 * high == 3 * low));
            } else {
                CHECK(high == 2 * low);
            }
        }
        CHECK_FALSE(canBeHalved);  // the top is the smallest possible
    }
}

TEST_CASE("The largest table reaches 2^32 and its products 40 bits") {
    const SlogFormat format({6, 1, false, 8});
    CHECK(format.levels().back().value == std::int64_t{1} << 32);
    CHECK(format.productBits() == 40);
    CHECK(SlogFormat({6, 0, false, 8}).productBits() == 39);
    CHECK(SlogFormat({4, 4, true, 8}).productBits() == 12);
    CHECK(SlogFormat({4, 4, true, 8}).rawMax() == 4095);
}

TEST_CASE("Encode and decode are inverse, and every code decodes to a level") {
    for (const FormatSpec& spec : SlogFormat::all(8)) {
        const SlogFormat format(spec);
        std::set<std::uint32_t> codes;
        for (std::size_t i = 0; i < format.levels().size(); ++i) {
            const std::int64_t value = format.levels()[i].value;
            CHECK(format.decode(format.encode(false, i)) == value);
            CHECK(format.decode(format.encode(true, i)) == -value);
            codes.insert(bitsOf(format.encode(false, i)));
            codes.insert(bitsOf(format.encode(true, i)));
        }
        // Minus zero is the one code that encode never gives.
        const std::size_t all = std::size_t{1} << spec.weightBits;
        CHECK(codes.size() == all - (spec.zero ? 1 : 0));
        if (spec.zero) {
            const std::uint32_t zero = bitsOf(format.encode(true, 0));
            CHECK(zero < all / 2);
            CHECK(format.decode(Code{zero + static_cast<std::uint32_t>(all / 2)}) == 0);
        }
        CHECK_THROWS_AS(format.decode(Code{static_cast<std::uint32_t>(all)}), std::out_of_range);
        CHECK_THROWS_AS(format.encode(false, all / 2), std::out_of_range);
    }
}

TEST_CASE("Quantise gives the nearest level, ties to the smaller magnitude") {
    std::mt19937_64 random(1);
    for (const FormatSpec& spec : SlogFormat::all(8)) {
        const SlogFormat format(spec);
        const std::vector<Level>& levels = format.levels();
        for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
            const auto low = static_cast<double>(levels[i].value);
            const auto high = static_cast<double>(levels[i + 1].value);
            const double tie = (low + high) / 2;
            for (const double sign : {1.0, -1.0}) {
                CHECK(format.quantise(sign * low) == format.encode(sign < 0, i));
                CHECK(format.quantise(sign * tie) == format.encode(sign < 0, i));
                CHECK(format.quantise(sign * std::nextafter(tie, high)) ==
                      format.encode(sign < 0, i + 1));
            }
        }
        const auto top = static_cast<double>(levels.back().value);
        for (int i = 0; i < 20; ++i) {
            const double x = (static_cast<double>(random() >> 11) * 0x1p-52 - 1.0) * 1.2 * top;
            CHECK(format.decode(format.quantise(x)) == nearestLevel(format, x));
        }
        const double infinity = std::numeric_limits<double>::infinity();
        CHECK(format.quantise(-infinity) == format.encode(true, levels.size() - 1));
        CHECK(format.quantise(1.5 * top) == format.encode(false, levels.size() - 1));
        CHECK(format.quantise(0.0) == format.encode(false, 0));
        CHECK(format.quantise(-0.0) == format.encode(false, 0));
        CHECK_THROWS_AS(format.quantise(std::nan("")), std::invalid_argument);
    }
}

TEST_CASE("A bad format is refused by the name of its field") {
    CHECK(messageOf({2, 0, true, 8}) == "weight_bits is 2, allowed is 3 to 6");
    CHECK(messageOf({7, 0, true, 8}) == "weight_bits is 7, allowed is 3 to 6");
    CHECK(messageOf({4, -1, true, 8}) == "sqrt2_steps is -1, allowed is 0 to 6");
    CHECK(messageOf({4, 7, true, 8}) == "sqrt2_steps is 7, allowed is 0 to 6");
    CHECK(messageOf({4, 7, false, 8}) == "accepted");
    CHECK(messageOf({4, 4, true, 0}) == "activation_bits is 0, allowed is 1 to 32");
    CHECK(messageOf({4, 4, true, 33}) == "activation_bits is 33, allowed is 1 to 32");
    CHECK(messageOf({6, 1, false, 32}) ==
          "activation_bits is 32: the product with the top level 4294967296 needs more than 62 "
          "bits");
}

TEST_CASE("A level table may be given, and a short one leaves codes that are not legal") {
    const FormatSpec spec{4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}};
    const SlogFormat format(spec);
    CHECK(valuesOf(spec) == spec.levels);
    CHECK(format.productBits() == 11);
    CHECK(format.plan().finalStages == 1);
    CHECK(format.plan().sources.size() == 3);  // q, 3q, 4q
    int legal = 0;
    for (std::uint32_t bits = 0; bits < 16; ++bits) {
        legal += format.isLegal(Code{bits}) ? 1 : 0;
        if (!format.isLegal(Code{bits})) {
            CHECK((bits & 7U) == 7);
            CHECK_THROWS_AS(format.decode(Code{bits}), std::out_of_range);
        }
    }
    CHECK(legal == 14);
    for (std::size_t i = 0; i < spec.levels.size(); ++i) {
        CHECK(format.decode(format.encode(true, i)) == -spec.levels[i]);
    }
    CHECK(format.decode(format.quantise(2.6)) == 3);
    CHECK(format.decode(format.quantise(-100)) == -8);
    // The same table by name and as a list is one format.
    const SlogFormat named({4, 4, true, 8});
    const SlogFormat listed({4, 0, false, 8, {0, 1, 2, 4, 6, 8, 12, 16}});
    CHECK(named.levels() == listed.levels());
    CHECK(named.plan().cost == listed.plan().cost);
    CHECK(SlogFormat({4, 0, true, 8, {0, 1, 2, 3, 4, 6, 8, 12}}).productBits() == 12);  // FP4
}

TEST_CASE("A bad level table is refused with a reason") {
    const auto messageFor = [](std::vector<std::int64_t> levels) {
        return messageOf({4, 4, true, 8, std::move(levels)});
    };
    CHECK(messageFor({0, 1, 2, 3, 4, 5, 6}) ==
          "levels: 5 is not 0, 2^k or 3*2^k, or above 1048576");
    CHECK(messageFor({0, 1, 2, 2, 4, 6}) == "levels: 2 behind 2 does not ascend");
    CHECK(messageFor({1, 2, 3, 0, 4, 6}) == "levels: 0 behind 3 does not ascend");
    CHECK(messageFor({-1, 0, 1, 2, 3}) == "levels: -1 is not 0, 2^k or 3*2^k, or above 1048576");
    CHECK(messageFor({0, 1, 2, 4, 1 << 21}) ==
          "levels: 2097152 is not 0, 2^k or 3*2^k, or above 1048576");
    CHECK(messageFor({0, 1, 2, 4}) == "levels: 4 of them; codes of 4 bits have 5 to 8");
    CHECK(messageFor({0, 1, 2, 3, 4, 6, 8, 12, 16}) ==
          "levels: 9 of them; codes of 4 bits have 5 to 8");
}
