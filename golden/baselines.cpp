// The baseline elements, docs/arithmetic.md, section 8.
#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "golden/element.h"
#include "golden/integers.h"

namespace aslog::golden {
namespace {

std::string elementName(int bits, const char* kind) {
    return "int" + std::to_string(bits) + "_" + kind;
}

/// `w * q` in two's complement with the sign bit inverted: K = 2^(n + activationBits - 1).
class PlainElement final : public Element {
  public:
    PlainElement(int bits, int activationBits)
        : Element(elementName(bits, "plain"), bits, activationBits, {1, bits + activationBits, 0},
                  meanings(bits, activationBits)) {}

    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q,
                                               int /*k*/) const override {
        const std::int64_t product = signExtend(bitsOf(code), weightBits()) * std::int64_t{q};
        const std::uint64_t word = static_cast<std::uint64_t>(product) & lowMask(layout().bits);
        return word ^ (std::uint64_t{1} << (layout().bits - 1));
    }

  private:
    static std::vector<Meaning> meanings(int bits, int activationBits) {
        const std::int64_t offset = std::int64_t{1} << (bits + activationBits - 1);
        std::vector<Meaning> table;
        for (std::uint32_t code = 0; code < 1U << bits; ++code) {
            table.push_back({true, signExtend(code, bits), offset});
        }
        return table;
    }
};

/// An array of AND gates; the row of the sign bit is inverted: K = qmax * 2^(n-1).
class DaddaElement final : public Element {
  public:
    DaddaElement(int bits, int activationBits)
        : Element(elementName(bits, "dadda"), bits, activationBits, {bits, activationBits, 1},
                  meanings(bits, activationBits)) {}

    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const override {
        const std::uint64_t row = ((bitsOf(code) >> k) & 1U) != 0 ? q : 0;
        return k == weightBits() - 1 ? row ^ activationMax() : row;
    }

  private:
    static std::vector<Meaning> meanings(int bits, int activationBits) {
        const auto qmax = static_cast<std::int64_t>(lowMask(activationBits));
        std::vector<Meaning> table;
        for (std::uint32_t code = 0; code < 1U << bits; ++code) {
            table.push_back({true, signExtend(code, bits), qmax << (bits - 1)});
        }
        return table;
    }
};

/// Radix-4 Booth digits of the code; a digit whose sign bit is set is inverted, zero included.
class BoothElement final : public Element {
  public:
    BoothElement(int bits, int activationBits)
        : Element(elementName(bits, "booth"), bits, activationBits,
                  {bits / 2, activationBits + 1, 2}, meanings(bits, activationBits)) {}

    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const override {
        const Digit digit = digitOf(bitsOf(code), k);
        const std::uint64_t word = digit.magnitude * std::uint64_t{q};
        return digit.inverted ? word ^ lowMask(layout().bits) : word;
    }

  private:
    struct Digit {
        std::uint32_t magnitude;  // 0, 1, 2
        bool inverted;
    };

    static Digit digitOf(std::uint32_t code, int k) {
        // Bits 2k+1, 2k and 2k-1; the bit below bit 0 is 0.
        const std::uint32_t group = ((code << 1) >> (2 * k)) & 7U;
        constexpr std::array<std::uint32_t, 8> kMagnitudes = {0, 1, 1, 2, 2, 1, 1, 0};
        return {kMagnitudes.at(group), (group & 4U) != 0};
    }

    static std::vector<Meaning> meanings(int bits, int activationBits) {
        std::vector<Meaning> table;
        for (std::uint32_t code = 0; code < 1U << bits; ++code) {
            std::int64_t offset = 0;
            for (int k = 0; k < bits / 2; ++k) {
                if (digitOf(code, k).inverted) {
                    offset += static_cast<std::int64_t>(lowMask(activationBits + 1)) << (2 * k);
                }
            }
            table.push_back({true, signExtend(code, bits), offset});
        }
        return table;
    }
};

/// Radix-4 digits fixed offline. Lower digits: 00 = 0, 01 = 1, 10 = 2, 11 = -1.
/// Top digit {negative, two, one}: 000 = 0, 001 = 1, 010 = 2, 101 = -1, 110 = -2; no other.
class RecodedElement final : public Element {
  public:
    RecodedElement(int bits, int activationBits)
        : Element(elementName(bits, "recoded"), bits + 1, activationBits,
                  {bits / 2, activationBits + 1, 2}, meanings(bits, activationBits)) {}

    [[nodiscard]] std::uint64_t partialProduct(Code code, std::uint32_t q, int k) const override {
        switch (digitOf(bitsOf(code), k, layout().count)) {
            case 1:
                return q;
            case 2:
                return std::uint64_t{q} << 1;
            case -1:
                return q ^ lowMask(activationBits());
            case -2:
                return (std::uint64_t{q} << 1) ^ lowMask(activationBits() + 1);
            default:
                return 0;
        }
    }

  private:
    static constexpr int kNoDigit = 99;

    static int digitOf(std::uint32_t code, int k, int count) {
        constexpr std::array<int, 4> kLower = {0, 1, 2, -1};
        constexpr std::array<int, 8> kTop = {0, 1, 2, kNoDigit, kNoDigit, -1, -2, kNoDigit};
        const std::uint32_t field = code >> (2 * k);
        return k + 1 < count ? kLower.at(field & 3U) : kTop.at(field & 7U);
    }

    static Meaning meaningOf(std::uint32_t code, int count, int activationBits) {
        Meaning meaning{true, 0, 0};
        for (int k = 0; k < count; ++k) {
            const int digit = digitOf(code, k, count);
            if (digit == kNoDigit) {
                return {};
            }
            meaning.value += std::int64_t{digit} * (std::int64_t{1} << (2 * k));
            if (digit < 0) {
                const int inverted = activationBits + (digit == -2 ? 1 : 0);
                meaning.offset += static_cast<std::int64_t>(lowMask(inverted)) << (2 * k);
            }
        }
        return meaning;
    }

    static std::vector<Meaning> meanings(int bits, int activationBits) {
        std::vector<Meaning> table;
        for (std::uint32_t code = 0; code < 1U << (bits + 1); ++code) {
            table.push_back(meaningOf(code, bits / 2, activationBits));
        }
        return table;
    }
};

}  // namespace

const std::vector<std::string>& baselineNames() {
    static const std::vector<std::string> names = {"int8_plain",  "int8_dadda", "int4_dadda",
                                                   "int8_booth",  "int4_booth", "int8_recoded",
                                                   "int4_recoded"};
    return names;
}

std::shared_ptr<const Element> makeBaseline(std::string_view name, int activationBits) {
    if (activationBits < 1 || activationBits > 16) {
        throw std::invalid_argument("activation_bits is " + std::to_string(activationBits) +
                                    ", allowed is 1 to 16");
    }
    const int bits = name.substr(0, 4) == "int4" ? 4 : 8;
    if (name == "int8_plain") {
        return std::make_shared<PlainElement>(bits, activationBits);
    }
    if (name == "int8_dadda" || name == "int4_dadda") {
        return std::make_shared<DaddaElement>(bits, activationBits);
    }
    if (name == "int8_booth" || name == "int4_booth") {
        return std::make_shared<BoothElement>(bits, activationBits);
    }
    if (name == "int8_recoded" || name == "int4_recoded") {
        return std::make_shared<RecodedElement>(bits, activationBits);
    }
    throw std::invalid_argument("no baseline element is called " + std::string(name));
}

}  // namespace aslog::golden
