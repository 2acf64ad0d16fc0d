// evaluate writes answers and tensors for other programs: they are those that it counts itself.

#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ptq/data/csv.h"
#include "ptq/data/npy.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/cli/striped_set.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::data::CsvTable;
using aslog::data::NpyFile;
using aslog::support::Json;
using aslog::support::readFile;
using aslog::tests::kSmallModel;
using aslog::tests::makeStripedSet;
using aslog::tests::Run;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr int kImages = 12;

// A quantised network with int8 beside it, and images with labels.
class Quantised {
  public:
    Quantised() {
        makeStripedSet(folder_, "calib", 16, false);
        makeStripedSet(folder_, "test", kImages, true);
        const Run run =
            runAslog({"quantize", kSmallModel, "--calib", file("calib.json"), "--data-root",
                      folder_.path(), "--no-baselines", "-o", file("net.aslog")});
        REQUIRE(run.exitCode == 0);
    }

    std::string file(const std::string& name) const { return folder_ / name; }

    Run evaluate(const std::vector<std::string>& more, const std::string& network = "") const {
        std::vector<std::string> arguments{
            "evaluate",    network.empty() ? file("net.aslog") : network,
            "--data",      file("test.json"),
            "--data-root", folder_.path()};
        if (network.empty()) {
            arguments.insert(arguments.end(), {"--float", kSmallModel});
        }
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runAslog(arguments);
    }

  private:
    TemporaryFolder folder_;
};

std::vector<float> floatsOf(const std::string& path, std::size_t count) {
    const std::string bytes = readFile(path);
    std::vector<float> values;
    for (std::size_t at = bytes.size() - 4 * count; at < bytes.size(); at += 4) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
        }
        values.push_back(std::bit_cast<float>(value));
    }
    return values;
}

}  // namespace

TEST_CASE("The answers of a dump are those that evaluate counts, and the last tensor of each") {
    const Quantised net;
    const Run unknown = net.evaluate({"--dump-tensor", "nothing=" + net.file("x.npy")});
    CHECK(unknown.exitCode == 2);
    CHECK_THAT(unknown.err, ContainsSubstring("no tensor is called \"nothing\"; there are: "));
    const std::string last = unknown.err.substr(unknown.err.rfind(' ') + 1);
    const std::string name = last.substr(0, last.find('\n'));

    const std::string csv = net.file("answers.csv");
    const Run run = net.evaluate({"--json", "--dump", csv, "--dump-images", "3", "--dump-tensor",
                                  name + "=" + net.file("last.npy")});
    REQUIRE(run.exitCode == 0);
    const Json result = Json::parse(run.out);
    const CsvTable table = CsvTable::read(csv);
    REQUIRE(table.rows() == kImages);
    for (const std::string network : {"float", "slogii"}) {
        int right = 0;
        for (std::size_t row = 0; row < kImages; ++row) {
            CHECK(table.integer(row, "image", 0, kImages) == static_cast<int>(row));
            right += table.text(row, "label") == table.text(row, network + "_winner") ? 1 : 0;
        }
        CHECK(result.at(network).at("top1").get<double>() ==
              Approx(100.0 * right / kImages).margin(0.01));
        const std::string path = net.file("last." + network + ".npy");
        const NpyFile tensor(path);
        CHECK(tensor.shape() == std::vector<std::size_t>{3, 10, 1, 1});
        const std::vector<float> values = floatsOf(path, 30);
        for (std::size_t i = 0; i < 30; ++i) {
            const std::string column = network + "_" + std::to_string(i % 10);
            CHECK(std::stof(table.text(i / 10, column)) == Approx(values[i]));
        }
    }
    CHECK(result.at("tensors").size() == 2);
    CHECK(result.at("answers") == csv);
    CHECK_FALSE(fs::exists(net.file("last.npy")));
}

TEST_CASE("A float model alone has answers and tensors too, the first image if nothing is said") {
    const Quantised net;
    const Run run =
        net.evaluate({"--dump", net.file("a.json"), "--dump-tensor", "image=" + net.file("in.npy")},
                     kSmallModel);
    INFO(run.err);
    REQUIRE(run.exitCode == 0);
    const Json answers = Json::parse(readFile(net.file("a.json")));
    REQUIRE(answers.at("images").size() == kImages);
    CHECK(answers.at("images")[3].at("float").at("answers").size() == 10);
    const NpyFile input(net.file("in.float.npy"));
    CHECK(input.shape() == std::vector<std::size_t>{1, 1, 28, 28});
}

TEST_CASE("Dumps with a fault are refused before anything is computed") {
    const Quantised net;
    const auto refuses = [&](const std::vector<std::string>& more, const std::string& message) {
        const Run run = net.evaluate(more);
        CHECK(run.exitCode == 2);
        CHECK(run.out.empty());
        CHECK_THAT(run.err, ContainsSubstring(message));
    };
    refuses({"--dump", net.file("a.txt")}, "allowed: a file that ends in .csv or .json");
    refuses({"--dump", net.file("test.json")}, "is read by this command");
    for (const std::string text : {"conv1", "conv1=", "=a.npy", "conv1=a.txt", "conv1=.npy"}) {
        refuses({"--dump-tensor", text}, "found \"" + text + "\", allowed: NAME=FILE.npy");
    }
    refuses({"--dump-tensor", "a=x.npy", "--dump-tensor", "b=./x.npy"}, "x.npy is given twice");
    CHECK_THAT(readFile(net.file("test.json")), ContainsSubstring("idx"));
}
