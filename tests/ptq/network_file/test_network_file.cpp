// What is written is read again, the same network gives the same bytes, and what is refused is
// named.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "golden/arithmetic/baselines.h"
#include "ptq/network_file/network_file.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/ptq/network_file/network_edits.h"
#include "tests/ptq/network_file/sample_networks.h"
#include "tests/temporary_folder.h"

using aslog::support::FileError;
using aslog::support::InputError;
using aslog::support::readFile;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;
using namespace aslog::ptq;
using namespace aslog::test;
namespace golden = aslog::golden;

namespace {

void checkSame(const NumberFormat& a, const NumberFormat& b) {
    CHECK(a.element == b.element);
    CHECK(a.slog == b.slog);
    CHECK(a.numerics == b.numerics);
}

void checkSame(const StoredNetwork& a, const StoredNetwork& b) {
    checkSame(a.network.format, b.network.format);
    CHECK(a.network.network.spec() == b.network.network.spec());
    CHECK(a.network.scales == b.network.scales);
    CHECK(a.calibrationError == b.calibrationError);
    REQUIRE(a.layers.size() == b.layers.size());
    for (std::size_t i = 0; i < a.layers.size(); ++i) {
        CHECK(a.layers[i].name == b.layers[i].name);
        CHECK(a.layers[i].signal == b.layers[i].signal);
        CHECK(a.layers[i].noise == b.layers[i].noise);
    }
}

// Every tensor of the network, on random images.
void checkSameRuns(const golden::Network& a, const golden::Network& b) {
    Random random(11);
    const golden::TensorInfo& input = a.spec().tensors[a.spec().input];
    for (int image = 0; image < 3; ++image) {
        const golden::Tensor pixels =
            randomInput(random, a.numerics(), input.channels, input.height, input.width);
        std::vector<golden::Tensor> seen;
        (void)a.run(pixels, [&](golden::TensorId, const golden::Tensor& t) { seen.push_back(t); });
        std::size_t next = 0;
        std::set<int> values;
        (void)b.run(pixels, [&](golden::TensorId, const golden::Tensor& t) {
            CHECK(t.data == seen.at(next++).data);
            values.insert(t.data.begin(), t.data.end());
        });
        CHECK(next == a.spec().steps.size() + 1);
        CHECK(values.size() > 20);  // not all saturated
    }
}

}  // namespace

TEST_CASE("A file gives back all that was written") {
    const TemporaryFolder folder;
    const NetworkFile written = sampleFile();
    writeNetworkFile(folder / "net.safetensors", written);
    const NetworkFile read = readNetworkFile(folder / "net.safetensors");
    CHECK(read.provenance.tool == written.provenance.tool);
    CHECK(read.provenance.model == written.provenance.model);
    CHECK(read.provenance.modelHash == written.provenance.modelHash);
    CHECK(read.provenance.calibration == written.provenance.calibration);
    CHECK(read.provenance.calibrationHash == written.provenance.calibrationHash);
    CHECK(read.provenance.images == written.provenance.images);
    QuantiseSteps steps = read.provenance.steps;
    QuantiseSteps wanted = written.provenance.steps;
    for (const std::string& name : stepNames()) {
        INFO(name);
        CHECK(stepNamed(steps, name) == stepNamed(wanted, name));
    }
    REQUIRE(read.networks.size() == written.networks.size());
    for (const auto& [variant, network] : written.networks) {
        INFO(variant);
        checkSame(read.networks.at(variant), network);
        checkSameRuns(read.networks.at(variant).network.network, network.network.network);
    }
}

TEST_CASE("The sample network has every operation") {
    Random random(1);
    const StoredNetwork sample = sampleNetwork(random, slogiiFormat(true));
    std::set<std::size_t> kinds;
    for (const golden::Step& step : sample.network.network.spec().steps) {
        kinds.insert(step.operation.index());
    }
    CHECK(kinds.size() == std::variant_size_v<golden::Operation>);
}

TEST_CASE("Networks of every element are read as they were written") {
    const TemporaryFolder folder;
    Random random(2);
    std::vector<NumberFormat> formats{slogiiFormat(false), slogiiFormat(true), narrowSlogiiFormat(),
                                      listedSlogiiFormat()};
    for (const std::string& name : golden::baselineNames()) {
        formats.push_back(baselineFormat(name));
    }
    formats.back().numerics.mu = golden::MuSpec{3, 1, 2};
    for (const NumberFormat& format : formats) {
        INFO(describe(format));
        NetworkFile file;
        const std::string variant = format.element.substr(0, format.element.find('_'));
        file.networks.emplace("slogii", sampleNetwork(random, slogiiFormat(false)));
        file.networks.insert_or_assign(variant, sampleNetwork(random, format));
        writeNetworkFile(folder / "net.safetensors", file);
        const NetworkFile read = readNetworkFile(folder / "net.safetensors");
        checkSame(read.networks.at(variant), file.networks.at(variant));
        checkSameRuns(read.networks.at(variant).network.network,
                      file.networks.at(variant).network.network);
    }
}

TEST_CASE("Numbers of all sizes are read to the last bit") {
    const TemporaryFolder folder;
    NetworkFile file = sampleFile();
    StoredNetwork& network = file.networks.at("slogii");
    network.calibrationError = std::nextafter(0.1, 1.0);
    network.layers[0].signal = std::numeric_limits<double>::max();
    network.layers[0].noise = std::numeric_limits<double>::denorm_min();
    network.layers[1].noise = 0;
    network.network.scales[0] = 1e-30;
    network.network.scales[1] = 1.0 / 3;
    network.network.scales[2] = 2;
    writeNetworkFile(folder / "net.safetensors", file);
    checkSame(readNetworkFile(folder / "net.safetensors").networks.at("slogii"), network);
}

TEST_CASE("The same network gives the same bytes, also after it was read") {
    const TemporaryFolder folder;
    writeNetworkFile(folder / "a", sampleFile());
    writeNetworkFile(folder / "b", sampleFile());
    writeNetworkFile(folder / "c", readNetworkFile(folder / "a"));
    CHECK(readFile(folder / "a") == readFile(folder / "b"));
    CHECK(readFile(folder / "a") == readFile(folder / "c"));
    NetworkFile other = sampleFile();
    other.provenance.images = 255;
    writeNetworkFile(folder / "b", other);
    CHECK(readFile(folder / "a") != readFile(folder / "b"));
}

TEST_CASE("A file holds the tensors that its description promises") {
    const EditedFile file;
    const auto shapeOf = [&](const std::string& name) {
        INFO(name);
        REQUIRE(file.content().tensors.count(name) == 1);
        return file.content().tensors.at(name).shape;
    };
    using Shape = std::vector<std::uint64_t>;
    CHECK(shapeOf("slogii.0.codes") == Shape{6, 4, 3, 2});
    CHECK(shapeOf("slogii.1.codes") == Shape{6, 1, 1, 1});  // six groups in one tensor
    CHECK(shapeOf("slogii.1.mu") == Shape{6});
    CHECK(shapeOf("slogii.levels") == Shape{16});
    CHECK(shapeOf("slogii.mu_levels") == Shape{16});
    CHECK(shapeOf("int8.levels") == Shape{512});
    CHECK(file.content().tensors.count("int8.0.mu") == 0);
    CHECK(file.content().tensors.at("slogii.0.codes").dtype == Dtype::U8);
    CHECK(file.content().tensors.at("int8.0.codes").dtype == Dtype::I16);
    // The default format's codes 0 ... 15, docs/arithmetic.md, section 2.
    const StoredTensor& levels = file.content().tensors.at("slogii.levels");
    std::vector<std::int64_t> values;
    for (std::size_t code = 0; code < 16; ++code) {
        values.push_back(levels.at(code));
    }
    CHECK(values == std::vector<std::int64_t>{1, 2, 4, 8, 6, 12, 0, 16,  //
                                              -1, -2, -4, -8, -6, -12, 0, -16});
}

TEST_CASE("Where a container puts its tensors does not change the content hash") {
    const EditedFile file;
    Safetensors content = file.content();
    const std::string hash = contentHash(content);
    CHECK(content.metadata.at("content_hash") == hash);
    content.tensors.at("slogii.0.bias").bytes[3] ^= 1;
    CHECK(contentHash(content) != hash);
    content = file.content();
    content.tensors.at("slogii.0.codes").shape = {6, 4, 2, 3};
    CHECK(contentHash(content) != hash);
    content = file.content();
    content.metadata["network"] += " ";
    CHECK(contentHash(content) != hash);
    content = file.content();
    content.metadata["more"] = "";
    CHECK(contentHash(content) != hash);
}

TEST_CASE("Names that are no UTF-8 are written with replacements") {
    const TemporaryFolder folder;
    NetworkFile file = sampleFile();
    file.provenance.model = "gr\xFC\xDF.onnx";
    writeNetworkFile(folder / "net.safetensors", file);
    CHECK(readNetworkFile(folder / "net.safetensors").provenance.model ==
          "gr\xEF\xBF\xBD\xEF\xBF\xBD.onnx");
}

TEST_CASE("What could not be read again is not written") {
    const TemporaryFolder folder;
    const auto refused = [&](const NetworkFile& file, const std::string& what) {
        CHECK_THROWS_AS(writeNetworkFile(folder / "net.safetensors", file), FileError);
        CHECK_THROWS_WITH(writeNetworkFile(folder / "net.safetensors", file),
                          ContainsSubstring("net.safetensors: ") && ContainsSubstring(what));
        CHECK(std::filesystem::is_empty(folder.path()));
    };
    NetworkFile file = sampleFile();
    file.networks.at("int4").layers.pop_back();
    refused(file, "network /networks/int4/layers: found an array of 16, allowed is an array of 17");
    file = sampleFile();
    file.networks.at("slogii").network.scales.pop_back();
    refused(file, "\"slogii\": one scale a tensor is needed");
    file = sampleFile();
    file.networks.at("slogii").calibrationError = std::nan("");
    refused(file, "/networks/slogii/calibration_error: found null");
    file = sampleFile();
    file.networks.erase("slogii");
    refused(file, "/networks: found no \"slogii\"");

    // Groups that one tensor can not hold.
    file = sampleFile();
    QuantisedNetwork& network = file.networks.at("slogii").network;
    golden::NetworkSpec spec = network.network.spec();
    std::get<golden::ConvStep>(spec.steps[1].operation).groups.back().clamp.high = 200;
    network.network = golden::Network(spec, network.network.numerics());
    refused(file, "its groups differ in geometry or clamp");
    CHECK_THROWS_AS(writeNetworkFile("/dev/null/net.safetensors", sampleFile()), FileError);
}
