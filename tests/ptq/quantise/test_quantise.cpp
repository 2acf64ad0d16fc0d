// Whole networks: near the float one, the same in every run, what was compared is what comes out.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <sched.h>

#include "ptq/data/descriptor.h"
#include "ptq/quantise/choose_format.h"
#include "ptq/quantise/quantise.h"
#include "ptq/reference/run.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/ptq/quantise/quantise_cases.h"
#include "tests/ptq/quantise/small_networks.h"

namespace {

using namespace aslog;
using namespace aslog::test;
using ptq::NumberFormat;
using ptq::Quantiser;
using ptq::QuantiseResult;

const ptq::FloatTensor& calibration() {
    static const ptq::FloatTensor kImages = smoothImages(1, {32, 3, 12, 12});
    return kImages;
}

/// Runs what follows on one core while it lives.
class OneCore {
  public:
    OneCore() {
        sched_getaffinity(0, sizeof(all_), &all_);
        cpu_set_t one;
        CPU_ZERO(&one);
        for (int core = 0; CPU_COUNT(&one) == 0; ++core) {
            if (CPU_ISSET(core, &all_)) {
                CPU_SET(core, &one);
            }
        }
        REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
    }
    ~OneCore() { sched_setaffinity(0, sizeof(all_), &all_); }
    OneCore(const OneCore&) = delete;
    OneCore& operator=(const OneCore&) = delete;

  private:
    cpu_set_t all_{};
};

/// Signal and noise of each step, by the integer network alone, run image by image.
std::vector<ptq::LayerError> errorsOf(const ptq::Graph& graph, const ptq::QuantisedNetwork& network,
                                      const ptq::FloatTensor& images) {
    std::map<std::string, ptq::FloatTensor> wanted;
    for (const ptq::Value& value : graph.values) {
        if (value.constant) {
            wanted[value.name] = *value.constant;  // the same for each image
        }
    }
    ptq::run(graph, {images}, [&](ptq::ValueId id, const ptq::FloatTensor& tensor) {
        wanted[graph.values[id].name] = tensor;
    });
    const golden::NetworkSpec& spec = network.network.spec();
    std::vector<ptq::LayerError> errors(spec.tensors.size());
    const auto count = static_cast<std::size_t>(images.shape.front());
    const std::size_t size = images.data.size() / count;
    for (std::size_t n = 0; n < count; ++n) {
        const auto image = network.quantiseImage(std::span(images.data).subspan(n * size, size));
        (void)network.network.run(image, [&](golden::TensorId id, const golden::Tensor& tensor) {
            const std::vector<float> found = network.dequantise(id, tensor);
            const std::vector<float>& floats = wanted.at(spec.tensors[id].name).data;
            for (std::size_t i = 0; i < found.size(); ++i) {
                const double y = floats[(n * found.size() + i) % floats.size()];
                errors[id].signal += y * y / static_cast<double>(floats.size());
                errors[id].noise += std::pow(found[i] - y, 2) / static_cast<double>(floats.size());
            }
        });
    }
    std::vector<ptq::LayerError> bySteps;
    for (const golden::Step& step : spec.steps) {
        bySteps.push_back(errors[step.output]);
    }
    return bySteps;
}

}  // namespace

TEST_CASE("Functions inside a network are tables, near the float network") {
    struct Case {
        std::string type;
        double decibel;
    };
    const auto& c = GENERATE(values<Case>({{"LeakyRelu", 30},
                                           {"Sigmoid", 30},
                                           {"Tanh", 30},
                                           {"Elu", 30},
                                           {"HardSwish", 30},
                                           {"PRelu", 30}}));
    INFO(c.type);
    SmallNetwork net(5);
    net.conv("x", "c", {3, 6, 3, 1, 1});
    if (c.type == "PRelu") {
        net.constant("slope", {6, 1, 1}).node("PRelu", {"c", "slope"}, "f");
    } else {
        net.node(c.type, {"c"}, "f");
    }
    net.conv("f", "y", {6, 4, 3, 1, 1});
    net.model().proto().mutable_opset_import(0)->set_version(14);
    const ptq::Graph graph = net.graph({-1, 3, 12, 12}, "y");
    const QuantiseResult result = Quantiser(graph, calibration()).run(formatOf("int8_plain"), {});
    REQUIRE(result.layers.size() == 3);
    CHECK(result.layers[1].decibel() > c.decibel);
    CHECK(result.layers[2].decibel() > c.decibel);
    const auto& table =
        std::get<golden::TableStep>(result.network.network.spec().steps[1].operation);
    CHECK(table.tables.size() == (c.type == "PRelu" ? 6 : 1));
    const std::vector<ptq::LayerError> errors = errorsOf(graph, result.network, calibration());
    CHECK(errors[1].noise == Approx(result.layers[1].noise).epsilon(1e-6));
}

TEST_CASE("Products, constants and wider maps are near the float network, in several outputs") {
    SmallNetwork net(7);
    net.conv("x", "c", {3, 6, 3, 1, 1}).node("GlobalAveragePool", {"c"}, "mean");
    net.conv("mean", "g", {6, 6, 1, 1, 1}).node("Sigmoid", {"g"}, "gate");
    net.node("Mul", {"c", "gate"}, "gated");
    net.constant("k", {1, 6, 12, 12}).node("Add", {"gated", "k"}, "shifted");
    net.constant("w", {6, 2, 2, 2}).model().constant("scales", {{4}, {1, 1, 2, 2}});
    setAttributes(net.node("ConvTranspose", {"shifted", "w"}, "turned"), "strides", {2, 2});
    net.node("Resize", {"shifted", "", "scales"}, "wide");
    net.conv("wide", "y", {6, 4, 3, 1, 1});
    net.model().output("turned");
    const ptq::Graph graph = net.graph({-1, 3, 12, 12}, "y");
    const QuantiseResult result = Quantiser(graph, calibration()).run(formatOf("int8_plain"), {});
    const golden::NetworkSpec& spec = result.network.network.spec();
    REQUIRE(spec.outputs.size() == 2);
    const std::vector<ptq::LayerError> errors = errorsOf(graph, result.network, calibration());
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        INFO(result.layers[i].name);
        CHECK(result.layers[i].decibel() > 28);
        if (!spec.steps[i].inputs.empty()) {
            CHECK(errors[i].noise == Approx(result.layers[i].noise).epsilon(1e-6));
        }
    }
    // All outputs, one after the other.
    std::vector<float> wanted;
    for (const ptq::FloatTensor& y : ptq::run(graph, {calibration()})) {
        const auto size = y.data.size() / 32;
        wanted.insert(wanted.end(), y.data.begin(), y.data.begin() + static_cast<long>(size));
    }
    const std::vector<float> found = result.network.run(std::span(calibration().data).first(432));
    REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        REQUIRE(std::abs(found[i] - wanted[i]) < 0.5);
    }
}

TEST_CASE("Channels that never change convert, and stay what they are") {
    SmallNetwork net(6);
    net.conv("x", "c", {3, 4, 3, 1, 1});
    net.node("Relu", {"c"}, "r");
    net.conv("r", "d", {4, 4, 3, 1, 4});
    net.conv("d", "y", {4, 2, 3, 1, 1});
    // A filter without weights and a bias above 0, and one that never fires.
    onnx::GraphProto& proto = *net.model().proto().mutable_graph();
    onnx::TensorProto& weights = *proto.mutable_initializer(0);
    onnx::TensorProto& bias = *proto.mutable_initializer(1);
    REQUIRE(weights.float_data_size() == 4 * 27);
    REQUIRE(bias.float_data_size() == 4);
    for (int i = 0; i < 2 * 27; ++i) {
        weights.set_float_data(i, 0);
    }
    bias.set_float_data(0, 0.5F);
    bias.set_float_data(1, -1);
    const ptq::Graph graph = net.graph({-1, 3, 12, 12}, "y");
    for (const std::int64_t images : {1, 32}) {
        ptq::FloatTensor some = calibration();
        some.shape.front() = images;
        some.data.resize(static_cast<std::size_t>(images) * 3 * 12 * 12);
        const QuantiseResult result = Quantiser(graph, some).run(usualFormat(), {});
        for (const ptq::LayerError& layer : result.layers) {
            INFO(layer.name << ", " << images << " images");
            CHECK(layer.decibel() > 10);
        }
    }
}

TEST_CASE("With weights of 8 bits every layer is near the float network") {
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        const ptq::Graph graph = assortedNetwork(seed);
        const QuantiseResult result =
            Quantiser(graph, calibration()).run(formatOf("int8_plain"), {});
        CHECK(result.layers.size() == 13);
        for (const ptq::LayerError& layer : result.layers) {
            INFO("seed " << seed << ", layer " << layer.name << ", " << layer.decibel() << " dB");
            CHECK(layer.signal > 0);
            CHECK(layer.decibel() > 30);
        }
    }
}

TEST_CASE("Images that calibration has not seen come out as near") {
    const ptq::Graph graph = assortedNetwork(1);
    const QuantiseResult result = Quantiser(graph, calibration()).run(formatOf("int8_plain"), {});
    const ptq::FloatTensor fresh = smoothImages(99, {32, 3, 12, 12});
    for (const ptq::LayerError& layer : errorsOf(graph, result.network, fresh)) {
        CHECK(layer.decibel() > 20);
    }
}

TEST_CASE("All steps together are worth several decibels over plain rounding in 4 bits") {
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        const ptq::Graph graph = assortedNetwork(seed);
        const Quantiser quantiser(graph, calibration());
        const double all = quantiser.run(usualFormat(), {}).calibrationError;
        const double plain = quantiser.run(usualFormat(), only({})).calibrationError;
        INFO("seed " << seed << ": " << all << " and " << plain);
        CHECK(all > 0);
        CHECK(all < 0.5 * plain);
    }
}

TEST_CASE("The errors that are told are those of the finished network") {
    NumberFormat format = usualFormat();
    format.numerics.outputBits = GENERATE(8, 6);
    ptq::FloatTensor images = calibration();
    images.data[100] = 9;  // to be clipped
    const ptq::Graph graph = assortedNetwork(2);
    const QuantiseResult result = Quantiser(graph, images).run(format, {});
    const std::vector<ptq::LayerError> found = errorsOf(graph, result.network, images);
    REQUIRE(found.size() == result.layers.size());
    double convolutions = 0;
    double error = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        INFO("layer " << result.layers[i].name);
        CHECK(result.layers[i].signal == Approx(found[i].signal).epsilon(1e-5));
        CHECK(result.layers[i].noise == Approx(found[i].noise).epsilon(1e-4));
        const auto& step = result.network.network.spec().steps[i];
        CHECK(step.name == result.layers[i].name);
        if (std::holds_alternative<golden::ConvStep>(step.operation)) {
            convolutions += 1;
            error += found[i].noise / found[i].signal;
        }
    }
    CHECK(result.calibrationError == Approx(error / convolutions).epsilon(1e-3));
}

TEST_CASE("Two runs give the same network, on all cores and on one") {
    const ptq::Graph graph = assortedNetwork(3);
    const std::string first =
        textOf(Quantiser(graph, calibration()).run(usualFormat(), {}).network);
    CHECK(textOf(Quantiser(graph, calibration()).run(usualFormat(), {}).network) == first);
    const OneCore oneCore;
    CHECK(textOf(Quantiser(graph, calibration()).run(usualFormat(), {}).network) == first);
}

TEST_CASE("Images go in and numbers come out as the float network has them") {
    const ptq::Graph graph = assortedNetwork(1);
    const QuantiseResult result = Quantiser(graph, calibration()).run(formatOf("int8_plain"), {});
    const std::span<const float> image = std::span(calibration().data).first(432);
    const golden::Tensor quantised = result.network.quantiseImage(image);
    const golden::NetworkSpec& spec = result.network.network.spec();
    CHECK(
        result.network.run(image) ==
        result.network.dequantise(spec.outputs.at(0), result.network.network.run(quantised).at(0)));
    const ptq::ActivationScale scale = scaleOf(result.network, "x");
    for (std::size_t i = 0; i < image.size(); ++i) {
        REQUIRE(quantised.data[i] == ptq::quantiseActivation(image[i], scale, 255));
    }
    CHECK_THROWS_AS(result.network.quantiseImage(image.first(431)), std::invalid_argument);
}

TEST_CASE("Progress names every step before it is done") {
    const ptq::Graph graph = assortedNetwork(1);
    std::vector<std::string> names;
    const QuantiseResult result =
        Quantiser(graph, calibration())
            .run(formatOf("int8_plain"), only({}),
                 [&](std::size_t step, std::size_t all, const auto& name) {
                     CHECK(step == names.size());
                     CHECK(all == 13);
                     names.push_back(name);
                 });
    REQUIRE(names.size() == result.layers.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        CHECK(names[i] == result.layers[i].name);
    }
}

TEST_CASE("Level sets are ranked by their error, and those that do not fit are left out") {
    SmallNetwork net;
    net.conv("x", "c", {3, 4, 3, 1, 1}).node("Relu", {"c"}, "r");
    net.conv("r", "d", {4, 4, 3, 1, 1});
    const ptq::Graph graph = net.graph({-1, 3, 8, 8}, "d");
    const Quantiser quantiser(graph, smoothImages(1, {40, 3, 8, 8}));
    NumberFormat format = usualFormat();
    std::size_t told = 0;
    const auto progress = [&](std::size_t done, std::size_t /*all*/, const auto& /*format*/) {
        CHECK(done == told++);
    };
    const auto trials = ptq::compareFormats(quantiser, format, {}, progress);
    CHECK(trials.size() == told);
    CHECK(trials.size() > 10);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        CHECK(trials[i].format.weightBits == 4);
        CHECK(trials[i].format.activationBits == 8);
        CHECK((i == 0 || trials[i - 1].error <= trials[i].error));
    }
    CHECK(trials.front().error < 0.8 * trials.back().error);
    // Sums of 36 taps of up to 16 * 255 need 18 bits; larger levels need more.
    format.numerics.accumulatorBits = 18;
    told = 0;
    const auto fewer = ptq::compareFormats(quantiser, format, {}, progress);
    CHECK(told == trials.size());
    CHECK(fewer.size() < trials.size());
    const auto best = std::find_if(trials.begin(), trials.end(), [&](const auto& trial) {
        return std::any_of(fewer.begin(), fewer.end(),
                           [&](const auto& other) { return other.format == trial.format; });
    });
    CHECK(fewer.front().format == best->format);
    format.numerics.accumulatorBits = 4;
    told = 0;
    CHECK_THROWS_WITH(ptq::compareFormats(quantiser, format, {}, progress),
                      Catch::Matchers::ContainsSubstring("no level set of 4 bits can hold"));
}

TEST_CASE("Level sets whose widths are beyond all arrays are left out, too") {
    SmallNetwork net;
    net.conv("x", "c", {3, 2, 3, 1, 1});
    const ptq::Graph graph = net.graph({-1, 3, 6, 6}, "c");
    NumberFormat format = usualFormat();
    format.slog.weightBits = 6;
    format.numerics.mu =
        golden::MuSpec{4, 4, 26};  // 26 bits behind the point beside levels of 2^31
    const auto trials = ptq::compareFormats(Quantiser(graph, smoothImages(1, {4, 3, 6, 6})), format,
                                            only({}), [](std::size_t, std::size_t, const auto&) {});
    CHECK_FALSE(trials.empty());
    CHECK(trials.size() < 63);
}

namespace {

std::vector<std::filesystem::path> sourcesIn(const char* folder) {
    std::vector<std::filesystem::path> sources;
    const std::filesystem::path root = ASLOG_SOURCE_DIR;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h") {
            sources.push_back(entry.path());
        }
    }
    return sources;
}

}  // namespace

TEST_CASE("What quantises can not see answers") {
    std::size_t quantisers = 0;
    for (const char* folder : {"cli", "examples/networks"}) {
        std::string text;
        for (const auto& source : sourcesIn(folder)) {
            const std::string one = support::readFile(source);
            if (one.find("ptq::Quantiser ") != std::string::npos) {
                INFO(source);
                CHECK(one.find("Answers::Wanted") == std::string::npos);
                ++quantisers;
            }
            text += one;
        }
        INFO(folder);
        CHECK(text.find("Answers::Hidden") != std::string::npos);
    }
    CHECK(quantisers == 3);
    for (const auto& source : sourcesIn("ptq/quantise")) {
        INFO(source);
        CHECK(support::readFile(source).find("#include \"ptq/data/") == std::string::npos);
    }
}

TEST_CASE("Networks are calibrated on other images than they are tested on") {
    const std::filesystem::path folder = ASLOG_SOURCE_DIR "/examples/data";
    const auto read = [&](const char* name) { return data::readDescriptor(folder / name); };
    for (const auto& [calibration, test] :
         {std::pair{"cifar10_calib.json", "cifar10_test.json"},
          std::pair{"faces_calib.json", "faces_pairs.json"},
          std::pair{"fashion_mnist_calib.json", "fashion_mnist.json"},
          std::pair{"imagenet_calib.json", "imagenet_eval.json"}}) {
        INFO(calibration);
        const data::Descriptor a = read(calibration);
        const data::Descriptor b = read(test);
        for (const std::string& one : a.images) {
            for (const std::string& other : b.images) {
                CHECK(one != other);
                CHECK(one.find(other + "/") != 0);
                CHECK(other.find(one + "/") != 0);
            }
        }
        CHECK(a.labels.empty());
        CHECK(a.pairs.empty());
        CHECK(a.scale == b.scale);  // or the ranges would be those of other numbers
        CHECK(a.mean == b.mean);
        CHECK(a.deviation == b.deviation);
        CHECK(a.channels == b.channels);
    }
}
