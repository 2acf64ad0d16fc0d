// The page of accuracies: golden JSON in, golden Markdown out.

#include <filesystem>
#include <string>

#include "report/accuracy_page.h"
#include "support/error.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/golden_file.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using support::Json;
namespace fs = std::filesystem;

struct Figures {
    double top1;
    double error;
    double divergence;
};

const fs::path kGolden = fs::path(ASLOG_SOURCE_DIR) / "tests" / "report" / "golden";
constexpr double kFloat = 91.7;

Json evaluationOf(const Figures& figures, const std::string& format) {
    return {{"top1", figures.top1},
            {"format", format},
            {"loss", {{"top1", kFloat - figures.top1}}},
            {"interval_95", {{"top1", {{"low", 90.0}, {"high", 92.5}}}}},
            {"images", 1000},
            {"agreement", 98.5},
            {"divergence", figures.divergence},
            {"seconds", 2.5},
            {"macs_per_second", 4.2e9}};
}

/// The two result files of a measurement; without int4 and int8 if `figures` has one entry.
void write(const fs::path& folder, const std::string& name, const std::vector<Figures>& figures,
           const std::string& format) {
    Json quantize{
        {"without", Json::array()}, {"seconds", 12.5},   {"images", 256},
        {"calibration", "some"},    {"tool", "aslog 1"}, {"model_sha256", "0123456789abcdef"}};
    Json evaluate{{"model_sha256", "0123456789abcdef"}, {"cores", 2}};
    evaluate["float"] = {{"top1", kFloat},
                         {"images", 1000},
                         {"interval_95", {{"top1", {{"low", 90.0}, {"high", 93.0}}}}}};
    const char* const families[] = {"slogii", "int4", "int8"};
    for (std::size_t i = 0; i < figures.size(); ++i) {
        quantize[families[i]] = {{"calibration_error", figures[i].error}};
        evaluate[families[i]] =
            evaluationOf(figures[i], i == 0 ? format : std::string(families[i]) + "_dadda");
        evaluate["slogii"]["mcnemar"][i == 0 ? "float" : families[i]] = {
            {"p", 0.0123 * static_cast<double>(i + 1)}, {"right_alone", 3}, {"wrong_alone", i}};
    }
    support::writeJson(folder / (name + ".quantize.json"), quantize);
    support::writeJson(folder / (name + ".evaluate.json"), evaluate);
}

}  // namespace

TEST_CASE("The page has every network, the spread over calibration sets and the steps") {
    const tests::TemporaryFolder folder;
    const Figures int4{91.5, 0.005, 0.021};
    const Figures int8{91.7, 0.001, 0.001};
    write(folder.path(), "net", {{91.6, 0.004, 0.02}, int4, int8}, "default");
    fs::create_directories(folder / "sets");
    write(folder / "sets", "net.default.0", {{91.6, 0.004, 0.02}, int4, int8}, "default");
    write(folder / "sets", "net.default.1", {{91.9, 0.006, 0.04}, int4, int8}, "default");
    write(folder / "sets", "net.whole.0", {{91.7, 0.0038, 0.019}}, "whole");
    const std::string page = report::accuracyPage(folder.path());
    CHECK(tests::goldenText(kGolden / "accuracy.md", page) == page);
}

TEST_CASE("Without results, or with those of two models under one name, there is no page") {
    const tests::TemporaryFolder folder;
    CHECK_THROWS_AS(report::accuracyPage(folder.path()), support::InputError);
    write(folder.path(), "net", {{91.6, 0.004, 0.02}}, "default");
    CHECK_NOTHROW(report::accuracyPage(folder.path()));
    Json evaluate = support::readJson(folder / "net.evaluate.json");
    evaluate["model_sha256"] = "other";
    support::writeJson(folder / "net.evaluate.json", evaluate);
    CHECK_THROWS_WITH(report::accuracyPage(folder.path()),
                      Catch::Matchers::ContainsSubstring("different models"));
}
