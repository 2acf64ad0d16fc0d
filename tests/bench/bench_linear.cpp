// Speed of the sums that do not depend on the processor: exact ones of bytes, and products of
// matrices in a fixed order, each with the instructions that support::instructions() takes, on one
// thread. The reference is Eigen's product of the same sizes in the same run, in floats for the
// bytes; Eigen is compiled for any x86-64, as all of aslog is. A MAC is one product that is added;
// of the symmetric sums of bytes only half are made, and only those count. Medians of processor
// time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <vector>

#include <Eigen/Core>

#include "ptq/linear/gram.h"
#include "ptq/linear/product.h"
#include "support/processor.h"

namespace {

using namespace aslog;
using Eigen::Index;

constexpr int kRuns = 11;
constexpr Index kTaps = 576;
constexpr Index kWindows = 2048;

double processorSeconds() {
    std::timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// MACs a second of both, run in turns.
void compare(const char* what, double macs, double referenceMacs, const std::function<void()>& ours,
             const std::function<void()>& reference) {
    std::vector<double> a;
    std::vector<double> b;
    for (int run = 0; run < kRuns; ++run) {
        const double start = processorSeconds();
        ours();
        const double middle = processorSeconds();
        reference();
        a.push_back(macs / (middle - start));
        b.push_back(referenceMacs / (processorSeconds() - middle));
    }
    std::nth_element(a.begin(), a.begin() + kRuns / 2, a.end());
    std::nth_element(b.begin(), b.begin() + kRuns / 2, b.end());
    std::printf("%-34s %8.1f GMAC/s  Eigen %6.1f GMAC/s  ratio %5.2f\n", what, a[kRuns / 2] * 1e-9,
                b[kRuns / 2] * 1e-9, a[kRuns / 2] / b[kRuns / 2]);
}

template <typename Number>
using Matrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <typename Number>
void compareProducts(const char* what, Index rows, Index columns, Index depth) {
    const Matrix<Number> a = Matrix<Number>::Random(rows, depth);
    const Matrix<Number> b = Matrix<Number>::Random(depth, columns);
    Matrix<Number> sum = Matrix<Number>::Zero(rows, columns);
    Matrix<Number> reference = sum;
    const double macs = static_cast<double>(rows * columns * depth);
    compare(
        what, macs, macs,
        [&] {
            ptq::addProduct<Number>({rows, columns, depth}, {a.data(), depth, 1},
                                    {b.data(), columns, 1}, 1, sum.data(), columns);
        },
        [&] { reference.noalias() += a * b; });
}

void compareGram() {
    std::mt19937 random(1);
    ptq::ByteLines lines(kTaps, kWindows);
    Matrix<float> floats(kTaps, kWindows);
    for (Index tap = 0; tap < kTaps; ++tap) {
        std::uint8_t* line = lines.line(static_cast<std::size_t>(tap));
        std::generate_n(line, kWindows, [&] { return static_cast<std::uint8_t>(random()); });
        std::copy_n(line, kWindows, floats.row(tap).data());
    }
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(kTaps, kTaps);
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(kTaps);
    Eigen::MatrixXf reference = Eigen::MatrixXf::Zero(kTaps, kTaps);
    const double all = static_cast<double>(kTaps * kTaps * kWindows);
    compare(
        "sums of bytes, 576 lines of 2048", all / 2, all / 2,
        [&] { lines.addGram(1, products, sums); },
        [&] { reference.selfadjointView<Eigen::Lower>().rankUpdate(floats); });
}

}  // namespace

int main() {
    const char* const names[] = {"baseline", "avx2", "avx512vnni"};
    std::printf("instructions: %s (ASLOG_INSTRUCTIONS)\n",
                names[static_cast<int>(support::instructions())]);
    compareGram();
    compareProducts<float>("float, 64 x 1024 x 576", 64, 1024, kTaps);
    compareProducts<double>("double, 576 x 576 x 576", kTaps, kTaps, kTaps);
    compareProducts<double>("double, 576 x 24 x 576", kTaps, 24, kTaps);
    return 0;
}
