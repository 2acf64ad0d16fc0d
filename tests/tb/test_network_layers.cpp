// The convolutions of a network on the array of a run folder, whole and in pieces.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/schedule.h"
#include "support/error.h"
#include "support/file.h"
#include "tb/models/compile.h"
#include "tb/models/device.h"
#include "tb/models/wrapper.h"
#include "tb/network_layers.h"
#include "tb/streams/array_bench.h"
#include "tb/streams/layer_traffic.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/tb/small_network.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using aslog::test::Random;
using Catch::Matchers::ContainsSubstring;
using compiler::LayerCase;
using golden::Network;
using golden::Numerics;
using golden::Tensor;
using tb::NetworkOptions;
using tb::NetworkReport;

constexpr const char* kTiny = "examples/tiny_3x5.json";    // bias correction, 5 bits
constexpr const char* kSmall = "examples/small_4x4.json";  // none, one slot

/// What the network is quantised for.
Numerics numericsOf(const Design& design, bool hasMu) {
    golden::NumericsSpec spec;
    spec.maxTaps = 54;
    spec.outputBits = design.spec.pcf.outputBits;
    spec.scaleBits = design.spec.pcf.scaleBits;
    spec.shiftMin = design.shiftMin;
    spec.shiftMax = design.shiftMax;
    if (hasMu) {
        spec.mu = golden::MuSpec{design.spec.biasCorrection.muBits,
                                 design.spec.biasCorrection.muSqrt2Steps,
                                 design.spec.biasCorrection.fractionBits};
    } else if (design.hasBiasCorrection()) {
        spec.shiftMax -= design.spec.biasCorrection.fractionBits;
    }
    return golden::deriveNumerics(std::make_shared<golden::SlogElement>(design.format), spec);
}

struct NetworkOnArray {
    explicit NetworkOnArray(const std::string& spec, bool hasMu)
        : design(tb::test::generateInto(folder.path(), spec)),
          network(tb::test::smallNetwork(random, numericsOf(design, hasMu)),
                  numericsOf(design, hasMu)) {
        for (int i = 0; i < 2; ++i) {
            images.push_back(aslog::test::randomInput(random, network.numerics(), 6, 9, 8));
        }
    }

    [[nodiscard]] NetworkReport verify(const NetworkOptions& options = {}) const {
        return verify(network, options);
    }

    [[nodiscard]] NetworkReport verify(const Network& other, const NetworkOptions& options) const {
        return tb::verifyLayers(folder.path(), other, images, options, [](const std::string&) {});
    }

    [[nodiscard]] std::uint64_t outputs(const std::string& layer) const {
        for (const golden::Step& step : network.spec().steps) {
            if (step.name == layer) {
                return network.spec().tensors[step.output].size();
            }
        }
        return 0;
    }

    tests::TemporaryFolder folder;
    Random random{7};
    Design design;
    Network network;
    std::vector<Tensor> images;
};

/// Outputs that are all the same would prove nothing.
void requireVaried(const NetworkOnArray& on) {
    const auto steps = compiler::convolutionsOf(on.network);
    const compiler::Tensors tensors = compiler::tensorsOf(on.network, steps, on.images.front());
    for (const golden::Step* step : steps) {
        const std::vector<std::uint8_t>& values = tensors.at(step->output).data;
        INFO(step->name);
        REQUIRE(std::set(values.begin(), values.end()).size() > 3);
    }
}

void checkAllLayers(const NetworkOnArray& on) {
    requireVaried(on);
    const NetworkReport whole = on.verify();
    CHECK(whole.passed());
    CHECK_FALSE(whole.isPartial);
    REQUIRE(whole.layers.size() == 5);
    for (const tb::LayerResult& layer : whole.layers) {
        INFO(layer.counts.name);
        CHECK(layer.counts.comparisons == 2 * on.outputs(layer.counts.name));
        CHECK(layer.counts.mismatches == 0);
        CHECK(layer.pieces == static_cast<std::uint64_t>(2 * layer.groups));
        CHECK(layer.utilisation > 0.1);
        CHECK(layer.utilisation <= 1);
    }
    for (const int maxBeats : {1, 30, 200}) {
        NetworkOptions options;
        options.maxBeats = maxBeats;
        const NetworkReport cut = on.verify(options);
        INFO("pieces of " << maxBeats << " beats");
        CHECK(cut.passed());
        CHECK(cut.comparisons() == whole.comparisons());
        CHECK(cut.layers.front().pieces > whole.layers.front().pieces);
        CHECK(cut.layers.front().beats == whole.layers.front().beats);
        CHECK(cut.layers.front().counts.macs == whole.layers.front().counts.macs);
    }
}

TEST_CASE("Every layer with mu is on the array what it is in the golden network") {
    checkAllLayers(NetworkOnArray(kTiny, true));
}

TEST_CASE("A network without mu runs on an array with bias correction") {
    checkAllLayers(NetworkOnArray(kTiny, false));
}

TEST_CASE("Every layer runs on an array of one slot without bias correction") {
    checkAllLayers(NetworkOnArray(kSmall, false));
}

TEST_CASE("The pieces of a layer are its outputs, each once, and no longer than they may be") {
    Random random(3);
    const Numerics numerics = aslog::test::numericsFor(
        std::make_shared<golden::SlogElement>(golden::FormatSpec{}), 112, true);
    const golden::ArrayShape shape{3, 4, 2, 2, 2};
    int cut = 0;
    for (int i = 0; i < 60; ++i) {
        const golden::ConvGeometry geometry = aslog::test::randomGeometry(random);
        compiler::LayerCase whole{
            "layer",
            aslog::test::randomLayer(random, geometry, numerics),
            aslog::test::randomInput(random, numerics, geometry.inputChannels, 7, 9),
            {}};
        whole.expected = golden::convolve(whole.layer, numerics, whole.input);
        if (i % 2 == 0) {
            whole.layer.offsets.resize(whole.expected.size());
            for (std::int64_t& offset : whole.layer.offsets) {
                offset = aslog::test::draw(random, -30, 30);
            }
            whole.expected = golden::convolve(whole.layer, numerics, whole.input);
        }
        const std::int64_t maxBeats = aslog::test::draw(random, 1, 300);
        const std::int64_t tiles = (geometry.taps() + 2) / 3;
        std::vector<int> seen(whole.expected.size());
        compiler::forEachPiece(whole, shape, maxBeats, [&](const compiler::LayerCase& piece) {
            CHECK(compiler::activationBeats(piece, shape) <= std::max(maxBeats, tiles));
            CHECK(compiler::activationBeats(piece, shape) ==
                  static_cast<std::int64_t>(
                      compiler::scheduleConv(piece.layer, piece.input, shape, numerics)
                          .activations.size()));
            const Tensor& outputs = piece.expected;
            CHECK(golden::convolve(piece.layer, numerics, piece.input).data == outputs.data);
            for (std::size_t k = 0; k < outputs.size(); ++k) {
                const auto width = static_cast<std::size_t>(outputs.width);
                const auto height = static_cast<std::size_t>(outputs.height);
                const auto c = static_cast<int>(k / width / height) + piece.origin.channel;
                const auto y = static_cast<int>(k / width % height) + piece.origin.y;
                const auto x = static_cast<int>(k % width) + piece.origin.x;
                CHECK(outputs.data[k] == whole.expected.at(c, y, x));
                ++seen[static_cast<std::size_t>(
                    (c * whole.expected.height + y) * whole.expected.width + x)];
            }
            cut += outputs.size() < whole.expected.size() ? 1 : 0;
            return true;
        });
        CHECK(std::ranges::count(seen, 1) == static_cast<std::ptrdiff_t>(seen.size()));
    }
    CHECK(cut > 100);
}

/// What is found if the array gets these cases.
tb::SuiteResult resultOf(const NetworkOnArray& on, const std::vector<compiler::LayerCase>& cases) {
    const tb::Device device = tb::makeDevice(on.design, on.folder.path());
    const auto models = tb::compileModels({tb::arrayModel(device)}, on.folder / "verify" / "build");
    tb::SuiteResult result;
    tb::Recorder recorder(result);
    tb::Model model(models.front().sharedObject, models.front().ports, {});
    tb::ArrayBench bench(device, model, recorder);
    tb::Random stalls(1);
    for (const compiler::LayerCase& one : cases) {
        compiler::forEachPiece(one, device.shape, 50, [&](const compiler::LayerCase& piece) {
            bench.run(tb::trafficOf(device, piece, compiler::WindowOrder::staggered),
                      tb::noStalls(), stalls);
            return true;
        });
    }
    CHECK(result.comparisons > 0);
    return result;
}

std::uint64_t mismatchesOf(const NetworkOnArray& on,
                           const std::vector<compiler::LayerCase>& cases) {
    return resultOf(on, cases).mismatches;
}

/// Of one weight that is not 0.
void flipSign(golden::ConvLayer& layer, const Numerics& numerics) {
    const golden::Element& element = *numerics.element;
    const auto code =
        std::ranges::find_if(layer.codes, [&](golden::Code c) { return element.value(c) != 0; });
    REQUIRE(code != layer.codes.end());
    *code = element.encodeValue(-element.value(*code));
}

TEST_CASE("An array that has another weight, offset or bias than the network is found") {
    const NetworkOnArray on(kTiny, true);
    const auto steps = compiler::convolutionsOf(on.network);
    const compiler::Tensors tensors = compiler::tensorsOf(on.network, steps, on.images.front());
    const Numerics array = tb::makeDevice(on.design, on.folder.path()).numerics;
    for (const golden::Step* step : steps) {
        INFO(step->name);
        const auto cases = compiler::layerCases(on.network, *step, tensors, array);
        CHECK(mismatchesOf(on, cases) == 0);
        auto changed = cases;
        flipSign(changed.back().layer, array);
        CHECK(mismatchesOf(on, changed) > 0);
        changed = cases;
        for (std::int64_t& offset : changed.front().layer.offsets) {
            offset += 2;
        }
        CHECK(mismatchesOf(on, changed) > 0);
        changed = cases;
        changed.front().layer.channels.front().bias += 1 << 12;
        CHECK(mismatchesOf(on, changed) > 0);
    }
}

TEST_CASE("A mismatch is reported where it is in the layer, whatever group or piece it is in") {
    const NetworkOnArray on(kTiny, true);
    const auto steps = compiler::convolutionsOf(on.network);
    const compiler::Tensors tensors = compiler::tensorsOf(on.network, steps, on.images.front());
    const Numerics array = tb::makeDevice(on.design, on.folder.path()).numerics;
    for (const golden::Step* step : steps) {
        auto cases = compiler::layerCases(on.network, *step, tensors, array);
        cases.back().expected.data.back() ^= 1U;
        const tb::SuiteResult result = resultOf(on, cases);
        const golden::TensorInfo& output = on.network.spec().tensors[step->output];
        CHECK(result.mismatches == 1);
        REQUIRE(result.first.has_value());
        CHECK(result.first->place.layer == step->name);
        CHECK(result.first->place.channel == std::to_string(output.channels - 1));
        CHECK(result.first->place.pixel ==
              std::to_string(output.height - 1) + "," + std::to_string(output.width - 1));
    }
}

TEST_CASE("A fault of the array is reported with layer, channel and pixel, and written") {
    const NetworkOnArray on(kTiny, true);
    const auto file = on.folder / "rtl" / "aslog_pcf_unit.v";
    std::string text = support::readFile(file);
    const std::string right = "u_wide * scale_wide + offset_wide";
    const std::size_t at = text.find(right);
    REQUIRE(at != std::string::npos);
    support::writeFile(file,
                       text.replace(at, right.size(), "u_wide * scale_wide + offset_wide + 1024"));
    NetworkOptions options;
    options.layers = {"grouped", "odd"};
    options.source["network"] = {{"file", "net.json"}};
    const NetworkReport report = on.verify(options);
    CHECK_FALSE(report.passed());
    CHECK(report.isPartial);
    REQUIRE(report.layers.size() == 2);
    CHECK(report.layers[0].counts.name == "odd");
    REQUIRE(report.layers[1].counts.first.has_value());
    const tb::Mismatch& first = *report.layers[1].counts.first;
    CHECK(first.place.layer == "grouped, image 0");
    CHECK_FALSE(first.place.channel.empty());
    CHECK(first.place.pixel.find(',') != std::string::npos);
    const support::Json json = support::readJson(on.folder / "verify" / "network.json");
    CHECK(json["passed"] == false);
    CHECK(json["design_hash"] == designHash(on.design));
    CHECK(json["network"]["file"] == "net.json");
    CHECK(json["changed_files"] == support::Json::array({"aslog_pcf_unit.v"}));
    CHECK(json["mismatches"] == report.mismatches());
    CHECK(json["layers"][1]["first_mismatch"]["seen"] == first.seen);
}

TEST_CASE("A layer that is unknown or does not fit is an error that says why") {
    NetworkOnArray on(kTiny, true);
    NetworkOptions options;
    SECTION("unknown") {
        options.layers = {"odd", "dilatet"};
        CHECK_THROWS_WITH(on.verify(options),
                          ContainsSubstring("did you mean \"dilated\"?") &&
                              ContainsSubstring("odd, narrow, dilated, grouped, joined"));
    }
    SECTION("another format") {
        const Design other = designFromSpecFile(std::filesystem::path(ASLOG_SOURCE_DIR) / kSmall);
        const Numerics numerics = numericsOf(other, false);
        const Network network(tb::test::smallNetwork(on.random, numerics), numerics);
        CHECK_THROWS_AS(on.verify(network, options), support::InputError);
        CHECK_THROWS_WITH(
            on.verify(network, options),
            ContainsSubstring("layer \"odd\" can not run on this array") &&
                ContainsSubstring("format.weight_bits: the network needs 4, the array has 3") &&
                ContainsSubstring("nor can: narrow, dilated, grouped, joined"));
    }
    SECTION("no images") {
        on.images.clear();
        CHECK_THROWS_AS(on.verify(options), support::InputError);
    }
    SECTION("no convolution") {
        golden::NetworkSpec spec;
        spec.tensors = {{"in", 1, 2, 2, 0}, {"out", 4, 1, 1, 0}};
        spec.steps = {{"flat", golden::ReshapeStep{}, {0}, 1}};
        spec.outputs = {1};
        CHECK_THROWS_WITH(on.verify(Network(spec, on.network.numerics()), options),
                          ContainsSubstring("no convolution"));
    }
    CHECK_FALSE(std::filesystem::exists(on.folder / "verify" / "network.json"));
}

TEST_CASE("A layer that compares nothing has not passed") {
    NetworkReport report;
    CHECK_FALSE(report.passed());
    report.layers.resize(2);
    report.layers.front().counts.comparisons = 10;
    CHECK_FALSE(report.passed());
    report.layers.back().counts.comparisons = 10;
    CHECK(report.passed());
}

}  // namespace
