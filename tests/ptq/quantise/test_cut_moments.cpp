// What dropped columns lose on average, against the windows one by one.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "golden/arithmetic/adder_tree.h"
#include "golden/arithmetic/baselines.h"
#include "ptq/quantise/cut_moments.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/window_cases.h"

namespace {

using namespace aslog;
using golden::Code;
using golden::Element;
using test::Random;
using test::WindowCase;

/// The mean over all windows of sum(w * (q - z)) / 2^dropped - (sum of products at q - at z).
double lossByWindows(const WindowCase& made, int group, const Element& element,
                     const std::vector<Code>& codes) {
    const std::vector<std::uint8_t> zeros(codes.size(), static_cast<std::uint8_t>(made.zeroPoint));
    const std::int64_t atZero = golden::productSum(element, codes, zeros);
    double sum = 0;
    for (std::size_t window = 0; window < made.windows(); ++window) {
        const std::vector<double> taps = test::tapsOf(made, group, window);
        std::vector<std::uint8_t> q;
        double exact = 0;
        for (std::size_t i = 0; i < taps.size(); ++i) {
            q.push_back(static_cast<std::uint8_t>(std::lround(taps[i]) + made.zeroPoint));
            exact += static_cast<double>(element.value(codes[i])) * taps[i];
        }
        const std::int64_t products = golden::productSum(element, codes, q) - atZero;
        sum += std::ldexp(exact, -element.dropped()) - static_cast<double>(products);
    }
    return sum / static_cast<double>(made.windows());
}

}  // namespace

TEST_CASE("The mean loss of dropped columns is that of the windows") {
    golden::ConvGeometry geometry;
    geometry.inputChannels = 3;
    geometry.outputChannels = 2;
    geometry.kernelHeight = geometry.kernelWidth = 3;
    geometry.padTop = geometry.padLeft = 1;
    const std::vector<std::shared_ptr<const Element>> elements = {
        std::make_shared<golden::SlogElement>(
            golden::FormatSpec{4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3}),
        golden::makeBaseline("int4_booth_d3", 8), golden::makeBaseline("int8_recoded_d5", 8),
        golden::makeBaseline("int4_pair_d2", 8)};  // 27 taps: the last pair has one
    Random random(19);
    std::size_t compared = 0;
    for (const auto& element : elements) {
        INFO(element->name());
        const WindowCase made = test::makeWindowCase(random, geometry, 2, 3);
        const ptq::CutMoments moments(made.source(1, 1 << 20), *element);
        std::vector<Code> codes;
        for (std::int64_t tap = 0; tap < geometry.taps(); ++tap) {
            const auto last = static_cast<std::int64_t>(element->codes().size()) - 1;
            codes.push_back(
                element->codes()[static_cast<std::size_t>(test::draw(random, 0, last))]);
        }
        const double wanted = lossByWindows(made, 1, *element, codes);
        CHECK(std::abs(wanted) > 1e-3);
        CHECK(moments.meanLoss(codes) == Approx(wanted).epsilon(1e-9));
        ++compared;
    }
    CHECK(compared == 4);
}

TEST_CASE("Without dropped columns nothing is lost") {
    Random random(20);
    const WindowCase made = test::makeWindowCase(random, {}, 1, 1);
    const golden::SlogElement element{golden::FormatSpec{}};
    const ptq::CutMoments moments(made.source(0, 1 << 20), element);
    CHECK(moments.meanLoss(std::vector<Code>{element.encodeValue(4)}) == 0);
}
