// quantize with a folder of pictures: the same network as with a descriptor that says the same.

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "ptq/network_file/network_file.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/ptq/data/picture_files.h"
#include "tests/ptq/onnx/model_builder.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::ptq::Provenance;
using aslog::support::Json;
using aslog::support::readFile;
using aslog::support::writeFile;
using aslog::support::writeJson;
using aslog::test::ModelBuilder;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using aslog::tests::writeGreyJpeg;
using aslog::tests::writePng;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr unsigned kSize = 6;

// One convolution on images of kSize x kSize.
void writeModel(const std::string& path, const aslog::ptq::Shape& input,
                std::int64_t channels = 3) {
    std::mt19937 random(1);
    ModelBuilder model;
    model.input("x", input).output("y");
    model.constant("w", aslog::test::randomTensor(random, {4, channels, 3, 3}));
    std::string image = "x";
    if (input.size() == 4 && input.back() == channels) {
        aslog::test::setAttributes(model.node("Transpose", {"x"}, "t"), "perm", {0, 3, 1, 2});
        image = "t";
    }
    model.node("Conv", {image, "w"}, "y");
    writeFile(path, model.bytes());
}

// Coloured noise, another one for each seed.
void writeNoise(const fs::path& path, std::uint32_t seed, unsigned width = kSize) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> samples(std::size_t{width} * kSize * 3);
    for (std::uint8_t& sample : samples) {
        sample = static_cast<std::uint8_t>(random() & 0xFF);
    }
    fs::create_directories(path.parent_path());
    writePng(path, width, kSize, samples);
}

// A model and a folder "photos" of three pictures and a text.
class Place {
  public:
    Place() {
        writeModel(file("net.onnx"), {-1, 3, kSize, kSize});
        writeNoise(file("photos/b.png"), 1);
        writeNoise(file("photos/a.PNG"), 2);
        writeGreyJpeg(file("photos/c.jpeg"), kSize, 77);
        writeFile(file("photos/notes.txt"), "mine");
    }

    std::string file(const std::string& name) const { return folder_ / name; }

    Run quantize(const std::string& calibration, const std::vector<std::string>& more,
                 const std::string& model = "net.onnx") const {
        std::vector<std::string> arguments{"quantize",        file(model),      "--calib",
                                           file(calibration), "--no-baselines", "-o",
                                           file("net.aslog")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runAslog(arguments);
    }

    // What the network file says, made from the folder with these options.
    Provenance provenance(const std::vector<std::string>& more,
                          const std::string& calibration = "photos") const {
        const Run run = quantize(calibration, more);
        INFO(run.err);
        REQUIRE(run.exitCode == 0);
        return aslog::ptq::readNetworkFile(file("net.aslog")).provenance;
    }

    // The hash of the images by a descriptor.
    std::string described(Json more) const {
        more["name"] = "described";
        more["kind"] = "pictures";
        more["images"] = file("listed");
        fs::create_directories(file("listed"));
        fs::copy(file("photos/a.PNG"), file("listed/a.png"), fs::copy_options::skip_existing);
        fs::copy(file("photos/b.png"), file("listed/b.png"), fs::copy_options::skip_existing);
        fs::copy(file("photos/c.jpeg"), file("listed/c.jpeg"), fs::copy_options::skip_existing);
        writeJson(file("set.json"), more);
        return provenance({}, "set.json").calibrationHash;
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("A folder gives what a descriptor of the same pictures gives, and says how") {
    const Place place;
    const double scale = 1 / 255.0;
    const Provenance assumed = place.provenance({});
    CHECK(assumed.calibration == "photos (pixel/255, assumed, RGB)");
    CHECK(assumed.images == 3);
    CHECK(assumed.calibrationHash == place.described({{"scale", scale}}));
    const Provenance likeTorch =
        place.provenance({"--mean", "0.4,0.5,0.6", "--std", "0.1,0.2,0.4"});
    CHECK(likeTorch.calibration == "photos ((pixel/255 - 0.4,0.5,0.6)/0.1,0.2,0.4, RGB)");
    CHECK(likeTorch.calibrationHash ==
          place.described(
              {{"scale", scale}, {"mean", {0.4, 0.5, 0.6}}, {"deviation", {0.1, 0.2, 0.4}}}));
    const Provenance blueFirst = place.provenance({"--mean", "0.4,0.5,0.6", "--channels", "BGR"});
    CHECK(blueFirst.calibrationHash ==
          place.described({{"scale", scale}, {"mean", {0.6, 0.5, 0.4}}, {"channels", "BGR"}}));
    const Provenance range = place.provenance({"--range=-1,1"});
    CHECK(range.calibration == "photos (pixel 0..255 to -1..1, RGB)");
    CHECK(range.calibrationHash == place.described({{"scale", 2 / 255.0}, {"mean", {1, 1, 1}}}));
    CHECK(place.provenance({"--range", "-1,1"}).calibrationHash == range.calibrationHash);
    CHECK(place.provenance({"--images", "2"}).images == 2);
    CHECK(place.provenance({"--images", "1", "--skip-images", "2"}).calibrationHash !=
          place.provenance({"--images", "1"}).calibrationHash);
}

TEST_CASE("What was assumed and what was skipped stands in the output") {
    const Place place;
    const Run run = place.quantize("photos", {});
    REQUIRE(run.exitCode == 0);
    CHECK_THAT(run.out, ContainsSubstring("pictures: 3 of 3 in " + place.file("photos") +
                                          ", 6 x 6, RGB, input NCHW [-1, 3, 6, 6]"));
    CHECK_THAT(run.out, ContainsSubstring("pixels: pixel/255, assumed (nothing was said"));
    CHECK_THAT(run.out, ContainsSubstring("no pictures, skipped: notes.txt\n"));
    const Json json = Json::parse(place.quantize("photos", {"--json", "--range", "0,2"}).out);
    const Json& pictures = json.at("pictures");
    CHECK(pictures.at("skipped") == Json::array({"notes.txt"}));
    CHECK(pictures.at("pixels") == "pixel 0..255 to 0..2");
    CHECK(pictures.at("is_assumed") == false);
    CHECK(json.at("calibration") == "photos (pixel 0..255 to 0..2, RGB)");
}

TEST_CASE("Other inputs: channels last, grey, and a vector of pixels") {
    const Place place;
    writeModel(place.file("last.onnx"), {-1, kSize, kSize, 3});
    const Run last = place.quantize("photos", {}, "last.onnx");
    INFO(last.err);
    CHECK(last.exitCode == 0);
    CHECK_THAT(last.out, ContainsSubstring("input NHWC"));
    writeModel(place.file("grey.onnx"), {-1, 1, kSize, kSize}, 1);
    CHECK_THAT(place.quantize("photos", {}, "grey.onnx").err,
               ContainsSubstring("a.PNG: has colours, the network takes grey pictures"));
    fs::create_directories(place.file("grey"));
    writeGreyJpeg(place.file("grey/a.jpg"), kSize, 77);
    CHECK_THAT(place.quantize("grey", {}, "grey.onnx").out, ContainsSubstring("6 x 6, grey"));
    std::mt19937 random(1);
    ModelBuilder vector;
    vector.input("x", {-1, 3 * kSize * kSize}).output("y");
    vector.constant("w", aslog::test::randomTensor(random, {3 * kSize * kSize, 4}));
    vector.node("MatMul", {"x", "w"}, "y");
    writeFile(place.file("vector.onnx"), vector.bytes());
    CHECK_THAT(place.quantize("photos", {}, "vector.onnx").out, ContainsSubstring("6 x 6, RGB"));
}

TEST_CASE("A folder that does not fit is refused with what to do") {
    const Place place;
    const auto refuses = [&](const std::string& calibration, const std::vector<std::string>& more,
                             const std::string& message) {
        const Run run = place.quantize(calibration, more);
        CHECK(run.exitCode == 2);
        CHECK_THAT(run.err, ContainsSubstring(message));
        CHECK_FALSE(fs::exists(place.file("net.aslog")));
    };
    writeFile(place.file("empty/notes.txt"), "");
    refuses("empty", {}, "1 files found, none ends in .png, .jpg or .jpeg");
    writeNoise(place.file("wide/a.png"), 1, 9);
    refuses("wide", {}, "a.png: 9 x 6 pixels (width x height), the network takes 6 x 6; scale");
    writeNoise(place.file("mixed/a.png"), 1);
    writeNoise(place.file("mixed/b.png"), 1, 9);
    refuses("mixed", {}, "b.png: 9 x 6 pixels, the first picture has 6 x 6");
    refuses("photos", {"--mean", "0.4,0.5"}, "--mean: found \"0.4,0.5\", allowed: three numbers");
    refuses("photos", {"--std", "1,1,0"}, "each above 0");
    refuses("photos", {"--std", "1,1,x"}, "--std: found \"1,1,x\"");
    refuses("photos", {"--range", "1,1"}, "--range: found \"1,1\", allowed: LOW,HIGH");
    refuses("photos", {"--range", "0,1", "--mean", "1,1,1"}, "exclude each other");
    refuses("photos", {"--channels", "grey"}, "--channels: found grey, but the network takes");
    writeJson(place.file("set.json"), {{"name", "x"}, {"kind", "pictures"}, {"images", "photos"}});
    refuses("set.json", {"--mean", "1,1,1"}, "--mean is for --calib with a folder of pictures");
    const std::string before = readFile(place.file("photos/a.PNG"));
    const Run replaces =
        runAslog({"quantize", place.file("net.onnx"), "--calib", place.file("photos"), "--force",
                  "-o", place.file("photos/a.PNG")});
    CHECK(replaces.exitCode == 2);
    CHECK_THAT(replaces.err, ContainsSubstring("is read by this command"));
    CHECK(readFile(place.file("photos/a.PNG")) == before);
}

TEST_CASE("evaluate compares answers to pictures without labels with those of the float network") {
    const Place place;
    const std::string net = place.file("net.aslog");
    REQUIRE(runAslog({"quantize", place.file("net.onnx"), "--calib", place.file("photos"), "-o",
                      net, "--mean", "0.1,0.2,0.3"})
                .exitCode == 0);
    const std::vector<std::string> evaluate{"evaluate",           net,      "--data",
                                            place.file("photos"), "--mean", "0.1,0.2,0.3"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), evaluate.begin(), evaluate.end());
        return runAslog(more);
    };
    const Run json = with({"--json", "--dump", place.file("answers.json")});
    REQUIRE(json.exitCode == 0);
    const Json result = Json::parse(json.out);
    const Json answers = Json::parse(readFile(place.file("answers.json")));
    const std::size_t images = answers.at("images").size();
    CHECK(images >= 2);
    for (const char* name : {"slogii", "int4", "int8"}) {
        std::size_t same = 0;
        for (const Json& image : answers.at("images")) {
            same += image.at(name).at("winner") == image.at("float").at("winner") ? 1 : 0;
        }
        CHECK(result.at(name).at("images") == images);
        CHECK(result.at(name).at("agreement").get<double>() ==
              Approx(100.0 * static_cast<double>(same) / static_cast<double>(images)).margin(0.01));
        CHECK(result.at(name).at("divergence") >= 0);
        CHECK_FALSE(result.at(name).contains("top1"));
        CHECK_FALSE(result.at(name).contains("mcnemar"));
    }
    const Run text = with({});
    CHECK_THAT(text.out, ContainsSubstring("without labels"));
    CHECK_THAT(text.out, ContainsSubstring("KL from float"));
    CHECK_THAT(text.out, ContainsSubstring("pixels: (pixel/255 - 0.1,0.2,0.3)/1"));
    CHECK_THAT(text.out, !ContainsSubstring("note: pixels"));
    CHECK(result.at("pictures").at("pixels") == "(pixel/255 - 0.1,0.2,0.3)/1");
    const Run other = runAslog({"evaluate", net, "--data", place.file("photos")});
    CHECK_THAT(other.out, ContainsSubstring("note: pixels are read as (pixel/255, assumed, RGB)"));
    // Without the model nobody knows what the pictures become.
    aslog::support::writeFile(place.file("moved.onnx"), readFile(place.file("net.onnx")));
    fs::remove(place.file("net.onnx"));
    const Run alone = with({});
    CHECK(alone.exitCode == 2);
    CHECK_THAT(alone.err, ContainsSubstring("ONNX model"));
}

TEST_CASE("evaluate of one network wants labels, and says how a folder gets them") {
    const Place place;
    const Run run = runAslog({"evaluate", place.file("net.onnx"), "--data", place.file("photos")});
    CHECK(run.exitCode == 2);
    CHECK_THAT(run.err, ContainsSubstring("is a folder, and pictures alone have no labels"));
    CHECK_THAT(run.err, ContainsSubstring("\"kind\": \"pictures\", \"images\": \"" +
                                          place.file("photos") + "\""));
    CHECK_THAT(run.err, ContainsSubstring("docs/data.md"));
}
