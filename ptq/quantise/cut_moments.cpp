#include "ptq/quantise/cut_moments.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "golden/arithmetic/integers.h"

namespace aslog::ptq {

using golden::Code;

CutMoments::CutMoments(const WindowSource& source, const golden::Element& element)
    : element_(element) {
    const int bits = element.lossBits();
    if (bits == 0) {
        return;
    }
    const auto mask = static_cast<std::uint32_t>(golden::lowMask(bits));
    zeroDigit_ = static_cast<std::uint32_t>(source.zeroPoint) & mask;
    const auto taps = static_cast<std::size_t>(source.geometry.taps());
    const auto rows = static_cast<std::size_t>(element.rows());
    const std::size_t elements = golden::ceilDivide(taps, rows);
    const std::size_t kinds = std::size_t{1} << (static_cast<std::size_t>(bits) * rows);
    frequencies_.assign(elements, std::vector<double>(kinds));

    const Windows windows(source);
    std::vector<std::uint8_t> lines(taps * kWindowBlock);
    for (std::size_t first = 0; first < windows.count(); first += kWindowBlock) {
        const std::size_t block = std::min(kWindowBlock, windows.count() - first);
        windows.readInputs(first, block, lines.data(), kWindowBlock);
        for (std::size_t e = 0; e < elements; ++e) {
            const std::size_t used = std::min(rows, taps - e * rows);
            for (std::size_t i = 0; i < block; ++i) {
                std::size_t digits = 0;
                for (std::size_t row = used; row-- > 0;) {
                    const std::uint32_t q = lines[(e * rows + row) * kWindowBlock + i];
                    digits = digits << bits | (q & mask);
                }
                ++frequencies_[e][digits];
            }
        }
    }
    const auto count = static_cast<double>(std::max<std::size_t>(1, windows.count()));
    for (std::vector<double>& ofElement : frequencies_) {
        for (double& frequency : ofElement) {
            frequency /= count;
        }
    }
}

std::vector<std::uint32_t> CutMoments::activationsOf(std::size_t digits) const {
    std::vector<std::uint32_t> q(static_cast<std::size_t>(element_.rows()));
    for (std::uint32_t& each : q) {
        each = static_cast<std::uint32_t>(digits & golden::lowMask(element_.lossBits()));
        digits >>= element_.lossBits();
    }
    return q;
}

double CutMoments::meanLoss(std::span<const Code> codes) const {
    const auto rows = static_cast<std::size_t>(element_.rows());
    double sum = 0;
    for (std::size_t e = 0; e < frequencies_.size(); ++e) {
        std::vector<Code> ofElement(rows, element_.fillCode());
        std::vector<std::uint32_t> zeros(rows);
        for (std::size_t row = 0; row < rows && e * rows + row < codes.size(); ++row) {
            ofElement[row] = codes[e * rows + row];
            zeros[row] = zeroDigit_;
        }
        for (std::size_t digits = 0; digits < frequencies_[e].size(); ++digits) {
            if (frequencies_[e][digits] > 0) {
                const std::int64_t loss = element_.loss(ofElement, activationsOf(digits));
                sum += frequencies_[e][digits] * static_cast<double>(loss);
            }
        }
        sum -= static_cast<double>(element_.loss(ofElement, zeros));
    }
    return std::ldexp(sum, -element_.dropped());
}

}  // namespace aslog::ptq
