// The law of the elements, exhaustively: docs/arithmetic.md, sections 3 and 8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
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

/// Every legal code times every activation: the law, and each word within its width.
LawCheck checkLaw(const Element& element) {
    LawCheck check;
    const int shift = element.layout().shift;
    for (const Code code : element.codes()) {
        for (std::uint32_t q = 0; q <= element.activationMax(); ++q) {
            const std::uint64_t raw = element.raw(code, q);
            const std::int64_t law = element.value(code) * q + element.offset(code);
            std::uint64_t sum = 0;
            bool fits = true;
            for (int k = 0; k < element.layout().count; ++k) {
                const std::uint64_t word = element.partialProduct(code, q, k);
                fits = fits && word <= lowMask(element.layout().bits);
                sum += word << (k * shift);
            }
            const bool matches = law >= 0 && raw == static_cast<std::uint64_t>(law);
            check.mismatches += matches && fits && sum == raw ? 0 : 1;
            check.rawMax = std::max(check.rawMax, raw);
            ++check.comparisons;
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

TEST_CASE("Baselines: raw = value * q + K for every code and activation") {
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const std::string& name : baselineNames()) {
            const std::shared_ptr<const Element> element = makeBaseline(name, activationBits);
            CHECK(element->name() == name);
            const bool isInt4 = name.substr(0, 4) == "int4";
            const bool isRecoded = name.find("recoded") != std::string::npos;
            const std::size_t recoded = isInt4 ? 24 : 384;  // 4 or 64 lower digits times 6 top ones
            requireLaw(*element, isRecoded ? recoded : (isInt4 ? 16 : 256));
            const std::int64_t limit = isInt4 ? 8 : 128;
            for (std::int64_t weight = -limit; weight < limit; ++weight) {
                CHECK(element->value(element->encodeValue(weight)) == weight);
            }
        }
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
    CHECK(makeBaseline("int8_recoded", 8)->weightBits() == 9);
    CHECK(makeBaseline("int4_recoded", 8)->weightBits() == 5);
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
