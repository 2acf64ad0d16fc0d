// inspect: every number of a small network by hand, and all that stands in the way at once.

#include <random>
#include <string>

#include "ptq/network_file/network_file.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/ptq/network_file/sample_networks.h"
#include "tests/ptq/onnx/model_builder.h"
#include "tests/temporary_folder.h"

using aslog::support::Json;
using aslog::support::writeFile;
using aslog::test::ModelBuilder;
using aslog::test::setAttribute;
using aslog::test::setAttributes;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

namespace {

// A convolution in two groups with stride 2, a maximum, a softmax.
ModelBuilder smallModel() {
    std::mt19937 random(1);
    ModelBuilder model;
    model.input("x", {-1, 4, 9, 9}).output("s");
    model.constant("w", aslog::test::randomTensor(random, {6, 2, 3, 3}));
    onnx::NodeProto& conv = model.node("Conv", {"x", "w"}, "y");
    setAttributes(conv, "strides", {2, 2});
    setAttribute(conv, "group", std::int64_t{2});
    model.node("Relu", {"y"}, "r");
    setAttributes(model.node("MaxPool", {"r"}, "m"), "kernel_shape", {4, 4});
    model.node("Softmax", {"m"}, "s");
    return model;
}

Run inspect(const ModelBuilder& model, bool json) {
    const TemporaryFolder folder;
    const std::string path = folder / "net.onnx";
    writeFile(path, model.bytes());
    return json ? runAslog({"inspect", path, "--json"}) : runAslog({"inspect", path});
}

}  // namespace

TEST_CASE("The layers of a model have the sizes and costs that can be counted") {
    const Run run = inspect(smallModel(), true);
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    const Json json = Json::parse(run.out);
    CHECK(json.at("inputs")[0] ==
          Json({{"name", "x"}, {"shape", {-1, 4, 9, 9}}, {"layout", "NCHW"}}));
    CHECK(json.at("outputs")[0].at("size") == Json({6, 1, 1}));
    REQUIRE(json.at("layers").size() == 2);
    const Json& conv = json.at("layers")[0];
    CHECK(conv.at("operation") == "conv");
    CHECK(conv.at("output") == Json({6, 4, 4}));
    CHECK(conv.at("kernel") == Json({3, 3}));
    CHECK(conv.at("stride") == Json({2, 2}));
    CHECK(conv.at("groups") == 2);
    CHECK(conv.at("taps") == 18);
    CHECK(conv.at("weights") == 108);
    CHECK(conv.at("macs") == 108 * 16);
    CHECK(json.at("layers")[1].at("operation") == "max_pool");
    CHECK(json.at("macs") == 1728);
    CHECK(json.at("weights") == 108);
    CHECK(json.at("left_to_host") == Json::array({"node \"s\" (Softmax)"}));
    CHECK(json.at("refusals").empty());
    const Run text = inspect(smallModel(), false);
    CHECK_THAT(text.out, ContainsSubstring("input x: [N, 4, 9, 9] NCHW\n"));
    CHECK_THAT(text.out, ContainsSubstring("nothing stands in the way of quantisation"));
}

TEST_CASE("All refusals of reader and lowering are there, and the layers that remain") {
    ModelBuilder model = smallModel();
    model.node("Softmax", {"r"}, "inner");  // no integer form inside
    model.node("GlobalMaxPool", {"inner"}, "g");
    model.node("LSTM", {"m"}, "l");  // not read at all
    model.node("NonZero", {"g"}, "n");
    model.output("l").output("n");
    const Run run = inspect(model, true);
    CHECK(run.exitCode == 2);
    const Json json = Json::parse(run.out);
    const std::string all = json.at("refusals").dump();
    CHECK_THAT(all, ContainsSubstring("(LSTM): "));
    CHECK_THAT(all, ContainsSubstring("(NonZero): "));
    CHECK_THAT(all, ContainsSubstring("(Softmax): only at the end of the network"));
    CHECK(json.at("refusals").size() == 3);
    CHECK(json.at("layers")[0].at("macs") == 1728);
    const Run text = inspect(model, false);
    CHECK(text.exitCode == 2);
    CHECK_THAT(text.out, ContainsSubstring("in the way of quantisation:\n  node "));
}

TEST_CASE("Symbolic sizes get numbers; what is no network is an error") {
    ModelBuilder model = smallModel();
    auto* size = model.proto().mutable_graph()->mutable_input(0);
    size->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(2)->set_dim_param(
        "h");
    const TemporaryFolder folder;
    const std::string path = folder / "net.onnx";
    writeFile(path, model.bytes());
    const Run without = runAslog({"inspect", path});
    CHECK(without.exitCode == 2);
    CHECK_THAT(without.out, ContainsSubstring("--shape"));
    const Run with = runAslog({"inspect", path, "--shape", "h=9", "--json"});
    REQUIRE(with.exitCode == 0);
    CHECK(Json::parse(with.out).at("macs") == 1728);
    writeFile(path, "no model");
    const Run damaged = runAslog({"inspect", path});
    CHECK(damaged.exitCode == 2);
    CHECK_THAT(damaged.err, ContainsSubstring("this is no ONNX file"));
    CHECK(runAslog({"inspect", folder / "nowhere.onnx"}).exitCode == 1);
}

TEST_CASE("A network file shows variants, noise and where it is from") {
    const TemporaryFolder folder;
    const aslog::ptq::NetworkFile file = aslog::test::sampleFile();
    const std::string path = folder / "net.aslog";
    aslog::ptq::writeNetworkFile(path, file);
    const Run run = runAslog({"inspect", path, "--json"});
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    const Json json = Json::parse(run.out);
    CHECK(json.at("macs") == file.networks.at("slogii").network.network.macs());
    CHECK(json.at("variants").size() == file.networks.size());
    CHECK(json.at("provenance").at("model_sha256") == file.provenance.modelHash);
    CHECK(json.at("provenance").at("calibration") == file.provenance.calibration);
    const Run text = runAslog({"inspect", path});
    CHECK_THAT(text.out, ContainsSubstring("model, SHA-256: " + file.provenance.modelHash));
    CHECK_THAT(text.out, ContainsSubstring("slogii: "));
}
