// NumPy arrays as data sets: every layout and type of label, and no damaged file is taken.

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "ptq/data/dataset.h"
#include "ptq/data/npy.h"
#include "ptq/data/npy_header.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::data;
using aslog::support::FileError;
using aslog::support::InputError;
using aslog::support::Json;
using aslog::support::writeFile;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

namespace {

// As numpy.save writes it: the elements start at a multiple of 64.
std::string npyBytes(std::string header, const std::string& elements, int version = 1) {
    const std::size_t start = version == 1 ? 10 : 12;
    header += std::string(63 - (start + header.size()) % 64, ' ') + "\n";
    std::string bytes = std::string("\x93NUMPY") + static_cast<char>(version) + '\0';
    for (std::size_t i = 0; i < start - 8; ++i) {
        bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
    }
    return bytes + header + elements;
}

std::string headerText(const std::string& type, const std::string& shape,
                       const std::string& fortranOrder = "False") {
    return "{'descr': '" + type + "', 'fortran_order': " + fortranOrder + ", 'shape': " + shape +
           ", }";
}

// The bytes 0, 1, 2, ...
std::string counting(std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
        bytes += static_cast<char>(i);
    }
    return bytes;
}

void writeNpy(const fs::path& path, const std::string& type, const std::string& shape,
              const std::string& elements) {
    writeFile(path, npyBytes(headerText(type, shape), elements));
}

Json greyDescriptor() {
    return {{"name", "grey"},
            {"kind", "npy"},
            {"images", "x.npy"},
            {"layout", "NHW"},
            {"channels", "grey"}};
}

Json colourDescriptor(const char* layout) {
    return {{"name", "colour"}, {"kind", "npy"}, {"images", "x.npy"}, {"layout", layout}};
}

Dataset readSet(const TemporaryFolder& folder, const Json& descriptor,
                Answers answers = Answers::Wanted) {
    aslog::support::writeJson(folder / "set.json", descriptor);
    return readDataset(folder / "set.json", folder.path(), answers);
}

// Little-endian, or big-endian for '>'.
std::string numberBytes(std::int64_t value, std::size_t size, bool isBigEndian) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        bytes[isBigEndian ? size - 1 - i : i] =
            static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
    }
    return bytes;
}

}  // namespace

TEST_CASE("An array of grey images gives pixels, and labels of another file") {
    const TemporaryFolder folder;
    writeNpy(folder / "x.npy", "|u1", "(3, 2, 2)", counting(12));
    writeNpy(folder / "y.npy", "|u1", "(3,)", "\5\7\x9");
    Json descriptor = greyDescriptor();
    descriptor["labels"] = "y.npy";
    descriptor["mean"] = {1};
    descriptor["deviation"] = {2};
    const Dataset set = readSet(folder, descriptor);
    REQUIRE(set.size() == 3);
    CHECK(set.shape() == ImageShape{1, 2, 2});
    CHECK(set.image(2) == std::vector<float>{3.5F, 4, 4.5F, 5});
    CHECK(set.labels() == std::vector<int>{5, 7, 9});
    descriptor["first"] = 2;
    const Dataset two = readSet(folder, descriptor);
    CHECK(two.size() == 2);
    CHECK(two.image(1) == set.image(1));
    CHECK(two.labels() == std::vector<int>{5, 7});
    descriptor["first"] = 4;
    CHECK_THROWS_WITH(readSet(folder, descriptor),
                      ContainsSubstring("wants 4 images, there are 3"));
}

TEST_CASE("The layout says where the channels of an array are") {
    const TemporaryFolder folder;
    writeNpy(folder / "x.npy", "|u1", "(2, 1, 2, 3)", counting(12));
    const Dataset last = readSet(folder, colourDescriptor("NHWC"));
    REQUIRE(last.size() == 2);
    CHECK(last.shape() == ImageShape{3, 1, 2});
    CHECK(last.image(0) == std::vector<float>{0, 3, 1, 4, 2, 5});
    CHECK(last.image(1) == std::vector<float>{6, 9, 7, 10, 8, 11});
    writeNpy(folder / "x.npy", "|u1", "(2, 3, 1, 2)", counting(12));
    Json descriptor = colourDescriptor("NCHW");
    descriptor["channels"] = "BGR";
    const Dataset first = readSet(folder, descriptor);
    CHECK(first.shape() == ImageShape{3, 1, 2});
    CHECK(first.image(1) == std::vector<float>{10, 11, 8, 9, 6, 7});
    CHECK_THROWS_WITH(
        readSet(folder, colourDescriptor("NHWC")),
        ContainsSubstring("x.npy") && ContainsSubstring("(2, 3, 1, 2), which is 2 channels"));
    CHECK_THROWS_WITH(readSet(folder, greyDescriptor()),
                      ContainsSubstring("3 dimensions are needed"));
    writeNpy(folder / "x.npy", "|u1", "(2, 1, 2, 1)", counting(4));
    descriptor = colourDescriptor("NHWC");
    descriptor["channels"] = "grey";
    CHECK(readSet(folder, descriptor).image(1) == std::vector<float>{2, 3});
}

TEST_CASE("Labels are read from whole numbers of every type and byte order") {
    const TemporaryFolder folder;
    writeNpy(folder / "x.npy", "|u1", "(2, 1, 1)", counting(2));
    Json descriptor = greyDescriptor();
    descriptor["labels"] = "y.npy";
    const std::vector<std::pair<std::string, std::int64_t>> types = {
        {"|u1", 200},   {"|i1", 100},   {"<u2", 513},   {"<i2", 513},
        {">i2", 513},   {"<u4", 70000}, {"<i4", 70000}, {">u4", 70000},
        {"<u8", 70000}, {"<i8", 70000}, {">i8", 70000}};
    for (const auto& [type, value] : types) {
        INFO(type);
        const auto size = static_cast<std::size_t>(type[2] - '0');
        const bool isBigEndian = type[0] == '>';
        const auto bytes = [&](std::int64_t number) {
            return numberBytes(number, size, isBigEndian);
        };
        writeNpy(folder / "y.npy", type, "(2,)", bytes(value) + bytes(0));
        CHECK(readSet(folder, descriptor).labels() == std::vector<int>{static_cast<int>(value), 0});
        // All bits set: -1, or more than any label.
        writeNpy(folder / "y.npy", type, "(2,)", bytes(value) + bytes(-1));
        if (type == "|u1") {
            CHECK(readSet(folder, descriptor).labels()[1] == 255);
        } else if (type[1] == 'i') {
            CHECK_THROWS_WITH(readSet(folder, descriptor),
                              ContainsSubstring("element 1 is -1; 0 to"));
        } else if (size > 2) {
            CHECK_THROWS_WITH(readSet(folder, descriptor), ContainsSubstring("are allowed"));
        }
    }
    writeNpy(folder / "y.npy", "<i8", "(1,)", std::string(7, '\0') + '\x80');  // -2^63
    CHECK_THROWS_WITH(NpyFile(folder / "y.npy").integers(1, -5, 5),
                      ContainsSubstring("-9223372036854775808"));
    writeNpy(folder / "y.npy", "<u4", "(1,)", "\xFF\xFF\xFF\xFF");
    CHECK_THROWS_AS(NpyFile(folder / "y.npy").integers(1, 0, std::numeric_limits<int>::max()),
                    InputError);
    writeNpy(folder / "y.npy", "|i1", "(2,)", "\xFD\3");
    CHECK(NpyFile(folder / "y.npy").integers(2, -5, 5) == std::vector<int>{-3, 3});
}

TEST_CASE("Labels that do not fit their images are refused by file") {
    const TemporaryFolder folder;
    writeNpy(folder / "x.npy", "|u1", "(2, 1, 1)", counting(2));
    Json descriptor = greyDescriptor();
    descriptor["labels"] = "y.npy";
    const auto refused = [&](const std::string& what) {
        CHECK_THROWS_WITH(readSet(folder, descriptor),
                          ContainsSubstring("y.npy: ") && ContainsSubstring(what));
    };
    writeNpy(folder / "y.npy", "|u1", "(3,)", counting(3));
    refused("has the shape (3); one label for each of 2 images");
    writeNpy(folder / "y.npy", "|u1", "(2, 2)", counting(4));
    refused("has the shape (2, 2)");
    writeNpy(folder / "y.npy", "<f4", "(2,)", std::string(8, '\0'));
    refused("'<f4'; whole numbers are needed");
}

TEST_CASE("Hidden answers of an array are not read: no file of labels is opened") {
    const TemporaryFolder folder;
    writeNpy(folder / "x.npy", "|u1", "(2, 1, 1)", counting(2));
    Json descriptor = greyDescriptor();
    descriptor["labels"] = "nowhere.npy";
    CHECK_THROWS_AS(readSet(folder, descriptor), FileError);
    CHECK(readSet(folder, descriptor, Answers::Hidden).size() == 2);
    writeFile(folder / "y.npy", "no array");
    descriptor["labels"] = "y.npy";
    CHECK_THROWS_AS(readSet(folder, descriptor), InputError);
    CHECK(readSet(folder, descriptor, Answers::Hidden).labels().empty());
}

TEST_CASE("All versions of the format and all spellings of its header are read") {
    const TemporaryFolder folder;
    for (const int version : {1, 2, 3}) {
        INFO(version);
        writeFile(folder / "x.npy", npyBytes(headerText("|u1", "(2, 3)"), counting(6), version));
        NpyFile file(folder / "x.npy");
        CHECK(file.shape() == std::vector<std::size_t>{2, 3});
        CHECK(file.pixels(1) == std::vector<std::uint8_t>{0, 1, 2});
        CHECK(file.pixels(2).size() == 6);
    }
    const NpyHeader header =
        parseNpyHeader("{\"shape\":( 4 ,5),'fortran_order' : True,'descr':\">f8\"}\n");
    CHECK(header.type == ">f8");
    CHECK(header.isFortranOrder);
    CHECK(header.shape == std::vector<std::size_t>{4, 5});
    CHECK(parseNpyHeader(headerText("<i4", "()")).shape.empty());
}

TEST_CASE("Arrays of other types and orders are refused with their name") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& header, std::size_t bytes, const char* what) {
        INFO(header);
        writeFile(folder / "x.npy", npyBytes(header, counting(bytes)));
        CHECK_THROWS_WITH(readSet(folder, greyDescriptor()),
                          ContainsSubstring("x.npy: ") && ContainsSubstring(what));
    };
    refused(headerText("|u1", "(2, 2, 2)", "True"), 8, "Fortran order");
    refused(headerText("<f4", "(2, 1, 1)"), 8, "pixels of the type '<f4'; '|u1'");
    refused(headerText("|i1", "(2, 1, 1)"), 2, "pixels of the type '|i1'");
    refused(headerText("<u2", "(2, 1, 1)"), 4, "pixels of the type '<u2'");
    for (const char* type : {"|O", "|b1", "|u2", "<c8", "<U4", "u1", "<u3", ""}) {
        refused(headerText(type, "(2, 1, 1)"), 8, "has elements of the type");
    }
    refused("{'descr': [('r', '|u1')], 'fortran_order': False, 'shape': (2,), }", 2,
            "one simple type");
    CHECK_THROWS_AS(NpyFile(folder / "none.npy"), FileError);
    CHECK_THROWS_AS(NpyFile(folder.path()), FileError);
}

TEST_CASE("Damaged headers are refused, and nothing is allocated for what they claim") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& bytes, const std::string& what) {
        INFO(bytes);
        writeFile(folder / "x.npy", bytes);
        CHECK_THROWS_WITH(NpyFile(folder / "x.npy"),
                          ContainsSubstring("x.npy: ") && ContainsSubstring(what));
    };
    const auto refusedShape = [&](const std::string& shape, const std::string& what) {
        refused(npyBytes(headerText("<u4", shape), counting(16)), what);
    };
    refusedShape("(4294967296, 4294967296)", "need more than the 16 bytes");
    refusedShape("(4611686018427387904,)", "need more than the 16 bytes");  // 2^64 bytes
    refusedShape("(5,)", "need more than the 16 bytes");
    refusedShape("(3,)", "has 4 bytes after the last element");
    refusedShape("(4, 0)", "no images");
    refusedShape("()", "no images");
    refusedShape("(18446744073709551616,)", "a size from 0 to 2^64-1");
    refusedShape("(-4,)", "a size from 0 to 2^64-1");
    refusedShape("(4 5)", "')' expected");
    refusedShape("(4", "a size from 0 to");
    refusedShape("4", "'(' expected");
    refused(npyBytes(headerText("|u1", "(1,)", "Maybe"), "x"), "True or False expected");
    refused(npyBytes(headerText("|u1", "(1,)") + "}", "x"), "the end expected");
    refused(npyBytes("{'descr': '|u1', 'shape': (1,)}", "x"), "has no 'fortran_order'");
    refused(npyBytes("{'shape': (1,), 'shape': (1,)}", "x"), "'shape' twice");
    refused(npyBytes("{'colour': 1}", "x"), "unknown key 'colour'");
    refused(npyBytes("", "x"), "'{' expected");
    refused(npyBytes("{'descr", "x"), "in quotation marks expected");
    refused(npyBytes(headerText("|u1", "(1,)"), "x", 4), "version 4.0");
    refused(std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF", 12), "4294967295 bytes long");
    refused("P5 no array at all", "is no .npy file");
}

TEST_CASE("A file of an array that is cut anywhere is refused") {
    const TemporaryFolder folder;
    const std::string whole = npyBytes(headerText("|u1", "(2, 3)"), counting(6));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO(length);
        writeFile(folder / "x.npy", whole.substr(0, length));
        CHECK_THROWS_WITH(NpyFile(folder / "x.npy"), ContainsSubstring("is truncated"));
    }
    writeFile(folder / "x.npy", whole);
    CHECK(NpyFile(folder / "x.npy").rows() == 2);
}

TEST_CASE("A descriptor of an array needs a layout that fits the channels") {
    const TemporaryFolder folder;
    Json descriptor = greyDescriptor();
    descriptor["channels"] = "RGB";
    CHECK_THROWS_WITH(readSet(folder, descriptor),
                      ContainsSubstring("/channels: images of the layout \"NHW\" are grey"));
    descriptor.erase("layout");
    descriptor["list"] = "list.csv";
    CHECK_THROWS_WITH(readSet(folder, descriptor),
                      ContainsSubstring("/layout: missing") &&
                          ContainsSubstring("/list: is for the kind \"pictures\" only") &&
                          !ContainsSubstring("/channels"));
    descriptor["kind"] = "cifar";
    descriptor.erase("list");
    descriptor["layout"] = "NWH";
    descriptor["labels"] = "y.npy";
    CHECK_THROWS_WITH(readSet(folder, descriptor),
                      ContainsSubstring("\"NHW\", \"NHWC\", \"NCHW\"") &&
                          ContainsSubstring("/layout: is for the kind \"npy\" only") &&
                          ContainsSubstring("/labels: is for the kinds \"idx\" and \"npy\" only"));
}
