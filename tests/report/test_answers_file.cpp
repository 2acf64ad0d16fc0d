// Answers of networks for other programs: every number comes back as it was.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "ptq/data/csv.h"
#include "report/answers_file.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using report::Answers;
using support::Json;
using tests::TemporaryFolder;

// Three images of one pixel, with the labels 2, 0 and 1 or none.
data::Dataset threeImages(const TemporaryFolder& folder, bool labels) {
    support::writeFile(folder / "x", std::string("\0\0\x8\3\0\0\0\3\0\0\0\1\0\0\0\1abc", 19));
    support::writeFile(folder / "y", std::string("\0\0\x8\1\0\0\0\3\2\0\1", 11));
    Json json{{"name", "a \"set\""}, {"kind", "idx"}, {"images", "x"}, {"channels", "grey"}};
    if (labels) {
        json["labels"] = "y";
    }
    support::writeJson(folder / "set.json", json);
    return data::readDataset(folder / "set.json", folder.path(), data::Answers::Wanted);
}

const std::vector<Answers> kAnswers = {
    {"float", {{0.1F, -2, 3.5e-12F}, {7, 7, 1}, {0, 0, 16777216}}},
    {"slogii", {{1, 2}, {2, 1}, {0, 0}}},
};

}  // namespace

TEST_CASE("The CSV has a line for each image, with what each network answers") {
    const TemporaryFolder folder;
    const std::string text = report::answersCsv(threeImages(folder, true), kAnswers);
    CHECK(text ==
          "image,label,float_winner,float_0,float_1,float_2,slogii_winner,slogii_0,slogii_1\n"
          "0,2,0,0.1,-2,3.5e-12,1,1,2\n"
          "1,0,0,7,7,1,0,2,1\n"
          "2,1,2,0,0,16777216,0,0,0\n");
    support::writeFile(folder / "answers.csv", text);
    const auto table = data::CsvTable::read(folder / "answers.csv");
    CHECK(table.rows() == 3);
    CHECK(std::stof(table.text(0, "float_2")) == 3.5e-12F);
    CHECK(report::answersCsv(threeImages(folder, false), kAnswers).find("\n0,,0,") !=
          std::string::npos);
}

TEST_CASE("The JSON says the same") {
    const TemporaryFolder folder;
    std::vector<Answers> answers = kAnswers;
    answers[1].rows[2][1] = std::numeric_limits<float>::quiet_NaN();
    const Json json = Json::parse(report::answersJson(threeImages(folder, true), answers));
    CHECK(json.at("data") == "a \"set\"");
    REQUIRE(json.at("images").size() == 3);
    const Json& second = json.at("images")[1];
    CHECK(second.at("image") == 1);
    CHECK(second.at("label") == 0);
    CHECK(second.at("float").at("winner") == 0);
    CHECK(second.at("slogii").at("answers") == Json::array({2, 1}));
    const auto& small = json.at("images")[0].at("float").at("answers");
    CHECK(small[2].get<float>() == 3.5e-12F);
    CHECK(json.at("images")[2].at("slogii").at("answers")[1].is_null());
    const Json without = Json::parse(report::answersJson(threeImages(folder, false), answers));
    CHECK_FALSE(without.at("images")[0].contains("label"));
}
