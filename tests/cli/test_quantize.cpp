// quantize and evaluate on the small CNN: from ONNX to accuracies, and where something is wrong.

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/cli/striped_set.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::support::Json;
using aslog::support::readFile;
using aslog::support::writeFile;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string kModel = aslog::tests::kSmallModel;
const auto makeSet = aslog::tests::makeStripedSet;

Run quantize(const TemporaryFolder& folder, const std::vector<std::string>& more,
             const std::string& output) {
    std::vector<std::string> arguments{"quantize",    kModel,
                                       "--calib",     folder / "calib.json",
                                       "--data-root", folder.path().string(),
                                       "--images",    "16",
                                       "-o",          output};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runAslog(arguments);
}

}  // namespace

TEST_CASE("A network is quantised, twice with the same bytes, and evaluated side by side") {
    const TemporaryFolder folder;
    makeSet(folder, "calib", 20, false);
    const std::string test = makeSet(folder, "test", 30, true);
    const Run first = quantize(folder, {"--json"}, folder / "a.aslog");
    REQUIRE(first.exitCode == 0);
    const Json result = Json::parse(first.out);
    CHECK(result.at("images") == 16);
    CHECK(result.at("slogii").at("format") == "4 bits, levels 0 1 2 3 4 6 8, 3 columns dropped");
    CHECK(result.at("slogii").at("calibration_error").get<double>() >
          result.at("int8").at("calibration_error").get<double>());
    REQUIRE(quantize(folder, {}, folder / "b.aslog").exitCode == 0);
    CHECK(readFile(folder / "a.aslog") == readFile(folder / "b.aslog"));

    const Run evaluated = runAslog({"evaluate", folder / "a.aslog", "--data", test, "--data-root",
                                    folder.path().string(), "--float", kModel, "--layers",
                                    "--picture", folder / "layers.svg", "--json"});
    REQUIRE(evaluated.exitCode == 0);
    const Json accuracy = Json::parse(evaluated.out);
    for (const char* name : {"float", "slogii", "int4", "int8"}) {
        CHECK(accuracy.at(name).contains("top1"));
        CHECK(accuracy.at(name).contains("top5"));
        CHECK(accuracy.at(name).at("images") == 30);
        CHECK(accuracy.at(name).at("interval_95").contains("top1"));
    }
    CHECK(accuracy.at("int8").at("agreement").get<double>() > 80);
    CHECK(accuracy.at("layers").size() >= 4);
    for (const char* name : {"float", "int4", "int8"}) {
        const Json& mcnemar = accuracy.at("slogii").at("mcnemar").at(name);
        // Right alone less wrong alone is the difference of the right answers.
        const double ours = accuracy.at("slogii").at("top1").get<double>();
        const double other = accuracy.at(name).at("top1").get<double>();
        CHECK(mcnemar.at("right_alone").get<int>() - mcnemar.at("wrong_alone").get<int>() ==
              std::lround((ours - other) * 30 / 100));
        CHECK(mcnemar.at("p").get<double>() > 0);
        CHECK(mcnemar.at("p").get<double>() <= 1);
    }
    CHECK_THAT(readFile(folder / "layers.svg"), ContainsSubstring("slogii"));
    CHECK_FALSE(fs::exists(folder / "layers.svg.dat"));
    const Run table = runAslog({"evaluate", folder / "a.aslog", "--data", test, "--data-root",
                                folder.path().string(), "--float", kModel});
    CHECK_THAT(table.out, ContainsSubstring("McNemar: slogii against"));
    CHECK_THAT(table.out, ContainsSubstring("KL from float, nat"));
}

TEST_CASE("quantize tells how near the answers are on the calibration images, as evaluate does") {
    const TemporaryFolder folder;
    const std::string labelled = makeSet(folder, "calib", 16, true);
    const Run quantized = quantize(folder, {"--json"}, folder / "a.aslog");
    REQUIRE(quantized.exitCode == 0);
    const Json calibrated = Json::parse(quantized.out);
    const Run evaluated =
        runAslog({"evaluate", folder / "a.aslog", "--data", labelled, "--data-root",
                  folder.path().string(), "--float", kModel, "--json"});
    REQUIRE(evaluated.exitCode == 0);
    const Json accuracy = Json::parse(evaluated.out);
    for (const char* name : {"slogii", "int4", "int8"}) {
        INFO(name);
        CHECK(calibrated.at(name).at("agreement") == accuracy.at(name).at("agreement"));
        CHECK(calibrated.at(name).at("divergence").get<double>() ==
              Approx(accuracy.at(name).at("divergence").get<double>()).margin(1e-6));
    }
    // Far from the float network, which is said.
    const Run coarse = quantize(
        folder,
        {"--dropped-bits", "8", "--without", "compensation,bias-correction,output-scale-search"},
        folder / "b.aslog");
    REQUIRE(coarse.exitCode == 0);
    CHECK_THAT(coarse.out, ContainsSubstring("--dropped-bits 7"));
    const Run fine = quantize(folder, {"--dropped-bits", "0"}, folder / "b.aslog");
    CHECK_THAT(fine.out, ContainsSubstring("KL from float"));
    CHECK_THAT(fine.out, !ContainsSubstring("--dropped-bits"));
}

TEST_CASE("A layer of two codes a weight is nearer to the float one; mirrored images count twice") {
    const TemporaryFolder folder;
    makeSet(folder, "calib", 20, false);
    const std::string test = makeSet(folder, "test", 30, true);
    const auto noise = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"--no-baselines", "--flips", "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Run quantized = quantize(folder, arguments, folder / "a.aslog");
        REQUIRE(quantized.exitCode == 0);
        const Json result = Json::parse(quantized.out);
        CHECK(result.at("images") == 32);
        CHECK(result.at("calibration") == "calib, mirrored too");
        CHECK(result.at("doubled").size() == (more.empty() ? 0 : 1));
        const Run evaluated =
            runAslog({"evaluate", folder / "a.aslog", "--data", test, "--data-root",
                      folder.path().string(), "--float", kModel, "--layers", "--json"});
        REQUIRE(evaluated.exitCode == 0);
        return result.at("slogii").at("layers").back().at("sqnr_db").get<double>();
    };
    const double usual = noise({});
    CHECK(noise({"--double", "last"}) > usual);
    const Run chosen =
        quantize(folder, {"--no-baselines", "--double", "auto", "--json"}, folder / "c.aslog");
    REQUIRE(chosen.exitCode == 0);
    const Json choice = Json::parse(chosen.out).at("doubled_choice");
    REQUIRE_FALSE(choice.at("layers").empty());
    CHECK(choice.at("layers") == Json::parse(chosen.out).at("doubled"));
    CHECK(choice.at("more_macs") > 0);
    CHECK(choice.at("more_macs") <= 0.15);
    CHECK(choice.at("error_after") < choice.at("error_before"));
    const Run unknown = quantize(folder, {"--double", "conv9"}, folder / "b.aslog");
    CHECK(unknown.exitCode == 2);
    CHECK_THAT(unknown.err, ContainsSubstring("no layer with weights is named \"conv9\""));
}

TEST_CASE("Steps left out and other level sets end in other networks") {
    const TemporaryFolder folder;
    makeSet(folder, "calib", 20, false);
    REQUIRE(quantize(folder, {"--no-baselines"}, folder / "all.aslog").exitCode == 0);
    const Run plain =
        quantize(folder, {"--no-baselines", "--without", "compensation,mean-correction", "--json"},
                 folder / "plain.aslog");
    REQUIRE(plain.exitCode == 0);
    CHECK_FALSE(Json::parse(plain.out).contains("int4"));
    CHECK(Json::parse(plain.out).at("without").size() == 2);
    CHECK(readFile(folder / "all.aslog") != readFile(folder / "plain.aslog"));
    const Run chosen =
        quantize(folder, {"--no-baselines", "--format", "auto,3", "--json"}, folder / "3.aslog");
    REQUIRE(chosen.exitCode == 0);
    const Run given = quantize(folder, {"--no-baselines", "--format", "levels,0,1,2,3,4,6,8"},
                               folder / "given.aslog");
    REQUIRE(given.exitCode == 0);
    CHECK_THAT(readFile(folder / "given.aslog"), ContainsSubstring(R"(levels\":[0,1,2,3,4,6,8])"));
    const Run cut = quantize(
        folder, {"--no-baselines", "--format", "levels,0,1,2,3,4,6,8", "--dropped-bits", "2"},
        folder / "cut.aslog");
    REQUIRE(cut.exitCode == 0);
    CHECK_THAT(cut.out, ContainsSubstring("levels 0 1 2 3 4 6 8, 2 columns dropped"));
    CHECK_THAT(readFile(folder / "cut.aslog"), ContainsSubstring(R"(dropped_bits\":2)"));
    const Json trials = Json::parse(chosen.out).at("formats");
    CHECK(trials.size() == 7);
    CHECK(trials.front().at("calibration_error").get<double>() <=
          trials.back().at("calibration_error").get<double>());
}

TEST_CASE("quantize says what is wrong, and leaves the older file alone") {
    const TemporaryFolder folder;
    makeSet(folder, "calib", 20, false);
    const std::string output = folder / "net.aslog";
    writeFile(output, "older");
    const auto refuses = [&](const std::vector<std::string>& more, const std::string& message) {
        const Run run = quantize(folder, more, output);
        CHECK(run.exitCode == 2);
        CHECK_THAT(run.err, ContainsSubstring(message));
        CHECK(readFile(output) == "older");
    };
    refuses({"--without", "rounding"}, "the steps are: range-calibration");
    refuses({"--format", "4,9,zero"}, "4,4,zero");
    refuses({"--format", "uniform"}, "auto,BITS");
    refuses({"--format", "levels,0,1,5"}, "5 is not 0, 2^k or 3*2^k");
    refuses({"--format", "levels,0,one"}, "\"one\" is no level");
    refuses({"--format", "levels"}, "levels,0,1,2,3,4,6,8");
    refuses({"--format", "levels,0,1,2,3,4,6,8", "--dropped-bits", "11"}, "dropped_bits is 11");
    refuses({"--dropped-bits", "12"}, "dropped_bits is 12, allowed is 0 to 10");
    refuses({"--spec", folder / "no.json"}, "no.json");
    for (const std::string shape : {"height", "height=", "=3", "height=0", "height=3x"}) {
        refuses({"--shape", shape}, "--shape: found \"" + shape + "\", allowed: NAME=NUMBER");
    }
    refuses({"--shape", "h=3", "--shape", "h=4"}, "--shape: h is given twice");
    refuses({"--shape", "h=3"}, "no input has a symbolic size \"h\"");
    writeFile(folder / "calib.images", "short");
    refuses({}, "calib.images");
}

TEST_CASE("evaluate knows damaged networks, other models and other pictures") {
    const TemporaryFolder folder;
    makeSet(folder, "calib", 20, false);
    const std::string test = makeSet(folder, "test", 12, true);
    const std::string network = folder / "net.aslog";
    REQUIRE(quantize(folder, {"--no-baselines"}, network).exitCode == 0);
    const auto evaluate = [&](const std::string& file, const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"evaluate", file,          "--data",
                                           test,       "--data-root", folder.path().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runAslog(arguments);
    };
    const Run without = evaluate(network, {"--float", folder / "test.images"});
    CHECK(without.exitCode == 2);
    CHECK_THAT(without.err, ContainsSubstring("is not the model that was quantised"));
    // The file remembers the name of the model only: it may lie beside the network.
    const Run alone = evaluate(network, {});
    CHECK(alone.exitCode == 0);
    CHECK_THAT(alone.out, ContainsSubstring("no float network: fashion_cnn.onnx is not in this"));
    fs::copy(kModel, folder / "fashion_cnn.onnx");
    CHECK(Json::parse(evaluate(network, {"--json"}).out).contains("float"));
    std::string damaged = readFile(network);
    damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] + 1);
    writeFile(folder / "damaged.aslog", damaged);
    const Run broken = evaluate(folder / "damaged.aslog", {});
    CHECK(broken.exitCode == 2);
    CHECK_THAT(broken.err, ContainsSubstring("damaged.aslog"));
    const Run layers = evaluate(kModel, {"--layers"});
    CHECK(layers.exitCode == 2);
    CHECK_THAT(layers.err, ContainsSubstring("--layers"));
}

TEST_CASE("quantize replaces no input, and no other file that is not its own") {
    const TemporaryFolder folder;
    const std::string set = makeSet(folder, "few", 4, false);
    const std::string model = folder / "net.onnx";
    fs::copy(kModel, model);
    writeFile(folder / "notes.txt", "mine");
    for (const std::string& output : {model, set, (folder / "notes.txt").string()}) {
        const std::string before = readFile(output);
        const Run refused =
            runAslog({"quantize", model, "--calib", set, "--data-root", folder.path(), "--images",
                      "2", "--no-baselines", "-o", output});
        INFO(output << refused.err);
        CHECK(refused.exitCode == 2);
        CHECK_THAT(refused.err, ContainsSubstring(output));
        CHECK(readFile(output) == before);
    }
    for (const char* force : {"--no-baselines", "--force"}) {  // the second time it is its own
        CHECK(runAslog(
                  {"quantize", model, "--calib", set, "--data-root", folder.path(), "--images", "2",
                   "--no-baselines", force, "-o",
                   std::string(force) == "--force" ? folder / "notes.txt" : folder / "net.aslog"})
                  .exitCode == 0);
    }
    CHECK(readFile(folder / "notes.txt") == readFile(folder / "net.aslog"));
}
