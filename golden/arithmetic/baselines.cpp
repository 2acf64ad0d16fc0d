#include "golden/arithmetic/baselines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "golden/arithmetic/integers.h"

namespace aslog::golden {
namespace {

/// In front of the number of dropped columns, at the end of a name.
constexpr std::string_view kDroppedMark = "_d";

std::string elementName(const BaselineSize& size, const char* kind) {
    return droppingName("int" + std::to_string(size.bits) + "_" + kind, size.dropped);
}

/// All codes of `bits` bits, in two's complement.
std::vector<std::optional<std::int64_t>> integers(int bits) {
    std::vector<std::optional<std::int64_t>> values;
    for (std::uint32_t code = 0; code < 1U << bits; ++code) {
        values.emplace_back(signExtend(code, bits));
    }
    return values;
}

/// All codes c = 2^(bits-1) - w.
std::vector<std::optional<std::int64_t>> offsetBinary(int bits) {
    std::vector<std::optional<std::int64_t>> values;
    for (std::int64_t code = 0; code < std::int64_t{1} << bits; ++code) {
        values.emplace_back((std::int64_t{1} << (bits - 1)) - code);
    }
    return values;
}

/// `w * q` in two's complement with the sign bit inverted: K = 2^(n + activationBits - 1).
class PlainElement final : public Element {
  public:
    explicit PlainElement(const BaselineSize& size)
        : Element({.name = elementName(size, "plain"),
                   .weightBits = size.bits,
                   .activationBits = size.activationBits,
                   .layout = {1, size.bits + size.activationBits, 0, size.dropped}},
                  integers(size.bits)) {
        deriveFromWords();
    }

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int /*k*/) const override {
        const std::int64_t product =
            signExtend(bitsOf(codes.front()), weightBits()) * std::int64_t{q.front()};
        return (static_cast<std::uint64_t>(product) & lowMask(layout().bits)) ^
               (std::uint64_t{1} << (layout().bits - 1));
    }
};

/// An array of AND gates; the row of the sign bit is inverted: K = qmax * 2^(n-1).
class DaddaElement final : public Element {
  public:
    explicit DaddaElement(const BaselineSize& size)
        : Element({.name = elementName(size, "dadda"),
                   .weightBits = size.bits,
                   .activationBits = size.activationBits,
                   .layout = {size.bits, size.activationBits, 1, size.dropped}},
                  integers(size.bits)) {
        deriveFromWords();
    }

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const std::uint64_t row = ((bitsOf(codes.front()) >> k) & 1U) != 0 ? q.front() : 0;
        return k == weightBits() - 1 ? row ^ activationMax() : row;
    }
};

/// Radix-4 Booth digits of the code; a digit whose sign bit is set is inverted, zero included.
class BoothElement final : public Element {
  public:
    explicit BoothElement(const BaselineSize& size)
        : Element({.name = elementName(size, "booth"),
                   .weightBits = size.bits,
                   .activationBits = size.activationBits,
                   .layout = {size.bits / 2, size.activationBits + 1, 2, size.dropped}},
                  integers(size.bits)) {
        deriveFromWords();
    }

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
};

/// Radix-4 digits fixed offline. Lower digits: 00 = 0, 01 = 1, 10 = 2, 11 = -1, the last as the
/// complement of q. Top digit {sign, magnitude 0 ... 2}: the sign inverts the whole word.
class RecodedElement final : public Element {
  public:
    explicit RecodedElement(const BaselineSize& size)
        : Element({.name = elementName(size, "recoded"),
                   .weightBits = size.bits + 1,
                   .activationBits = size.activationBits,
                   .layout = {size.bits / 2, size.activationBits + 1, 2, size.dropped}},
                  values(size.bits)) {
        deriveFromWords();
    }

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

    /// None for a code with a top digit that is not used.
    static std::optional<std::int64_t> valueOf(std::uint32_t code, int count) {
        std::int64_t value = 0;
        for (int k = 0; k < count; ++k) {
            const std::uint32_t field = fieldOf(code, k, count);
            const bool isTop = k + 1 == count;
            const std::int64_t unit = std::int64_t{1} << (2 * k);
            const auto magnitude = static_cast<std::int64_t>(field & 3U);
            if (isTop && magnitude == 3) {
                return std::nullopt;
            }
            if (isTop && (field & kTopSign) != 0) {
                value -= magnitude * unit;
            } else if (!isTop && field == kLowerMinusOne) {
                value -= unit;
            } else {
                value += magnitude * unit;
            }
        }
        return value;
    }

    static Values values(int bits) {
        Values table;
        for (std::uint32_t code = 0; code < 1U << (bits + 1); ++code) {
            table.push_back(valueOf(code, bits / 2));
        }
        return table;
    }
};

/// Two rows at once. A code is c = 2^(n-1) - w; its bit plane k of both rows chooses 0, q1, q2 or
/// q1 + q2, which the lanes form once for all columns. The word is the complement of the choice, so
/// that a library's inverting gates do: raw = sum(-c * q) + K, and 2^(n-1) * S makes it sum(w * q).
class PairElement final : public Element {
  public:
    explicit PairElement(const BaselineSize& size)
        : Element({.name = elementName(size, "pair"),
                   .weightBits = size.bits,
                   .activationBits = size.activationBits,
                   .layout = {size.bits, size.activationBits + 1, 1, size.dropped},
                   .rows = 2,
                   .windowWeight = std::int64_t{1} << (size.bits - 1)},
                  offsetBinary(size.bits)) {
        deriveFromWords();
    }

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        std::uint64_t choice = 0;
        for (std::size_t row = 0; row < codes.size(); ++row) {
            choice += ((bitsOf(codes[row]) >> k) & 1U) != 0 ? q[row] : 0;
        }
        return choice ^ lowMask(layout().bits);
    }
};

/// Digits of base 4 of the code c = 2^(n-1) - w, so 0 ... 3 each: 0, q, 2q or 3q of the lane, as
/// its complement. As for pairs there is no sign, and 2^(n-1) * S makes up for the offset.
class OffsetElement final : public Element {
  public:
    explicit OffsetElement(const BaselineSize& size)
        : Element({.name = elementName(size, "offset"),
                   .weightBits = size.bits,
                   .activationBits = size.activationBits,
                   .layout = {size.bits / 2, size.activationBits + 2, 2, size.dropped},
                   .windowWeight = std::int64_t{1} << (size.bits - 1),
                   .multiples = {3}},
                  offsetBinary(size.bits)) {
        deriveFromWords();
    }

  private:
    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const std::uint64_t digit = (bitsOf(codes.front()) >> (2 * k)) & 3U;
        return digit * q.front() ^ lowMask(layout().bits);
    }
};

/// Digits of base 16, each a sign and a magnitude that is a power of two times 1, 3, 5 or 7, all of
/// which the lane forms: one word a digit, complemented if it is negative. The top digit of an int4
/// is its sign and 0 ... 7, that of an int8 has magnitudes up to 8; a lower digit is -7 ... 8,
/// where 8 has the code of minus zero.
class OddElement final : public Element {
  public:
    explicit OddElement(const BaselineSize& size)
        : Element({.name = elementName(size, "odd"),
                   .weightBits = topBits(size.bits) + size.bits - 4,
                   .activationBits = size.activationBits,
                   .layout = {size.bits / 4, size.activationBits + 3, 4, size.dropped},
                   .multiples = {3, 5, 7},
                   .isSignMagnitude = size.bits == 4},
                  values(size.bits)) {
        deriveFromWords();
    }

  private:
    struct Digit {
        std::uint32_t magnitude;
        bool isNegative;
    };

    static int topBits(int bits) { return bits == 4 ? 4 : 5; }

    /// None if the code has a magnitude above 8.
    static std::optional<Digit> digitOf(std::uint32_t code, int k, int bits) {
        const bool isTop = k == bits / 4 - 1;
        const int width = isTop ? topBits(bits) : 4;
        const auto field = static_cast<std::uint32_t>((code >> (4 * k)) & lowMask(width));
        const std::uint32_t magnitude = field & static_cast<std::uint32_t>(lowMask(width - 1));
        const bool sign = field >> (width - 1) != 0;
        if (magnitude > 8) {
            return std::nullopt;
        }
        if (!isTop && sign && magnitude == 0) {
            return Digit{8, false};
        }
        return Digit{magnitude, sign};
    }

    [[nodiscard]] std::uint64_t word(std::span<const Code> codes, std::span<const std::uint32_t> q,
                                     int k) const override {
        const Digit digit = digitOf(bitsOf(codes.front()), k, 4 * layout().count).value();
        const std::uint64_t product = std::uint64_t{digit.magnitude} * q.front();
        return digit.isNegative ? product ^ lowMask(layout().bits) : product;
    }

    static Values values(int bits) {
        Values table;
        for (std::uint32_t code = 0; code < 1U << (topBits(bits) + bits - 4); ++code) {
            std::optional<std::int64_t> value = 0;
            for (int k = 0; k < bits / 4; ++k) {
                const std::optional<Digit> digit = digitOf(code, k, bits);
                if (!digit || !value) {
                    value.reset();
                    break;
                }
                const std::int64_t magnitude = std::int64_t{digit->magnitude} << (4 * k);
                *value += digit->isNegative ? -magnitude : magnitude;
            }
            table.push_back(value);
        }
        return table;
    }
};

template <class Kind>
std::shared_ptr<const Element> make(const BaselineSize& size) {
    return std::make_shared<Kind>(size);
}

constexpr std::array kBaselines = {
    Baseline{.name = "int8_plain",
             .family = "int8",
             .kind = "plain",
             .bits = 8,
             .make = make<PlainElement>,
             .isPlain = true},
    Baseline{.name = "int8_dadda",
             .family = "int8",
             .kind = "dadda",
             .bits = 8,
             .make = make<DaddaElement>,
             .holdsFamily = true,
             .isMultiplier = true},
    Baseline{.name = "int4_dadda",
             .family = "int4",
             .kind = "dadda",
             .bits = 4,
             .make = make<DaddaElement>,
             .holdsFamily = true},
    Baseline{.name = "int8_booth",
             .family = "int8",
             .kind = "booth",
             .bits = 8,
             .make = make<BoothElement>,
             .isMultiplier = true},
    Baseline{.name = "int4_booth",
             .family = "int4",
             .kind = "booth",
             .bits = 4,
             .make = make<BoothElement>},
    Baseline{.name = "int8_recoded",
             .family = "int8",
             .kind = "recoded",
             .bits = 8,
             .make = make<RecodedElement>,
             .standsForTwins = true},
    Baseline{.name = "int4_recoded",
             .family = "int4",
             .kind = "recoded",
             .bits = 4,
             .make = make<RecodedElement>,
             .standsForTwins = true},
    Baseline{.name = "int8_pair",
             .family = "int8",
             .kind = "pair",
             .bits = 8,
             .make = make<PairElement>,
             .standsForTwins = true},
    Baseline{.name = "int4_pair",
             .family = "int4",
             .kind = "pair",
             .bits = 4,
             .make = make<PairElement>,
             .standsForTwins = true},
    Baseline{.name = "int8_offset",
             .family = "int8",
             .kind = "offset",
             .bits = 8,
             .make = make<OffsetElement>},
    Baseline{.name = "int4_offset",
             .family = "int4",
             .kind = "offset",
             .bits = 4,
             .make = make<OffsetElement>},
    Baseline{
        .name = "int8_odd", .family = "int8", .kind = "odd", .bits = 8, .make = make<OddElement>},
    Baseline{
        .name = "int4_odd", .family = "int4", .kind = "odd", .bits = 4, .make = make<OddElement>},
};

/// A name without the columns that it drops, and their number.
std::pair<std::string_view, int> splitName(std::string_view name) {
    const std::size_t mark = name.rfind(kDroppedMark);
    const std::string_view digits =
        mark == std::string_view::npos ? "" : name.substr(mark + kDroppedMark.size());
    int dropped = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), dropped);
    if (error != std::errc() || end != digits.data() + digits.size() || dropped < 1) {
        return {name, 0};  // "_dadda", for one
    }
    const std::string_view whole = name.substr(0, mark);
    return droppingName(whole, dropped) == name ? std::pair(whole, dropped) : std::pair(name, 0);
}

}  // namespace

const std::vector<Baseline>& baselines() {
    static const std::vector<Baseline> table(kBaselines.begin(), kBaselines.end());
    return table;
}

const Baseline* findBaseline(std::string_view name) {
    const auto found = std::ranges::find(baselines(), splitName(name).first, &Baseline::name);
    return found == baselines().end() ? nullptr : &*found;
}

std::string droppingName(std::string_view name, int columns) {
    std::string dropping(name);
    if (columns > 0) {
        dropping += kDroppedMark;
        dropping += std::to_string(columns);
    }
    return dropping;
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
    return baseline->make({baseline->bits, activationBits, splitName(name).second});
}

}  // namespace aslog::golden
