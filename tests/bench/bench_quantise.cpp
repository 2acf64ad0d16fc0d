// Speed of what quantised networks take: inference in integers, and the rounding of weights.
//
// Inference: the golden network beside the float reference run() of the same network, images one by
// one, on one thread; a network like ResNet-20 of random weights. A MAC is one tap of one output,
// padding included. Rounding: compensated rounding of one channel beside rounding of each weight to
// the nearest value with the same candidates of the scale; the preparation of a layer is told
// apart. All figures are medians of processor time, and each ratio is of one run of this program.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <sched.h>

#include "ptq/quantise/quantise.h"
#include "ptq/quantise/rounding.h"
#include "ptq/reference/run.h"

namespace {

using namespace aslog;

/// Processor time, so that the machine's other work counts less; all here is one thread.
double processSeconds() {
    std::timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double secondsOf(const std::function<void()>& work) {
    const double start = processSeconds();
    work();
    return processSeconds() - start;
}

struct Pair {
    double ours = 0;
    double reference = 0;
};

double medianOf(std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// Both in turns, so that a machine that slows down slows down both.
Pair medianSeconds(int runs, const std::function<void()>& ours,
                   const std::function<void()>& reference) {
    std::vector<double> a;
    std::vector<double> b;
    for (int run = 0; run < runs; ++run) {
        a.push_back(secondsOf(ours));
        b.push_back(secondsOf(reference));
    }
    return {medianOf(std::move(a)), medianOf(std::move(b))};
}

/// Threads take as many cores as they may use: from now on one.
void useOneCore() {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    sched_setaffinity(0, sizeof(set), &set);
}

/// A residual network of 3 x 3 convolutions as He et al. 2016 have it for pictures of 32 x 32.
class ResidualNetwork {
  public:
    ResidualNetwork() {
        const ptq::ValueId x = value("x");
        graph_.inputs.push_back({x, {ptq::kSymbolicBatch, 3, 32, 32}});
        ptq::ValueId last = relu(conv(x, 3, 16, 1));
        std::int64_t channels = 16;
        for (const std::int64_t outputs : {16, 32, 64}) {
            for (int block = 0; block < 3; ++block) {
                const std::int64_t stride = outputs == channels ? 1 : 2;
                const ptq::ValueId a = relu(conv(last, channels, outputs, stride));
                const ptq::ValueId b = conv(a, outputs, outputs, 1);
                // Where the size changes the shortcut is a convolution.
                const ptq::ValueId shortcut =
                    stride == 1 ? last : conv(last, channels, outputs, stride);
                last = relu(node("sum", ptq::Arithmetic{}, {b, shortcut}));
                channels = outputs;
            }
        }
        last = node("mean", ptq::GlobalPool{}, {last});
        last = conv(last, channels, 10, 1);
        graph_.outputs.push_back({"y", last});
    }

    const ptq::Graph& graph() const { return graph_; }

    ptq::FloatTensor images(std::int64_t count) { return normal({count, 3, 32, 32}, 1); }

  private:
    ptq::FloatTensor normal(const ptq::Shape& shape, double deviation) {
        std::normal_distribution<double> number(0, deviation);
        ptq::FloatTensor tensor = ptq::filled(shape, 0);
        std::generate(tensor.data.begin(), tensor.data.end(),
                      [&] { return static_cast<float>(number(random_)); });
        return tensor;
    }

    ptq::ValueId value(const std::string& name) {
        graph_.values.push_back({name + std::to_string(graph_.values.size()), {}});
        return graph_.values.size() - 1;
    }

    ptq::ValueId node(const std::string& name, ptq::Operator op, std::vector<ptq::ValueId> inputs) {
        const ptq::ValueId output = value(name);
        graph_.nodes.push_back(
            {graph_.values[output].name, std::move(op), std::move(inputs), output});
        return output;
    }

    ptq::ValueId conv(ptq::ValueId input, std::int64_t inputs, std::int64_t outputs,
                      std::int64_t stride) {
        const ptq::ValueId weights = value("w");
        graph_.values[weights].constant =
            normal({outputs, inputs, 3, 3}, std::sqrt(2.0 / (9.0 * static_cast<double>(inputs))));
        ptq::Conv op;
        op.window.strides = {stride, stride};
        op.window.padsBegin = op.window.padsEnd = {1, 1};
        return node("conv", op, {input, weights});
    }

    ptq::ValueId relu(ptq::ValueId input) { return node("relu", ptq::Relu{}, {input}); }

    std::mt19937 random_{1};
    ptq::Graph graph_;
};

void measureInference() {
    ResidualNetwork residual;
    ptq::QuantiseOptions options;
    options.steps.compensation = false;
    ptq::NumberFormat format;
    format.numerics.mu = golden::MuSpec{4, 4, 4};
    const ptq::QuantisedNetwork network =
        ptq::Quantiser(residual.graph(), residual.images(8)).run(format, options).network;
    const ptq::FloatTensor image = residual.images(1);
    const golden::Tensor integers = network.quantiseImage(image.data);
    const Pair seconds = medianSeconds(
        25, [&] { (void)network.network.run(integers); },
        [&] { (void)ptq::run(residual.graph(), {image}); });
    const auto macs = static_cast<double>(network.network.macs());
    std::printf("%-34s %12s %10s %12s %8s\n", "inference, one image", "MAC", "GMAC/s",
                "float run()", "ratio");
    std::printf("%-34s %12.0f %10.2f %12.2f %8.2f\n", "3x32x32, like ResNet-20", macs,
                macs / seconds.ours * 1e-9, macs / seconds.reference * 1e-9,
                seconds.reference / seconds.ours);
}

/// Inputs that have much in common, as neighbouring pixels do.
Eigen::MatrixXd covarianceOf(int taps, std::mt19937& random) {
    std::normal_distribution<double> normal;
    Eigen::MatrixXd inputs(taps, 2 * taps);
    for (int sample = 0; sample < inputs.cols(); ++sample) {
        const double common = normal(random);
        for (int tap = 0; tap < taps; ++tap) {
            inputs(tap, sample) = common + 0.5 * normal(random);
        }
    }
    return inputs * inputs.transpose() / static_cast<double>(inputs.cols());
}

/// The yardstick: with each of the scales that Rounding tries every weight to the nearest value,
/// and of these the one with the least square error of the weights.
ptq::RoundedChannel roundedToNearest(const Eigen::VectorXd& weights, const ptq::Grid& grid) {
    const ptq::RoundingOptions options;
    const double widest = weights.cwiseAbs().maxCoeff() / static_cast<double>(grid.largest());
    ptq::RoundedChannel best;
    for (int i = 0; i < options.scales; ++i) {
        const double part = static_cast<double>(i) / (options.scales - 1);
        ptq::RoundedChannel next;
        next.scale = widest * (1 - part * (1 - options.smallestClip));
        for (const double weight : weights) {
            next.values.push_back(grid.nearest(weight / next.scale));
            next.error +=
                std::pow(weight - next.scale * static_cast<double>(next.values.back()), 2);
        }
        if (i == 0 || next.error < best.error) {
            best = std::move(next);
        }
    }
    return best;
}

void measureRounding(int taps, int runs, std::mt19937& random) {
    const Eigen::MatrixXd covariance = covarianceOf(taps, random);
    const ptq::Grid grid(golden::SlogElement({4, 4, true, 8}));
    std::unique_ptr<ptq::Rounding> rounding;
    const double prepare = secondsOf(
        [&] { rounding = std::make_unique<ptq::Rounding>(covariance, ptq::RoundingOptions{}); });
    std::normal_distribution<double> normal(0, 0.1);
    double gain = 0;
    ptq::RoundedChannel plain;
    const Eigen::VectorXd weights =
        Eigen::VectorXd::NullaryExpr(taps, [&] { return normal(random); });
    const Pair seconds = medianSeconds(
        runs, [&] { gain = rounding->round(weights, grid).error; },
        [&] { plain = roundedToNearest(weights, grid); });
    gain = rounding->errorOf(weights, plain) / gain;
    std::printf("%-34d %12.1f %10.1f %12.1f %8.3f %9.1f\n", taps, prepare * 1e3, 1 / seconds.ours,
                1 / seconds.reference, seconds.reference / seconds.ours, 10 * std::log10(gain));
}

void measureAll() {
    useOneCore();
    measureInference();
    std::printf("\n%-34s %12s %10s %12s %8s %9s\n", "rounding, taps of a channel", "prepare, ms",
                "channels/s", "to nearest", "ratio", "gain, dB");
    std::mt19937 random(1);
    measureRounding(144, 51, random);
    measureRounding(576, 21, random);
    measureRounding(2304, 5, random);
}

}  // namespace

int main() {
    try {
        measureAll();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_quantise: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
