#include <cstdint>
#include <string>
#include <vector>

#include <zlib.h>

#include "examples/fashion_cnn/fashion_mnist.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/examples/temporary_folder.h"

namespace aslog::examples {
namespace {

using Catch::Matchers::ContainsSubstring;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

// Two images of 2 x 3 pixels, and their labels.
const Bytes kImages{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                    0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255};
const Bytes kLabels{0, 0, 8, 1, 0, 0, 0, 2, 9, 0};

void writeGzip(const fs::path& path, const Bytes& bytes) {
    gzFile file = gzopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) ==
            static_cast<int>(bytes.size()));
    REQUIRE(gzclose(file) == Z_OK);
}

void checkImagesRefused(const Bytes& bytes, const std::string& message) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "images.gz";
    writeGzip(path, bytes);
    CHECK_THROWS_WITH(readIdxImages(path),
                      ContainsSubstring("images.gz") && ContainsSubstring(message));
}

}  // namespace

TEST_CASE("IDX images and labels are read from gzipped files") {
    const TemporaryFolder folder;
    writeGzip(folder.path() / "t10k-images-idx3-ubyte.gz", kImages);
    writeGzip(folder.path() / "t10k-labels-idx1-ubyte.gz", kLabels);
    const Dataset set = readTestSet(folder.path());
    REQUIRE(set.size() == 2);
    CHECK(set.images.count == 2);
    CHECK(set.images.height == 2);
    CHECK(set.images.width == 3);
    const auto second = set.images.image(1);
    CHECK(Bytes(second.begin(), second.end()) == Bytes{7, 8, 9, 10, 11, 255});
    CHECK(set.labels == Bytes{9, 0});
    CHECK(firstImages(set.images, 1).pixels == Bytes{1, 2, 3, 4, 5, 6});
    CHECK_THROWS_WITH(firstImages(set.images, 3),
                      ContainsSubstring("3 images wanted, the set has 2"));
    CHECK_FALSE(hasFashionMnist(folder.path()));
}

TEST_CASE("a missing data set names the package that has it") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(readTrainingSet(folder.path()), support::FileError);
    CHECK_THROWS_WITH(readTrainingSet(folder.path()), ContainsSubstring("dataset-fashion-mnist"));
    CHECK_THROWS_AS(readIdxImages(folder.path() / "none.gz"), support::FileError);
}

TEST_CASE("corrupt IDX files are refused") {
    Bytes bytes = kImages;
    SECTION("pixels are missing") {
        bytes.pop_back();
        checkImagesRefused(bytes, "truncated");
    }
    SECTION("the header is missing") {
        bytes.resize(6);
        checkImagesRefused(bytes, "truncated");
    }
    SECTION("more bytes than the header says") {
        bytes.push_back(0);
        checkImagesRefused(bytes, "after the last element");
    }
    SECTION("labels where images are expected") {
        checkImagesRefused(kLabels, "magic number 0x00000801 found, 0x00000803 expected");
    }
    SECTION("a size of zero") {
        bytes[11] = 0;
        checkImagesRefused(bytes, "2 images of 0 x 3 pixels");
    }
    SECTION("sizes whose product overflows") {
        for (const std::size_t i : {4U, 8U, 12U}) {
            bytes[i] = 255;
        }
        checkImagesRefused(bytes, "is corrupt");
    }
}

TEST_CASE("a damaged gzip stream is refused") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "images.gz";
    writeGzip(path, kImages);
    const std::string stream = support::readFile(path);
    SECTION("cut in the middle") {
        support::writeFile(path, stream.substr(0, stream.size() - 9));
        CHECK_THROWS_WITH(readIdxImages(path), ContainsSubstring("is truncated"));
    }
    SECTION("a wrong checksum") {
        std::string damaged = stream;
        damaged[damaged.size() - 6] ^= 1;
        support::writeFile(path, damaged);
        CHECK_THROWS_WITH(readIdxImages(path), ContainsSubstring("is corrupt"));
    }
}

TEST_CASE("labels must fit the images and the classes") {
    const TemporaryFolder folder;
    writeGzip(folder.path() / "train-images-idx3-ubyte.gz", kImages);
    const fs::path labels = folder.path() / "train-labels-idx1-ubyte.gz";
    SECTION("one label too few") {
        writeGzip(labels, {0, 0, 8, 1, 0, 0, 0, 1, 9});
        CHECK_THROWS_WITH(readTrainingSet(folder.path()),
                          ContainsSubstring("2 images, but 1 labels"));
    }
    SECTION("a label that is no class") {
        writeGzip(labels, {0, 0, 8, 1, 0, 0, 0, 2, 9, 10});
        CHECK_THROWS_WITH(readTrainingSet(folder.path()), ContainsSubstring("label 10 found"));
    }
}

}  // namespace aslog::examples
