// The law of the elements, exhaustively: docs/arithmetic.md, sections 3 and 8.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "golden/arithmetic/integers.h"
#include "tests/catch.h"

namespace {

using aslog::golden::baselineNames;
using aslog::golden::bitsOf;
using aslog::golden::Code;
using aslog::golden::Element;
using aslog::golden::FormatSpec;
using aslog::golden::lowMask;
using aslog::golden::makeBaseline;
using aslog::golden::SlogElement;
using aslog::golden::SlogFormat;

struct LawCheck {
    std::uint64_t comparisons = 0;
    std::uint64_t mismatches = 0;
    std::uint64_t rawMax = 0;
};

/// The law for a code and an activation of each row, and each word within its width.
void checkOperands(const Element& element, std::span<const Code> codes,
                   std::span<const std::uint32_t> q, LawCheck& check) {
    const std::uint64_t raw = element.raw(codes, q);
    std::int64_t law = element.constant();
    for (std::size_t row = 0; row < codes.size(); ++row) {
        law += (element.value(codes[row]) - element.windowWeight()) * q[row] +
               element.offset(codes[row]);
    }
    std::uint64_t sum = 0;
    bool fits = true;
    for (int k = 0; k < element.layout().count; ++k) {
        const std::uint64_t word = element.partialProduct(codes, q, k);
        fits = fits && word <= lowMask(element.layout().bits);
        sum += word << (k * element.layout().shift);
    }
    const bool matches = law >= 0 && raw == static_cast<std::uint64_t>(law);
    check.mismatches += matches && fits && sum == raw ? 0 : 1;
    check.rawMax = std::max(check.rawMax, raw);
    ++check.comparisons;
}

/// Every legal code times every activation.
LawCheck checkLaw(const Element& element) {
    LawCheck check;
    for (const Code code : element.codes()) {
        for (std::uint32_t q = 0; q <= element.activationMax(); ++q) {
            checkOperands(element, {&code, 1}, {&q, 1}, check);
        }
    }
    return check;
}

/// Every pair of codes times every pair of activations, the latter `step` apart.
LawCheck checkPairLaw(const Element& element, std::uint32_t step) {
    LawCheck check;
    for (const Code first : element.codes()) {
        for (const Code second : element.codes()) {
            for (std::uint32_t a = 0; a <= element.activationMax(); a += step) {
                for (std::uint32_t b = 0; b <= element.activationMax(); b += step) {
                    checkOperands(element, std::array{first, second}, std::array{a, b}, check);
                }
            }
        }
    }
    return check;
}

void requireLaw(const Element& element, std::size_t codes) {
    const LawCheck check = checkLaw(element);
    INFO(element.name() << ", activations of " << element.activationBits() << " bits");
    CHECK(element.codes().size() == codes);
    CHECK(check.comparisons == codes * (std::size_t{1} << element.activationBits()));
    CHECK(check.mismatches == 0);
    CHECK(check.rawMax == element.rawMax());
    CHECK(lowMask(element.rawBits()) >= element.rawMax());
    CHECK(lowMask(element.rawBits() - 1) < element.rawMax());
    // Rows without a tap: q = 0 and this code add what fillCode promises, and nothing else.
    CHECK(element.raw(element.fillCode(), 0) ==
          static_cast<std::uint64_t>(element.offset(element.fillCode())));
}

}  // namespace

TEST_CASE("SLogII: raw = value * q + K for every format, code and activation") {
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const FormatSpec& spec : SlogFormat::all(activationBits)) {
            const SlogElement element(spec);
            requireLaw(element, std::size_t{1} << spec.weightBits);
            CHECK(element.rawMax() == element.format().rawMax());
            CHECK(element.raw(element.fillCode(), 0) == 0);
        }
    }
}

TEST_CASE("SLogII with a given table of levels keeps the law, codes left over are not legal") {
    struct Table {
        std::vector<std::int64_t> levels;
        int weightBits;
    };
    const std::vector<Table> tables = {
        {{0, 1, 2, 3, 4, 6, 8}, 4},  {{0, 1, 2, 3, 4, 6, 8, 12}, 4},
        {{1, 2, 3, 4, 6, 8, 12}, 4}, {{0, 3, 96}, 3},
        {{0, 1, 64, 3072, 4096}, 4}, {{0, 1, 2, 3, 4, 6, 8, 12, 16}, 5}};
    for (const Table& table : tables) {
        for (const int activationBits : {4, 8}) {
            const SlogElement element({table.weightBits, 0, true, activationBits, table.levels});
            requireLaw(element, 2 * table.levels.size());
            CHECK(element.raw(element.fillCode(), 0) == 0);
        }
    }
}

TEST_CASE("SLogII: the raw word is the product, inverted when negative") {
    std::uint64_t mismatches = 0;
    std::uint64_t comparisons = 0;
    for (const FormatSpec& spec : SlogFormat::all(8)) {
        const SlogElement element(spec);
        const SlogFormat& format = element.format();
        for (std::size_t level = 0; level < format.levels().size(); ++level) {
            const std::uint32_t index = bitsOf(format.encode(false, level));
            const Code negative{index | 1U << (spec.weightBits - 1)};  // minus zero too
            for (std::uint32_t q = 0; q <= 255; ++q) {
                const auto product = static_cast<std::uint64_t>(format.levels()[level].value) * q;
                mismatches += element.raw(Code{index}, q) == product ? 0 : 1;
                mismatches += element.raw(negative, q) == format.rawMax() - product ? 0 : 1;
                comparisons += 2;
            }
        }
    }
    CHECK(comparisons == std::uint64_t{256} * (7 * 8 + 15 * 16 + 31 * 32 + 63 * 64));
    CHECK(mismatches == 0);
}

TEST_CASE("Baselines: raw = (value - window weight) * q + K for every code and activation") {
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const std::string& name : baselineNames()) {
            const std::shared_ptr<const Element> element = makeBaseline(name, activationBits);
            CHECK(element->name() == name);
            if (element->rows() > 1) {
                continue;
            }
            const bool isInt4 = name.substr(0, 4) == "int4";
            const bool isRecoded = name.find("recoded") != std::string::npos;
            const bool isOdd = name.find("odd") != std::string::npos;
            const std::size_t recoded = isInt4 ? 24 : 384;  // 4 or 64 lower digits times 6 top ones
            const std::size_t odd = isInt4 ? 16 : 288;  // a digit, or 16 lower times 18 top ones
            requireLaw(*element, isRecoded ? recoded : isOdd ? odd : (isInt4 ? 16 : 256));
            const bool isOffset = name.find("offset") != std::string::npos;
            CHECK(element->windowWeight() == (isOffset ? (isInt4 ? 8 : 128) : 0));
            // Two's complement has one more below zero, offset codes above; odd digits neither.
            const std::int64_t limit = isInt4 ? 7 : 127;
            for (std::int64_t weight = isOffset || isOdd ? -limit : -limit - 1;
                 weight <= (isOffset ? limit + 1 : limit); ++weight) {
                CHECK(element->value(element->encodeValue(weight)) == weight);
            }
        }
    }
}

TEST_CASE("Pairs: raw = sum of (w - 2^(n-1)) * q, and a constant, over two rows") {
    for (const int activationBits : {4, 5, 8}) {
        for (const std::string name : {"int4_pair", "int8_pair"}) {
            const std::shared_ptr<const Element> element = makeBaseline(name, activationBits);
            INFO(name << ", activations of " << activationBits << " bits");
            const bool isInt4 = name == "int4_pair";
            // 17 divides 255: both ends are among the activations.
            const std::uint32_t step =
                activationBits == 8 ? (isInt4 ? 17 : 85) : (isInt4 ? 1 : element->activationMax());
            const LawCheck check = checkPairLaw(*element, step);
            CHECK(check.comparisons >= 65'536);
            CHECK(check.mismatches == 0);
            CHECK(check.rawMax == element->rawMax());
            CHECK(element->rows() == 2);
            const std::int64_t half = isInt4 ? 8 : 128;
            CHECK(element->windowWeight() == half);
            CHECK(element->constant() ==
                  (2 * half - 1) * ((std::int64_t{2} << activationBits) - 1));
            for (std::int64_t weight = 1 - half; weight <= half; ++weight) {
                const Code code = element->encodeValue(weight);
                CHECK(bitsOf(code) == static_cast<std::uint32_t>(half - weight));
                CHECK(element->offset(code) == 0);
            }
            CHECK_THROWS_AS(element->encodeValue(-half), std::invalid_argument);
        }
    }
}

namespace {

/// The element that drops `columns`, word by word from the one that drops none: raw, offsets and
/// products. Every code, or every pair of neighbouring ones, times activations.
void requireCut(const Element& whole, const Element& cut, int columns) {
    INFO(cut.name() << ", " << columns << " columns dropped");
    REQUIRE(cut.dropped() == columns);
    REQUIRE(cut.codes() == whole.codes());
    const auto rawOf = [&](std::span<const Code> codes, std::span<const std::uint32_t> q) {
        std::uint64_t sum = 0;
        for (int k = 0; k < whole.layout().count; ++k) {
            const int place = k * whole.layout().shift;
            const int lost = std::max(0, columns - place);
            sum += whole.partialProduct(codes, q, k) >> lost << lost << place;
        }
        return sum >> columns;
    };
    const auto rows = static_cast<std::size_t>(whole.rows());
    std::uint64_t mismatches = 0;
    std::uint64_t comparisons = 0;
    std::uint64_t largest = 0;
    std::vector<Code> codes(rows);
    std::vector<std::uint32_t> q(rows);
    const std::vector<std::uint32_t> zeros(rows);
    for (std::size_t i = 0; i < whole.codes().size(); ++i) {
        for (std::size_t row = 0; row < rows; ++row) {
            codes[row] = whole.codes()[(i + 5 * row) % whole.codes().size()];
        }
        for (std::uint32_t first = 0; first <= whole.activationMax(); ++first) {
            std::int64_t terms = cut.constant();
            for (std::size_t row = 0; row < rows; ++row) {
                q[row] = row == 0 ? first : (first * 37) & whole.activationMax();
                terms += cut.offset(codes[row]) - (cut.windowWeight() >> columns) * q[row];
            }
            const std::uint64_t raw = cut.raw(codes, q);
            mismatches += raw == rawOf(codes, q) ? 0 : 1;
            mismatches += cut.raw(codes, zeros) == rawOf(codes, zeros) ? 0 : 1;
            mismatches += cut.product(codes, q) + terms == static_cast<std::int64_t>(raw) ? 0 : 1;
            mismatches += raw <= cut.rawMax() ? 0 : 1;
            largest = std::max(largest, raw);
            comparisons += 4;
        }
    }
    CHECK(comparisons == 4 * whole.codes().size() * (std::size_t{1} << whole.activationBits()));
    CHECK(mismatches == 0);
    if (rows == 1) {
        CHECK(largest == cut.rawMax());
    }
}

}  // namespace

TEST_CASE("Dropped columns are cut off every word, of all elements") {
    for (const int activationBits : {4, 8}) {
        for (const std::string& name : baselineNames()) {
            const auto whole = makeBaseline(name, activationBits);
            const int bits = name.starts_with("int4") ? 4 : 8;
            for (int columns = 1; columns < bits && columns < activationBits; ++columns) {
                const std::string cut = name + "_d" + std::to_string(columns);
                requireCut(*whole, *makeBaseline(cut, activationBits), columns);
                CHECK(makeBaseline(cut, activationBits)->name() == cut);
            }
        }
        for (const FormatSpec& spec : SlogFormat::all(activationBits)) {
            for (int columns = 1; columns <= 3; ++columns) {
                FormatSpec cut = spec;
                cut.droppedBits = columns;
                requireCut(SlogElement(spec), SlogElement(cut), columns);
            }
        }
    }
}

TEST_CASE("A SLogII product without its lowest bits loses towards zero, whatever its sign") {
    std::uint64_t mismatches = 0;
    std::uint64_t comparisons = 0;
    for (int columns = 0; columns <= 10; ++columns) {
        const SlogElement element({4, 0, true, 8, {0, 1, 2, 3, 4, 6, 8}, columns});
        for (const Code code : element.codes()) {
            const std::int64_t weight = element.value(code);
            for (std::uint32_t q = 0; q <= 255; ++q) {
                const std::int64_t magnitude = ((weight < 0 ? -weight : weight) * q) >> columns;
                mismatches +=
                    element.product({&code, 1}, {&q, 1}) == (weight < 0 ? -magnitude : magnitude)
                        ? 0
                        : 1;
                ++comparisons;
            }
        }
        CHECK(element.rawMax() == lowMask(11 - columns));
    }
    CHECK(comparisons == 11 * 14 * 256);
    CHECK(mismatches == 0);
}

TEST_CASE("No element drops all of its columns") {
    CHECK_THROWS_AS(SlogElement({4, 0, true, 8, {0, 1, 2, 3, 4, 6, 8}, 11}), std::invalid_argument);
    CHECK_THROWS_AS(SlogElement({4, 4, true, 8, {}, -1}), std::invalid_argument);
    CHECK_THROWS_AS(makeBaseline("int4_booth_d9", 8), std::invalid_argument);
    CHECK_THROWS_AS(makeBaseline("int4_pair_d4", 8), std::invalid_argument);  // 2^3 * S is added
    CHECK_NOTHROW(makeBaseline("int4_pair_d3", 8));
    for (const char* name :
         {"int4_booth_d", "int4_booth_d0", "int4_booth_d-1", "int4_booth_d1x", "int4_booth_d03"}) {
        CHECK_THROWS_AS(makeBaseline(name, 8), std::invalid_argument);
    }
}

TEST_CASE("Baselines: K is the constant of the table") {
    for (std::uint32_t bits = 0; bits < 256; ++bits) {
        CHECK(makeBaseline("int8_plain", 8)->offset(Code{bits}) == 1 << 15);
        CHECK(makeBaseline("int8_dadda", 8)->offset(Code{bits}) == 32640);  // 255 * 128
    }
    const auto booth = makeBaseline("int8_booth", 8);
    CHECK(booth->offset(Code{0x00}) == 0);
    CHECK(booth->offset(Code{0x02}) == 511);    // digits 0 0 1 -2
    CHECK(booth->offset(Code{0xff}) == 43435);  // 511 * (1 + 4 + 16 + 64): zeros too
    const auto recoded = makeBaseline("int8_recoded", 8);
    CHECK(recoded->offset(recoded->encodeValue(0)) == 0);
    CHECK(recoded->offset(recoded->encodeValue(-1)) == 255);
    CHECK(recoded->offset(recoded->encodeValue(-64)) == 32704);
    CHECK(recoded->offset(recoded->encodeValue(-128)) == 32704);  // 511 * 64
    for (std::uint32_t bits = 0; bits < 16; ++bits) {
        CHECK(makeBaseline("int4_offset", 8)->offset(Code{bits}) == 1023 * 5);  // (16 - 1) / 3
    }
    const auto odd = makeBaseline("int8_odd", 8);
    CHECK(odd->offset(odd->encodeValue(8)) == 0);
    CHECK(odd->offset(odd->encodeValue(-1)) == 2047);
    CHECK(odd->offset(odd->encodeValue(-127)) == 2047 * 16);           // 1 - 8 * 16
    CHECK(makeBaseline("int4_odd", 8)->offset(Code{0b1000}) == 2047);  // minus zero
    CHECK(makeBaseline("int4_odd", 8)->value(Code{0b1000}) == 0);
    CHECK(odd->value(Code{0b01000}) == 8);
    CHECK_FALSE(odd->isLegal(Code{0b0'1001'0000}));  // a top digit of 9
}

TEST_CASE("Recoded codes have the bit fields of docs/arithmetic.md") {
    const auto element = makeBaseline("int4_recoded", 8);
    CHECK(bitsOf(element->encodeValue(7)) == 0b01011);   // 2*4 - 1
    CHECK(bitsOf(element->encodeValue(-8)) == 0b11000);  // -2*4
    CHECK(bitsOf(element->encodeValue(-2)) == 0b10110);  // -1*4 + 2
    CHECK(element->value(Code{0b10000}) == 0);           // minus zero
    CHECK(element->partialProducts(Code{0b10000}, 9) == std::vector<std::uint64_t>{0, 511});
    CHECK(element->partialProducts(element->encodeValue(-4), 9) ==
          std::vector<std::uint64_t>{0, 511 - 9});
    CHECK_FALSE(element->isLegal(Code{0b01100}));
    CHECK_FALSE(element->isLegal(Code{0b11100}));
    CHECK_FALSE(element->isLegal(Code{32}));
    CHECK(element->partialProducts(element->encodeValue(7), 9) ==
          std::vector<std::uint64_t>{255 - 9, 18});
    CHECK(element->partialProducts(element->encodeValue(-8), 9) ==
          std::vector<std::uint64_t>{0, 511 - 18});
}

TEST_CASE("Layouts are those of the RTL elements") {
    const auto layoutOf = [](const char* name) {
        const auto layout = makeBaseline(name, 8)->layout();
        return std::vector<int>{layout.count, layout.bits, layout.shift};
    };
    CHECK(layoutOf("int8_plain") == std::vector<int>{1, 16, 0});
    CHECK(layoutOf("int8_dadda") == std::vector<int>{8, 8, 1});
    CHECK(layoutOf("int4_dadda") == std::vector<int>{4, 8, 1});
    CHECK(layoutOf("int8_booth") == std::vector<int>{4, 9, 2});
    CHECK(layoutOf("int4_booth") == std::vector<int>{2, 9, 2});
    CHECK(layoutOf("int8_recoded") == std::vector<int>{4, 9, 2});
    CHECK(layoutOf("int4_recoded") == std::vector<int>{2, 9, 2});
    CHECK(layoutOf("int8_pair") == std::vector<int>{8, 9, 1});
    CHECK(layoutOf("int4_offset") == std::vector<int>{2, 10, 2});
    CHECK(layoutOf("int8_odd") == std::vector<int>{2, 11, 4});
    CHECK(layoutOf("int4_odd") == std::vector<int>{1, 11, 4});
    CHECK(makeBaseline("int8_odd", 8)->weightBits() == 9);
    CHECK(makeBaseline("int8_recoded", 8)->weightBits() == 9);
    CHECK(makeBaseline("int4_recoded", 8)->weightBits() == 5);
}

TEST_CASE("What a lane forms of the activations is that of the element") {
    const std::vector<std::uint32_t> q = {200, 7};
    const auto laneOf = [&](const char* name) {
        const auto element = makeBaseline(name, 8);
        const std::span<const std::uint32_t> rows(q.data(),
                                                  static_cast<std::size_t>(element->rows()));
        return std::pair(element->laneBits(), element->laneWord(rows));
    };
    CHECK(laneOf("int4_booth") == std::pair(1, std::uint64_t{0}));
    CHECK(laneOf("int4_offset") == std::pair(10, std::uint64_t{600}));
    CHECK(laneOf("int8_pair") == std::pair(9, std::uint64_t{207}));
    CHECK(laneOf("int4_odd") == std::pair(32, std::uint64_t{600} | std::uint64_t{1000} << 10 |
                                                  std::uint64_t{1400} << 21));
    const SlogElement slogii(FormatSpec{4, 4, true, 8});
    CHECK(slogii.laneBits() == 10);
    CHECK(slogii.laneWord({q.data(), 1}) == 600);
    CHECK(SlogElement(FormatSpec{4, 0, true, 8}).laneBits() == 1);
}

TEST_CASE("Elements refuse what they can not represent") {
    const SlogElement element(FormatSpec{4, 4, true, 8});
    CHECK_THROWS_AS(element.encodeValue(3), std::invalid_argument);
    CHECK_THROWS_AS(element.value(Code{16}), std::out_of_range);
    CHECK(bitsOf(element.encodeValue(0)) == 6);
    CHECK(bitsOf(element.encodeValue(-16)) == 15);
    CHECK(bitsOf(element.fillCode()) == 0);
    CHECK_THROWS_AS(makeBaseline("int8_wallace", 8), std::invalid_argument);
    CHECK_THROWS_AS(makeBaseline("int8_plain", 17), std::invalid_argument);
    CHECK_THROWS_AS(makeBaseline("int4_recoded", 8)->offset(Code{0b01100}), std::out_of_range);
}
