// A folder of pictures without a descriptor: what counts as a picture, and in which order.

#include <filesystem>
#include <string>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/data/descriptor.h"
#include "ptq/data/picture_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/ptq/data/picture_files.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using Catch::Matchers::ContainsSubstring;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Pictures of a folder are told by their endings, and sorted by name") {
    const tests::TemporaryFolder folder;
    for (const char* name :
         {"b.png", "a.JPEG", "c.jpg", "B.PNG", "list.csv", "png", ".DS_Store", "x.png.txt"}) {
        support::writeFile(folder / "p" / name, "");
    }
    std::filesystem::create_directories(folder / "p/inner.png");
    support::writeFile(folder / "p/inner.png/z.png", "");
    const data::PictureFolder found = data::listPictures(folder / "p");
    CHECK(found.pictures == Names{"B.PNG", "a.JPEG", "b.png", "c.jpg"});
    CHECK(found.others == Names{".DS_Store", "inner.png", "list.csv", "png", "x.png.txt"});
    CHECK_THROWS_WITH(data::listPictures(folder / "p/inner.png/no"), ContainsSubstring("no"));
    support::writeFile(folder / "q/notes.txt", "");
    CHECK_THROWS_WITH(data::listPictures(folder / "q"),
                      ContainsSubstring("1 files found, none ends in .png, .jpg or .jpeg"));
    CHECK_THROWS_AS(data::listPictures(folder / "q"), support::InputError);
    CHECK_THROWS_AS(data::listPictures(folder / "nowhere"), support::FileError);
}

TEST_CASE("A descriptor in memory takes the files that it names; grey ones have no colours") {
    const tests::TemporaryFolder folder;
    tests::writePng(folder / "a.png", 2, 1, {1, 1, 1, 4, 4, 4});
    tests::writePng(folder / "b.png", 2, 1, {7, 7, 7, 9, 9, 9});
    tests::writePng(folder / "c.png", 2, 1, {7, 7, 7, 9, 9, 8});
    data::Descriptor descriptor;
    descriptor.name = "some";
    descriptor.kind = data::Kind::Pictures;
    descriptor.images = {folder.path().string()};
    descriptor.files = {"b.png", "a.png"};
    descriptor.channels = data::ChannelOrder::Grey;
    descriptor.scale = 0.5;
    descriptor.mean = {1};
    descriptor.deviation = {1};
    const data::Dataset set = data::readDataset(descriptor, "", data::Answers::Wanted);
    CHECK(set.size() == 2);
    CHECK(set.shape() == data::ImageShape{1, 1, 2});
    CHECK(set.image(0) == std::vector<float>{2.5F, 3.5F});
    CHECK(set.labels().empty());
    descriptor.files.emplace_back("c.png");
    CHECK_THROWS_WITH(data::readDataset(descriptor, "", data::Answers::Wanted),
                      ContainsSubstring("c.png: has colours, the network takes grey pictures"));
}
