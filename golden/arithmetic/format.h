// The SLogII weight format: level table, code, quantiser.
// Definition: docs/arithmetic.md, sections 1 to 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "golden/arithmetic/element_plan.h"

namespace aslog::golden {

/// A weight code as the hardware stores it, right-aligned.
enum class Code : std::uint32_t {};

[[nodiscard]] constexpr std::uint32_t bitsOf(Code code) {
    return static_cast<std::uint32_t>(code);
}

struct FormatSpec {
    int weightBits = 4;      // B, 3 ... 6
    int sqrt2Steps = 4;      // 0 ... (number of non-zero levels) - 1
    bool zero = true;        // one magnitude index is exactly 0
    int activationBits = 8;  // width of q; 1 ... 32 (an element on the window sum takes wide ones)
    /// The level table itself, instead of sqrt2Steps and zero: ascending, each 0, 2^k or 3*2^k, at
    /// most 2^(B-1) and more than half as many. Empty: these two make it.
    std::vector<std::int64_t> levels = {};
    int droppedBits = 0;  // lowest columns of every product that are cut off; < productBits()
    friend bool operator==(const FormatSpec&, const FormatSpec&) = default;
};

/// A magnitude: odd * 2^shift; zero has odd = 0, shift = 0.
struct Level {
    std::int64_t value;
    int odd;  // 0, 1 or 3
    int shift;
    friend bool operator==(const Level&, const Level&) = default;
};

class SlogFormat {
  public:
    /// Throws std::invalid_argument that names the field, what was found and what is allowed.
    /// Also refused: a product of more than 62 bits.
    explicit SlogFormat(const FormatSpec& spec);

    [[nodiscard]] const FormatSpec& spec() const { return spec_; }
    [[nodiscard]] int weightBits() const { return spec_.weightBits; }
    [[nodiscard]] int activationBits() const { return spec_.activationBits; }

    /// Ascending, at most 2^(weightBits-1) of them. The largest can reach 2^32.
    [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
    [[nodiscard]] std::vector<std::int64_t> values() const;  // theirs
    [[nodiscard]] const ElementPlan& plan() const { return plan_; }

    /// Zero is always coded with a positive sign. Throws std::out_of_range.
    [[nodiscard]] Code encode(bool negative, std::size_t levelIndex) const;

    /// A given table may be shorter than its codes: those left over are not legal.
    [[nodiscard]] bool isLegal(Code code) const;

    /// The weight's exact value; "minus zero" is 0. Throws std::out_of_range unless isLegal().
    [[nodiscard]] std::int64_t decode(Code code) const;

    /// Nearest level with the sign of `x`, in units of the level table. A tie goes to the smaller
    /// magnitude, values beyond the top saturate. Throws std::invalid_argument for NaN.
    [[nodiscard]] Code quantise(double x) const;

    /// W, the bits of the largest product level * q.
    [[nodiscard]] int productBits() const { return productBits_; }

    /// 2^W - 1, the raw word of a negative code at q = 0 with no column dropped.
    [[nodiscard]] std::uint64_t rawMax() const;

    /// All 116 legal (weightBits, sqrt2Steps, zero) for this activation width.
    [[nodiscard]] static std::vector<FormatSpec> all(int activationBits);

  private:
    FormatSpec spec_;
    std::vector<Level> levels_;
    ElementPlan plan_;
    std::vector<std::optional<std::size_t>> levelOfIndex_;  // by the magnitude index of the code
    int productBits_ = 0;
};

}  // namespace aslog::golden
