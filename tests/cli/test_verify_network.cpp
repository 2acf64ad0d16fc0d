// aslog verify --net: from the file of a network to the array, with random images and with a data
// set.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "ptq/network_file/network_file.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/ptq/network_file/sample_networks.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::support;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

namespace {

// An array that the sample network fits: four rows, three columns.
constexpr const char* kSpec = R"({
  "name": "fits",
  "format": {"sqrt2_steps": 4},
  "array": {"rows": 4, "columns": 3, "pixels": 2},
  "accumulator": {"max_kernel_area": 9, "max_input_channels": 12},
  "bias_correction": {"mu_bits": 4, "mu_sqrt2_steps": 3, "fraction_bits": 6},
  "pcf": {"lanes": 1, "scale_bits": 16, "shift_min": 1, "shift_max": 48},
  "clock": {"target_mhz": 100}
})";

struct Files {
    Files() {
        writeFile(folder / "spec.json", kSpec);
        REQUIRE(runAslog({"generate", folder / "spec.json", "-o", run}).exitCode == 0);
        aslog::ptq::writeNetworkFile(network, aslog::test::sampleFile());
    }

    TemporaryFolder folder;
    std::string run = folder / "run";
    std::string network = folder / "small.safetensors";
};

// One convolution on grey images of 9x8 whose numbers are the pixels.
aslog::ptq::NetworkFile greyFile() {
    using namespace aslog::golden;
    aslog::test::Random random(5);
    const aslog::ptq::NumberFormat format = aslog::test::slogiiFormat(true);
    const Numerics numerics = aslog::ptq::numericsOf(format);
    ConvGeometry geometry;
    geometry.outputChannels = 5;
    geometry.kernelHeight = geometry.kernelWidth = 3;
    ConvLayer layer = aslog::test::randomLayer(random, geometry, numerics);
    layer.inputZeroPoint = 0;
    layer.offsets.assign(5, 0);
    layer.clamp = {0, 255};
    for (ChannelParameters& channel : layer.channels) {
        channel.bias = 0;
    }
    NetworkSpec spec;
    spec.tensors = {{"image", 1, 9, 8, 0}, {"edges", 5, 7, 6, 0}};
    spec.steps = {{"edges", ConvStep{{layer}, {}}, {0}, 1}};
    spec.outputs = {1};
    aslog::ptq::NetworkFile file = aslog::test::sampleFile();
    file.networks.clear();
    file.networks.emplace(
        "slogii", aslog::ptq::StoredNetwork{
                      {format, Network(spec, numerics), {1.0, 1.0}}, {{"edges", 1.0, 0.0}}, 0.0});
    return file;
}

Json resultOf(const Run& run) {
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    return Json::parse(run.out);
}

TEST_CASE("verify --net compares every output of every convolution") {
    const Files files;
    const Json json = resultOf(
        runAslog({"verify", files.run, "--net", files.network, "--images", "3", "--json"}));
    CHECK(json["passed"] == true);
    CHECK(json["partial"] == false);
    CHECK(json["layers"].size() == 4);
    CHECK(json["comparisons"] == 3 * (3 * 6 * 9 * 8 + 5));
    CHECK(json["mismatches"] == 0);
    CHECK(json["images"] == "random");
    CHECK(json["image_count"] == 3);
    CHECK(json["network"]["model"] == "small.onnx");
    CHECK(json["network"]["file_hash"] == sha256OfFile(files.network));
    CHECK(json == readJson(fs::path(files.run) / "verify" / "network.json"));
    CHECK(json["design_hash"] ==
          readJson(fs::path(files.run) / "rtl" / "manifest.json")["design_hash"]);
    CHECK_FALSE(fs::exists(fs::path(files.run) / "verify" / "verify.json"));

    const std::string layer = json["layers"][2]["name"];
    const Run text = runAslog({"verify", files.run, "--net", files.network, "--layer", layer});
    CHECK(text.exitCode == 0);
    CHECK_THAT(text.out, ContainsSubstring("passed: 432 comparisons, 0 mismatches, 1 image\n"));
}

TEST_CASE("verify --net takes images of a data set") {
    const Files files;
    const std::string network = files.folder / "grey.safetensors";
    aslog::ptq::writeNetworkFile(network, greyFile());
    // Format 1.0; its length makes the header end at 128 bytes.
    std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 9, 8), }";
    header += std::string(117 - header.size(), ' ') + "\n";
    std::string pixels = "\x93NUMPY\x01" + std::string({'\0', 118, '\0'}) + header;
    for (int i = 0; i < 2 * 9 * 8; ++i) {
        pixels += static_cast<char>(i * 37 % 256);
    }
    writeFile(files.folder / "images.npy", pixels);
    writeFile(
        files.folder / "set.json",
        R"({"name": "mine", "kind": "npy", "images": "images.npy", "layout": "NHW", "channels": "grey"})");
    std::vector<std::string> arguments = {"verify",
                                          files.run,
                                          "--net",
                                          network,
                                          "--data",
                                          files.folder / "set.json",
                                          "--data-root",
                                          files.folder.path(),
                                          "--json",
                                          "--images",
                                          "2"};
    const Json json = resultOf(runAslog(arguments));
    CHECK(json["images"] == "mine");
    CHECK(json["comparisons"] == 2 * 5 * 7 * 6);
    CHECK(json["passed"] == true);
    arguments.back() = "3";
    const Run tooMany = runAslog(arguments);
    CHECK(tooMany.exitCode == 2);
    CHECK_THAT(tooMany.err, ContainsSubstring("the data set mine has 2"));
    arguments[3] = files.network;
    arguments.back() = "1";
    const Run otherSize = runAslog(arguments);
    CHECK(otherSize.exitCode == 2);
    CHECK_THAT(otherSize.err, ContainsSubstring("takes images of 4x9x8, the data set mine has "
                                                "1x9x8"));
}

TEST_CASE("verify --net fails with a broken array, and says where") {
    const Files files;
    const fs::path file = fs::path(files.run) / "rtl" / "aslog_pcf_unit.v";
    std::string text = readFile(file);
    const std::string right = "u_wide * scale_wide + offset_wide";
    const std::size_t at = text.find(right);
    REQUIRE(at != std::string::npos);
    writeFile(file, text.replace(at, right.size(), "u_wide + offset_wide"));
    const Run run = runAslog({"verify", files.run, "--net", files.network});
    CHECK(run.exitCode == 1);
    CHECK_THAT(run.out, ContainsSubstring("FAILED"));
    CHECK_THAT(run.out, ContainsSubstring("first mismatch of conv/0"));
    CHECK_THAT(
        run.out,
        ContainsSubstring("note: with files of rtl/ that are not as generated: aslog_pcf_unit.v"));
    CHECK(readJson(fs::path(files.run) / "verify" / "network.json")["passed"] == false);
}

TEST_CASE("verify --net refuses what makes no sense") {
    const Files files;
    const Run unknown =
        runAslog({"verify", files.run, "--net", files.network, "--layer", "conv/0"});
    CHECK(unknown.exitCode == 2);
    CHECK_THAT(unknown.err, ContainsSubstring("no convolution \"conv/0\" in the network"));
    CHECK(runAslog({"verify", files.run, "--layer", "conv/0"}).exitCode == 2);
    CHECK(runAslog({"verify", files.run, "--net", files.network, "--suite", "ae"}).exitCode == 2);
    CHECK(runAslog({"verify", files.run, "--net", files.network, "--images", "0"}).exitCode == 2);
    CHECK(runAslog({"verify", files.run, "--net", files.folder / "none"}).exitCode != 0);
    const std::string other = files.folder / "other";
    REQUIRE(
        runAslog({"generate", ASLOG_SOURCE_DIR "/examples/tiny_3x5.json", "-o", other}).exitCode ==
        0);
    const Run misfit = runAslog({"verify", other, "--net", files.network});
    CHECK(misfit.exitCode == 2);
    CHECK_THAT(misfit.err,
               ContainsSubstring("format.weight_bits: the network needs 4, the array has 3"));
}

}  // namespace
