// Data sets: what a descriptor says is what the network gets, and answers stay hidden.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <png.h>

#include "ptq/data/csv.h"
#include "ptq/data/dataset.h"
#include "ptq/data/image_file.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/ptq/data/picture_files.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::data;
using aslog::support::FileError;
using aslog::support::InputError;
using aslog::support::Json;
using aslog::support::writeFile;
using aslog::tests::TemporaryFolder;
using aslog::tests::writeGreyJpeg;
using aslog::tests::writePng;
using Catch::Matchers::ContainsSubstring;

namespace {

// Two records; the pixel i of the first is i mod 251, all of the second are 7.
std::string cifarBytes(char secondLabel) {
    std::string bytes(1, '\3');
    for (int i = 0; i < 3072; ++i) {
        bytes += static_cast<char>(i % 251);
    }
    return bytes + std::string(1, secondLabel) + std::string(3072, '\7');
}

Json cifarDescriptor() {
    return {{"name", "two"}, {"kind", "cifar"}, {"images", "two.bin"}};
}

Dataset read(const TemporaryFolder& folder, const Json& descriptor,
             Answers answers = Answers::Wanted) {
    aslog::support::writeJson(folder / "set.json", descriptor);
    return readDataset(folder / "set.json", folder.path(), answers);
}

// Two pictures of 2 x 1 pixels and a list of them.
void writePictures(const TemporaryFolder& folder) {
    fs::create_directory(folder / "p");
    writePng(folder / "p/b.png", 2, 1, {10, 20, 30, 40, 50, 60});
    writePng(folder / "p/a.png", 2, 1, {1, 2, 3, 4, 5, 6});
    writeFile(folder / "list.csv", "file,label\nb.png,7\na.png,3\n");
    writeFile(folder / "pairs.csv", "img_a,img_b,same\na.png,b.png,1\nb.png,b.png,0\n");
}

Json pictureDescriptor() {
    return {{"name", "pictures"}, {"kind", "pictures"}, {"images", "p"}};
}

}  // namespace

TEST_CASE("CIFAR records give normalised planes and labels") {
    const TemporaryFolder folder;
    writeFile(folder / "two.bin", cifarBytes('\11'));
    Json descriptor = cifarDescriptor();
    descriptor["channels"] = "BGR";
    descriptor["scale"] = 0.5;
    descriptor["mean"] = {1, 2, 3};
    descriptor["deviation"] = {1, 2, 4};
    const Dataset set = read(folder, descriptor);
    REQUIRE(set.size() == 2);
    CHECK(set.shape() == ImageShape{3, 32, 32});
    CHECK(set.labels() == std::vector<int>{3, 9});
    const std::vector<float> image = set.image(0);
    for (const std::size_t i : {0U, 5U, 1023U}) {
        const auto pixel = [&](std::size_t plane) {
            return static_cast<double>((plane * 1024 + i) % 251);
        };
        CHECK(image[i] == static_cast<float>(pixel(2) * 0.5 - 1));
        CHECK(image[1024 + i] == static_cast<float>((pixel(1) * 0.5 - 2) / 2));
        CHECK(image[2048 + i] == static_cast<float>((pixel(0) * 0.5 - 3) / 4));
    }
    descriptor["first"] = 1;
    CHECK(read(folder, descriptor).size() == 1);
    descriptor["first"] = 3;
    CHECK_THROWS_AS(read(folder, descriptor), InputError);
}

TEST_CASE("Hidden answers are not read: wrong or missing ones do no harm") {
    const TemporaryFolder folder;
    writeFile(folder / "two.bin", cifarBytes('\77'));  // no class 63
    CHECK_THROWS_AS(read(folder, cifarDescriptor()), InputError);
    CHECK(read(folder, cifarDescriptor(), Answers::Hidden).labels().empty());
    writePictures(folder);
    Json pictures = pictureDescriptor();
    pictures["pairs"] = "nowhere.csv";
    CHECK_THROWS_AS(read(folder, pictures), FileError);
    CHECK(read(folder, pictures, Answers::Hidden).pairs().empty());
    writeFile(folder / "list.csv", "file,label\nb.png,no number\n");
    pictures = pictureDescriptor();
    pictures["list"] = "list.csv";
    CHECK_THROWS_AS(read(folder, pictures), InputError);
    CHECK(read(folder, pictures, Answers::Hidden).size() == 1);
}

TEST_CASE("A list is read as spreadsheets write it: with a byte order mark and quoted cells") {
    const TemporaryFolder folder;
    writeFile(folder / "list.csv",
              "\xef\xbb\xbf"
              "file,\"label\",\"a, \"\"b\"\"\nc\"\r\n\"b.png\",7,\"x\ny\"\r\na.png,\"3\",\r\n");
    const CsvTable table = CsvTable::read(folder / "list.csv");
    REQUIRE(table.rows() == 2);
    CHECK(table.text(0, "file") == "b.png");
    CHECK(table.text(0, "a, \"b\"\nc") == "x\ny");
    CHECK(table.text(1, "a, \"b\"\nc").empty());
    CHECK(table.integer(1, "label", 0, 9) == 3);
    using Catch::Matchers::ContainsSubstring;
    CHECK_THROWS_WITH(table.integer(1, "label", 0, 2), ContainsSubstring("list.csv:5:"));
    writeFile(folder / "bad.csv", "file,label\n\"b.png,7\n");
    CHECK_THROWS_WITH(CsvTable::read(folder / "bad.csv"), ContainsSubstring("bad.csv:2:"));
    writeFile(folder / "short.csv", "file,label\n\"a\nb\",1\nc\n");
    CHECK_THROWS_WITH(CsvTable::read(folder / "short.csv"), ContainsSubstring("short.csv:4:"));
}

TEST_CASE("Pictures come in the order of their list, or of their names") {
    const TemporaryFolder folder;
    writePictures(folder);
    Json descriptor = pictureDescriptor();
    const Dataset byName = read(folder, descriptor);
    REQUIRE(byName.size() == 2);
    CHECK(byName.image(0) == std::vector<float>{1, 4, 2, 5, 3, 6});
    CHECK(byName.labels().empty());
    descriptor["list"] = "list.csv";
    descriptor["channels"] = "BGR";
    descriptor["pairs"] = "pairs.csv";
    const Dataset byList = read(folder, descriptor);
    CHECK(byList.image(0) == std::vector<float>{30, 60, 20, 50, 10, 40});
    CHECK(byList.labels() == std::vector<int>{7, 3});
    REQUIRE(byList.pairs().size() == 2);
    CHECK(byList.pairs()[0].first == 1);
    CHECK(byList.pairs()[0].second == 0);
    CHECK(byList.pairs()[0].isSame);
    CHECK_FALSE(byList.pairs()[1].isSame);
}

TEST_CASE("Pictures of several folders come one folder after the other, each with its list") {
    const TemporaryFolder folder;
    writePictures(folder);
    fs::create_directory(folder / "q");
    writePng(folder / "q/a.png", 2, 1, {7, 8, 9, 10, 11, 12});
    writeFile(folder / "more.csv", "label,file\n5,a.png\n");
    Json descriptor = pictureDescriptor();
    descriptor["images"] = {"q", "p"};
    const Dataset byName = read(folder, descriptor);
    REQUIRE(byName.size() == 3);
    CHECK(byName.image(0) == std::vector<float>{7, 10, 8, 11, 9, 12});
    CHECK(byName.image(1) == std::vector<float>{1, 4, 2, 5, 3, 6});
    descriptor["list"] = {"more.csv", "list.csv"};
    const Dataset byList = read(folder, descriptor);
    CHECK(byList.labels() == std::vector<int>{5, 7, 3});
    CHECK(byList.image(0) == byName.image(0));
    CHECK(byList.image(2) == byName.image(1));
    descriptor["first"] = 2;
    CHECK(read(folder, descriptor).labels() == std::vector<int>{5, 7});
    // Labels of some pictures alone would be those of others.
    writeFile(folder / "more.csv", "file\na.png\n");
    CHECK_THROWS_WITH(read(folder, descriptor), ContainsSubstring("list.csv"));
    CHECK(read(folder, descriptor, Answers::Hidden).labels().empty());
    descriptor["list"] = {"list.csv", "more.csv"};
    CHECK_THROWS_WITH(read(folder, descriptor), ContainsSubstring("more.csv"));
    descriptor["pairs"] = "pairs.csv";
    CHECK_THROWS_WITH(read(folder, descriptor), ContainsSubstring("/pairs"));
    descriptor.erase("pairs");
    descriptor["list"] = "list.csv";
    CHECK_THROWS_WITH(read(folder, descriptor), ContainsSubstring("2 names of tables"));
    descriptor["images"] = Json::array();
    CHECK_THROWS_WITH(read(folder, descriptor), ContainsSubstring("/images"));
    Json records = cifarDescriptor();
    records["images"] = {"a.bin", "b.bin"};
    CHECK_THROWS_WITH(read(folder, records), ContainsSubstring("\"pictures\" only"));
}

TEST_CASE("Pictures of other sizes, transparent or damaged ones are refused by name") {
    const TemporaryFolder folder;
    writePictures(folder);
    writePng(folder / "p/c.png", 1, 1, {1, 2, 3});
    CHECK_THROWS_WITH(read(folder, pictureDescriptor()), ContainsSubstring("c.png"));
    writePng(folder / "p/c.png", 1, 1, {1, 2, 3, 4}, PNG_FORMAT_RGBA);
    CHECK_THROWS_WITH(readPicture(folder / "p/c.png"), ContainsSubstring("transparent"));
    writeGreyJpeg(folder / "g.jpg", 16, 200);
    const Picture grey = readPicture(folder / "g.jpg");
    REQUIRE(grey.rgb.size() == 16 * 16 * 3);
    CHECK(std::abs(grey.rgb[5] - 200) <= 1);
    for (const char* name : {"p/a.png", "g.jpg"}) {
        const std::string whole = aslog::support::readFile(folder / name);
        for (std::size_t length = 0; length < whole.size(); length += 7) {
            writeFile(folder / "cut", whole.substr(0, length));
            INFO(name << " cut to " << length);
            // Nothing but what follows the last pixel may be missing.
            try {
                const Picture cut = readPicture(folder / "cut");
                CHECK(cut.rgb == readPicture(folder / name).rgb);
                CHECK(length + 20 > whole.size());
            } catch (const InputError&) {
                SUCCEED();
            }
        }
    }
}

TEST_CASE("All faults of a descriptor are reported together") {
    const TemporaryFolder folder;
    const Json bad = {{"name", ""}, {"kind", "cifer"},        {"chanels", "RGB"}, {"mean", {1, 2}},
                      {"scale", 0}, {"deviation", {1, 0, 1}}, {"first", -1}};
    try {
        read(folder, bad);
        FAIL("accepted");
    } catch (const InputError& error) {
        const std::string text = error.what();
        for (const char* pointer :
             {"/name", "/kind", "/chanels", "/mean", "/scale", "/deviation", "/first", "/images"}) {
            CHECK_THAT(text, ContainsSubstring(pointer));
        }
        CHECK_THAT(text, ContainsSubstring("is \"channels\" meant?"));
    }
    Json wrongKind = cifarDescriptor();
    wrongKind["pairs"] = "p.csv";
    CHECK_THROWS_WITH(read(folder, wrongKind), ContainsSubstring("\"pictures\" only"));
    CHECK_THROWS_WITH(read(folder, cifarDescriptor()), ContainsSubstring("ASLOG_DATA_ROOT"));
}

TEST_CASE("The descriptors of the examples are valid, and those whose data is there can be read") {
    const char* root = std::getenv("ASLOG_DATA_ROOT");
    if (root == nullptr) {
        WARN("skipped: ASLOG_DATA_ROOT not found");
    }
    const fs::path nowhere = "/nowhere";
    int descriptors = 0;
    for (const auto& entry : fs::directory_iterator(ASLOG_SOURCE_DIR "/examples/data")) {
        INFO(entry.path());
        ++descriptors;
        try {
            const Dataset set =
                readDataset(entry.path(), root == nullptr ? nowhere : root, Answers::Wanted);
            CHECK(set.name() == entry.path().stem());
            CHECK(set.size() >= 64);
        } catch (const FileError& error) {
            WARN("skipped: " << error.what());
        }
    }
    CHECK(descriptors == 8);
}
