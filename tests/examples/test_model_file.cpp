#include <cmath>
#include <limits>
#include <string>

#include "examples/fashion_cnn/model_file.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/examples/temporary_folder.h"

namespace aslog::examples {
namespace {

using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

// A saved network of one layer whose two files a test can damage.
class SavedCnn {
  public:
    SavedCnn() { saveStoredCnn(stored(1.5F), folder_.path(), "tiny"); }

    static StoredCnn stored(float weight) {
        return {FashionCnn({1, 2, 2, 73, 90}, {{"only", 2, 1, 0, 1, 1, true}},
                           {weight, -0.25F, 0.0F, 3e-9F, 2.0F}),
                {"data", "command", 18446744073709551615U, 3, 10, 9}};
    }

    fs::path json() const { return folder_.path() / "tiny.json"; }
    fs::path weights() const { return folder_.path() / "tiny.f32"; }

    void replace(const std::string& from, const std::string& to) const {
        std::string text = support::readFile(json());
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        support::writeFile(json(), text.replace(at, from.size(), to));
    }

    void checkRefused(const std::string& message) const {
        CHECK_THROWS_AS(loadFashionCnn(json()), support::InputError);
        CHECK_THROWS_WITH(loadFashionCnn(json()),
                          ContainsSubstring("tiny.json") && ContainsSubstring(message));
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a stored network is loaded as it was saved") {
    const SavedCnn saved;
    const StoredCnn expected = SavedCnn::stored(1.5F);
    const StoredCnn loaded = loadStoredCnn(saved.json());
    const auto found = loaded.cnn.parameters();
    const auto wanted = expected.cnn.parameters();
    REQUIRE(std::vector(found.begin(), found.end()) == std::vector(wanted.begin(), wanted.end()));
    CHECK(loaded.cnn.input().offset == 73);
    CHECK(loaded.cnn.input().divisor == 90);
    CHECK(loaded.cnn.layers()[0].name == "only");
    CHECK(loaded.cnn.layers()[0].kernel == 2);
    CHECK(loaded.cnn.layers()[0].relu);
    CHECK(loaded.provenance.seed == 18446744073709551615U);
    CHECK(loaded.provenance.testCorrect == 9);
    // 1.5 = 0x3FC00000, the low byte first.
    CHECK(support::readFile(saved.weights()).substr(0, 4) == std::string("\0\0\xC0\x3F", 4));
}

TEST_CASE("weights that are not the saved ones are refused") {
    const SavedCnn saved;
    std::string bytes = support::readFile(saved.weights());
    SECTION("truncated") {
        support::writeFile(saved.weights(), bytes.substr(0, bytes.size() - 1));
        saved.checkRefused("tiny.f32: 19 bytes found, 5 weights");
    }
    SECTION("a weight too few") {
        support::writeFile(saved.weights(), bytes.substr(0, bytes.size() - 4));
        saved.checkRefused("tiny.f32: 16 bytes found, 5 weights");
    }
    SECTION("a weight too many") {
        support::writeFile(saved.weights(), bytes + std::string(4, '\0'));
        saved.checkRefused("tiny.f32: 24 bytes found, 5 weights");
    }
    SECTION("one bit differs") {
        bytes[7] ^= 1;
        support::writeFile(saved.weights(), bytes);
        saved.checkRefused("tiny.f32: SHA-256 " + support::sha256(bytes) + " found");
    }
    SECTION("not a number") {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        saveStoredCnn(SavedCnn::stored(nan), saved.weights().parent_path(), "tiny");
        saved.checkRefused("not a finite number");
    }
    SECTION("missing") {
        fs::remove(saved.weights());
        CHECK_THROWS_AS(loadFashionCnn(saved.json()), support::FileError);
        CHECK_THROWS_WITH(loadFashionCnn(saved.json()), ContainsSubstring("tiny.f32"));
    }
}

TEST_CASE("a faulty description of the network is refused") {
    const SavedCnn saved;
    SECTION("no JSON") {
        support::writeFile(saved.json(), "{");
        saved.checkRefused("");
    }
    SECTION("another format") {
        saved.replace("aslog_float_cnn_1", "aslog_float_cnn_9");
        saved.checkRefused("aslog_float_cnn_9");
    }
    SECTION("a missing key") {
        saved.replace("\"stride\"", "\"strife\"");
        saved.checkRefused("stride");
    }
    SECTION("a wrong type") {
        saved.replace("\"kernel\": 2", "\"kernel\": -2");
        saved.checkRefused("kernel: -2 found, an integer from 0 to 4096 expected");
    }
    SECTION("an unknown activation") {
        saved.replace("relu", "gelu");
        saved.checkRefused("\"gelu\" found");
    }
    SECTION("weights in another folder") {
        saved.replace("tiny.f32", "../tiny.f32");
        saved.checkRefused("a file beside this one");
    }
    SECTION("more weights than the layers need") {
        saved.replace("\"kernel\": 2", "\"kernel\": 1");
        saved.checkRefused("2 parameters, 5 found");
    }
    SECTION("a kernel larger than the image") {
        saved.replace("\"kernel\": 2", "\"kernel\": 3");
        saved.checkRefused("kernel 3 is larger");
    }
}

}  // namespace aslog::examples
