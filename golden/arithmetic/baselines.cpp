#include "golden/arithmetic/baselines.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "golden/arithmetic/integers.h"

namespace aslog::golden {
namespace {

std::string elementName(int bits, const char* kind) {
    return "int" + std::to_string(bits) + "_" + kind;
}

/// `w * q` in two's complement with the sign bit inverted: K = 2^(n + activationBits - 1).
class PlainElement final : public Element {
  public:
    PlainElement(int bits, int activationBits)
        : Element({.name = elementName(bits, "plain"),
                   .weightBits = bits,
                   .activationBits = activationBits,
                   .layout = {1, bits + activationBits, 0}},
                  meanings(bits, activationBits)) {}

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int /*k*/) const override {
        const std::int64_t product =
            signExtend(bitsOf(codes.front()), weightBits()) * std::int64_t{q.front()};
        return (static_cast<std::uint64_t>(product) & lowMask(layout().bits)) ^
               (std::uint64_t{1} << (layout().bits - 1));
    }

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
        : Element({.name = elementName(bits, "dadda"),
                   .weightBits = bits,
                   .activationBits = activationBits,
                   .layout = {bits, activationBits, 1}},
                  meanings(bits, activationBits)) {}

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const std::uint64_t row = ((bitsOf(codes.front()) >> k) & 1U) != 0 ? q.front() : 0;
        return k == weightBits() - 1 ? row ^ activationMax() : row;
    }

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
        : Element({.name = elementName(bits, "booth"),
                   .weightBits = bits,
                   .activationBits = activationBits,
                   .layout = {bits / 2, activationBits + 1, 2}},
                  meanings(bits, activationBits)) {}

  private:
    struct Digit {
        std::uint32_t magnitude;  // 0, 1, 2
        bool inverted;
    };

    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const Digit digit = digitOf(bitsOf(codes.front()), k);
        const std::uint64_t product = digit.magnitude * std::uint64_t{q.front()};
        return digit.inverted ? product ^ lowMask(layout().bits) : product;
    }

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

/// Radix-4 digits fixed offline. Lower digits: 00 = 0, 01 = 1, 10 = 2, 11 = -1, the last as the
/// complement of q. Top digit {sign, magnitude 0 ... 2}: the sign inverts the whole word.
class RecodedElement final : public Element {
  public:
    RecodedElement(int bits, int activationBits)
        : Element({.name = elementName(bits, "recoded"),
                   .weightBits = bits + 1,
                   .activationBits = activationBits,
                   .layout = {bits / 2, activationBits + 1, 2}},
                  meanings(bits, activationBits)) {}

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const std::uint32_t field = fieldOf(bitsOf(codes.front()), k, layout().count);
        const std::uint64_t activation = q.front();
        if (k + 1 == layout().count) {
            const std::uint64_t product = activation * (field & 3U);
            return (field & kTopSign) != 0 ? product ^ lowMask(layout().bits) : product;
        }
        return field == kLowerMinusOne ? activation ^ activationMax() : activation * field;
    }

    static constexpr std::uint32_t kTopSign = 4;
    static constexpr std::uint32_t kLowerMinusOne = 3;

    /// The bits of digit k: two of a lower digit, three of the top one.
    static std::uint32_t fieldOf(std::uint32_t code, int k, int count) {
        return (code >> (2 * k)) & (k + 1 == count ? 7U : 3U);
    }

    static Meaning meaningOf(std::uint32_t code, int count, int activationBits) {
        Meaning meaning{true, 0, 0};
        for (int k = 0; k < count; ++k) {
            const std::uint32_t field = fieldOf(code, k, count);
            const bool isTop = k + 1 == count;
            const std::int64_t unit = std::int64_t{1} << (2 * k);
            const auto magnitude = static_cast<std::int64_t>(field & 3U);
            if (isTop && magnitude == 3) {
                return {};
            }
            if (isTop && (field & kTopSign) != 0) {
                meaning.value -= magnitude * unit;
                meaning.offset += static_cast<std::int64_t>(lowMask(activationBits + 1)) * unit;
            } else if (!isTop && field == kLowerMinusOne) {
                meaning.value -= unit;
                meaning.offset += static_cast<std::int64_t>(lowMask(activationBits)) * unit;
            } else {
                meaning.value += magnitude * unit;
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

/// Two rows at once. A code is c = 2^(n-1) - w; its bit plane k of both rows chooses 0, q1, q2 or
/// q1 + q2, which the lanes form once for all columns. The word is the complement of the choice, so
/// that a library's inverting gates do: raw = sum(-c * q) + K, and 2^(n-1) * S makes it sum(w * q).
class PairElement final : public Element {
  public:
    PairElement(int bits, int activationBits)
        : Element({.name = elementName(bits, "pair"),
                   .weightBits = bits,
                   .activationBits = activationBits,
                   .layout = {bits, activationBits + 1, 1},
                   .rows = 2,
                   .windowWeight = std::int64_t{1} << (bits - 1),
                   .constant = static_cast<std::int64_t>(lowMask(activationBits + 1)) *
                               static_cast<std::int64_t>(lowMask(bits))},
                  meanings(bits)) {}

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        std::uint64_t choice = 0;
        for (std::size_t row = 0; row < codes.size(); ++row) {
            choice += ((bitsOf(codes[row]) >> k) & 1U) != 0 ? q[row] : 0;
        }
        return choice ^ lowMask(layout().bits);
    }

    static std::vector<Meaning> meanings(int bits) {
        std::vector<Meaning> table;
        for (std::int64_t code = 0; code < std::int64_t{1} << bits; ++code) {
            table.push_back({true, (std::int64_t{1} << (bits - 1)) - code, 0});
        }
        return table;
    }
};

template <class Kind>
std::shared_ptr<const Element> make(int bits, int activationBits) {
    return std::make_shared<Kind>(bits, activationBits);
}

}  // namespace

const std::vector<Baseline>& baselines() {
    static const std::vector<Baseline> table = {
        {.name = "int8_plain",
         .family = "int8",
         .kind = "plain",
         .bits = 8,
         .make = make<PlainElement>,
         .isPlain = true},
        {.name = "int8_dadda",
         .family = "int8",
         .kind = "dadda",
         .bits = 8,
         .make = make<DaddaElement>,
         .holdsFamily = true,
         .isMultiplier = true},
        {.name = "int4_dadda",
         .family = "int4",
         .kind = "dadda",
         .bits = 4,
         .make = make<DaddaElement>,
         .holdsFamily = true},
        {.name = "int8_booth",
         .family = "int8",
         .kind = "booth",
         .bits = 8,
         .make = make<BoothElement>,
         .isMultiplier = true},
        {.name = "int4_booth",
         .family = "int4",
         .kind = "booth",
         .bits = 4,
         .make = make<BoothElement>},
        {.name = "int8_recoded",
         .family = "int8",
         .kind = "recoded",
         .bits = 8,
         .make = make<RecodedElement>,
         .standsForTwins = true},
        {.name = "int4_recoded",
         .family = "int4",
         .kind = "recoded",
         .bits = 4,
         .make = make<RecodedElement>,
         .standsForTwins = true},
        {.name = "int8_pair",
         .family = "int8",
         .kind = "pair",
         .bits = 8,
         .make = make<PairElement>,
         .standsForTwins = true},
        {.name = "int4_pair",
         .family = "int4",
         .kind = "pair",
         .bits = 4,
         .make = make<PairElement>,
         .standsForTwins = true},
    };
    return table;
}

const Baseline* findBaseline(std::string_view name) {
    const auto found = std::ranges::find(baselines(), name, &Baseline::name);
    return found == baselines().end() ? nullptr : &*found;
}

const std::vector<std::string>& baselineNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const Baseline& baseline : baselines()) {
            list.emplace_back(baseline.name);
        }
        return list;
    }();
    return names;
}

std::string familyElement(std::string_view family) {
    if (family == kFamilies.front()) {
        return kFamilies.front();
    }
    for (const Baseline& baseline : baselines()) {
        if (baseline.holdsFamily && baseline.family == family) {
            return baseline.name;
        }
    }
    throw std::invalid_argument("no baseline holds integers of the family " + std::string(family));
}

std::shared_ptr<const Element> makeBaseline(std::string_view name, int activationBits) {
    if (activationBits < 1 || activationBits > 16) {
        throw std::invalid_argument("activation_bits is " + std::to_string(activationBits) +
                                    ", allowed is 1 to 16");
    }
    const Baseline* baseline = findBaseline(name);
    if (baseline == nullptr) {
        throw std::invalid_argument("no baseline element is called " + std::string(name));
    }
    return baseline->make(baseline->bits, activationBits);
}

}  // namespace aslog::golden
