// Real images through the trained CNN of the examples: on arrays that can hold it, and on others.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "examples/networks/fashion_suite.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tb/verify.h"
#include "tests/catch.h"
#include "tests/tb/run_folders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using Catch::Matchers::ContainsSubstring;
using support::Json;

// A small array with one group of fields of its own.
Json specWith(const std::string& group, const Json& fields) {
    Json spec = {{"name", "small"}, {"array", {{"rows", 8}, {"columns", 8}}}};
    spec[group] = fields;
    return spec;
}

void generate(const tests::TemporaryFolder& folder, const Json& spec) {
    support::writeJson(folder / "spec.json", spec);
    (void)tb::test::generateInto(folder.path(), (folder / "spec.json").string());
}

tb::SuiteResult runSuite(const tests::TemporaryFolder& folder) {
    tb::VerifyOptions options;
    options.quick = true;
    options.baselines = false;
    options.suites = {examples::fashionSuite()};
    return tb::verify(folder.path(), options, [](const std::string&) {}).suites.at(0);
}

// True, and said, if there is nothing to drive the array with.
bool dataIsMissing(const tb::SuiteResult& suite) {
    const bool isMissing = suite.skipped.find("no data set") != std::string::npos;
    if (isMissing) {
        WARN("skipped: " << suite.skipped);
        CHECK_THAT(suite.skipped, ContainsSubstring("dataset-fashion-mnist"));
    }
    return isMissing;
}

void checkRuns(const Json& spec) {
    const tests::TemporaryFolder folder;
    generate(folder, spec);
    const tb::SuiteResult suite = runSuite(folder);
    if (dataIsMissing(suite)) {
        return;
    }
    CHECK(suite.skipped.empty());
    CHECK(suite.passed());
    // One image at least: 16 x 28 x 28 outputs of the first layer, 10 of the last.
    CHECK(suite.comparisons >= 28446);
    CHECK(suite.comparisons % 28446 == 0);
}

void checkSkipped(const Json& spec, const std::string& reason) {
    const tests::TemporaryFolder folder;
    generate(folder, spec);
    const tb::SuiteResult suite = runSuite(folder);
    if (dataIsMissing(suite)) {
        return;
    }
    CHECK_THAT(suite.skipped, ContainsSubstring("the array can not hold the network"));
    CHECK_THAT(suite.skipped, ContainsSubstring(reason));
    CHECK(suite.comparisons == 0);
}

TEST_CASE("The CNN of the examples runs on arrays of many formats") {
    SECTION("the default one") {
        checkRuns(specWith("clock", Json::object()));
    }
    SECTION("5 bits, activations of 6 bits") {
        checkRuns(
            specWith("format", {{"weight_bits", 5}, {"sqrt2_steps", 10}, {"activation_bits", 6}}));
    }
    SECTION("no bias correction") {
        checkRuns(specWith("bias_correction", {{"enabled", false}}));
    }
    SECTION("no level is zero") {
        checkRuns(specWith("format", {{"sqrt2_steps", 6}, {"zero", false}}));
    }
}

TEST_CASE("An array that can not hold the CNN is verified without it") {
    SECTION("accumulators for short windows") {
        checkSkipped(specWith("accumulator", {{"max_input_channels", 16}}), "layer conv3");
    }
    SECTION("scales beyond the PCF") {
        checkSkipped(specWith("pcf", {{"shift_min", 30}, {"shift_max", 40}}), "pcf.shift_min");
    }
}

// The data folder of aslog with another file of the CNN, as long as this lives.
class OtherNetwork {
  public:
    explicit OtherNetwork(const std::string& onnx) {
        namespace fs = std::filesystem;
        const fs::path source = ASLOG_SOURCE_DIR;
        for (const char* name : {"rtl_templates", "tb"}) {
            fs::create_directory_symlink(source / name, folder_ / name);
        }
        const std::string file = "fashion_cnn.onnx";
        support::writeFile(folder_ / "examples" / "fashion_cnn" / file, onnx);
        fs::create_directory_symlink(source / "examples" / "data", folder_ / "examples" / "data");
        ::setenv("ASLOG_DATA_DIR", folder_.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    ~OtherNetwork() { ::unsetenv("ASLOG_DATA_DIR"); }  // NOLINT(concurrency-mt-unsafe)
    OtherNetwork(const OtherNetwork&) = delete;
    OtherNetwork& operator=(const OtherNetwork&) = delete;

  private:
    tests::TemporaryFolder folder_;
};

TEST_CASE("An error of the quantiser that is no lack of width fails the suite") {
    // The last weight of the first layer, just before its name, is no number.
    std::string onnx = support::readFile(std::filesystem::path(ASLOG_SOURCE_DIR) / "examples" /
                                         "fashion_cnn" / "fashion_cnn.onnx");
    const std::size_t name = onnx.find("B\rconv1_weights");
    REQUIRE(name != std::string::npos);
    onnx.replace(name - 4, 4, std::string("\x00\x00\xc0\x7f", 4));
    const OtherNetwork network(onnx);
    const tests::TemporaryFolder folder;
    generate(folder, specWith("clock", Json::object()));
    const tb::SuiteResult suite = runSuite(folder);
    if (dataIsMissing(suite)) {
        return;
    }
    CHECK(suite.skipped.empty());
    CHECK_FALSE(suite.passed());
    REQUIRE(suite.first.has_value());
    CHECK_THAT(suite.first->seen, ContainsSubstring("finite"));
}

TEST_CASE("A fault that the CNN sees is named with layer and image") {
    const tests::TemporaryFolder folder;
    generate(folder, specWith("clock", Json::object()));
    const std::filesystem::path file = folder / "rtl" / "aslog_pcf_unit.v";
    const std::string wanted = "u_wide * scale_wide + offset_wide";
    std::string text = support::readFile(file);
    const std::size_t at = text.find(wanted);
    REQUIRE(at != std::string::npos);
    support::writeFile(file,
                       text.replace(at, wanted.size(), "u_wide * scale_wide * 2 + offset_wide"));
    const tb::SuiteResult suite = runSuite(folder);
    if (dataIsMissing(suite)) {
        return;
    }
    CHECK_FALSE(suite.passed());
    REQUIRE(suite.first.has_value());
    CHECK_THAT(suite.first->place.layer, ContainsSubstring("conv1, image "));
}

}  // namespace
