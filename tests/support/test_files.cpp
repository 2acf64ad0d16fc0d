#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>

#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog::support;
using aslog::tests::TemporaryFolder;

namespace {

std::size_t entriesIn(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::string errorOf(const fs::path& path, const std::string& text) {
    try {
        writeFile(path, text);
    } catch (const FileError& error) {
        return error.what();
    }
    return "no error";
}

// While it lives, this process can not write files larger than `bytes`: the kernel refuses like a
// full disk does, in the middle of a file.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit limit{bytes, old_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        oldHandler_ = std::signal(SIGXFSZ, SIG_IGN);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &old_);
        std::signal(SIGXFSZ, oldHandler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit old_{};
    void (*oldHandler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a file is written whole, in a folder that is made for it") {
    const TemporaryFolder folder;
    const fs::path path = folder / "a" / "b" / "file.txt";
    writeFile(path, "first");
    writeFile(path, std::string("second\0part", 11));
    CHECK(readFile(path) == std::string("second\0part", 11));
    CHECK(entriesIn(path.parent_path()) == 1);
}

TEST_CASE("a failed write keeps the old file and leaves nothing behind") {
    const TemporaryFolder folder;
    const fs::path path = folder / "file.txt";
    writeFile(path, "old");
    std::string message;
    {
        const FileSizeLimit limit(1000);
        message = errorOf(path, std::string(5000, 'x'));
    }
    CHECK(message == "cannot write " + path.string() + ": File too large");
    CHECK(readFile(path) == "old");
    CHECK(entriesIn(folder.path()) == 1);
}

TEST_CASE("a full device is reported") {
    CHECK(errorOf("/dev/full", "text") == "cannot write /dev/full: No space left on device");
    CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a folder that cannot be written to is reported") {
    const TemporaryFolder folder;
    writeFile(folder / "file", "");
    CHECK(errorOf(folder / "file" / "below.txt", "text") ==
          "cannot create the folder " + (folder / "file").string() + ": Not a directory");
    CHECK(errorOf(folder.path(), "text") ==
          "cannot write " + folder.path().string() + ": Is a directory");
    CHECK_THAT(errorOf("/proc/aslog/file.txt", "text"),
               Catch::Matchers::StartsWith("cannot create the folder /proc/aslog: "));
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    if (::geteuid() != 0) {  // root may write everywhere
        CHECK(errorOf(folder / "new", "text") ==
              "cannot write " + (folder / "new").string() + ": Permission denied");
    }
    fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_CASE("a link is followed, not replaced") {
    const TemporaryFolder folder;
    writeFile(folder / "target", "old");
    fs::create_symlink("target", folder / "link");
    writeFile(folder / "link", "new");
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(readFile(folder / "target") == "new");
}

TEST_CASE("a file that cannot be read is reported") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(readFile(folder / "none"),
                      "cannot read " + (folder / "none").string() + ": No such file or directory");
    CHECK_THROWS_WITH(readFile(folder.path()),
                      "cannot read " + folder.path().string() + ": it is a folder");
    writeFile(folder / "large", std::string(11, 'x'));
    CHECK(readFile(folder / "large", 11).size() == 11);
    CHECK_THROWS_WITH(readFile(folder / "large", 10), "cannot read " + (folder / "large").string() +
                                                          ": it is larger than 10 bytes");
}

TEST_CASE("a pipe is read to its end") {
    const TemporaryFolder folder;
    const fs::path pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::string text(300000, 'x');  // more than a pipe holds
    std::thread writer([&] {
        std::ofstream stream(pipe);
        stream << text.substr(0, 7) << std::flush;
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        stream << text.substr(7);
    });
    CHECK(readFile(pipe) == text);
    writer.join();
}

TEST_CASE("a pipe that nobody writes into is given up") {
    const TemporaryFolder folder;
    const fs::path pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_THROWS_WITH(readFile(pipe), Catch::Matchers::ContainsSubstring("gave nothing"));
}

TEST_CASE("JSON files keep the order of their keys") {
    const TemporaryFolder folder;
    const Json json = {{"z", 1}, {"a", {{"y", true}, {"b", nullptr}}}};
    writeJson(folder / "file.json", json);
    CHECK(readFile(folder / "file.json") ==
          "{\n  \"z\": 1,\n  \"a\": {\n    \"y\": true,\n    \"b\": null\n  }\n}\n");
    CHECK(readJson(folder / "file.json") == json);
    writeFile(folder / "bad.json", "{\"a\": }");
    CHECK_THROWS_AS(readJson(folder / "bad.json"), InputError);
}

TEST_CASE("JSON holds what is no UTF-8 as it is shown") {
    const Json json = {{"pa\xffth", Json::array({"a\xfe", 1, {{"b", "c\xc3"}}})}, {"fine", "µ"}};
    const Json read = Json::parse(jsonText(json));
    CHECK(read.at("pa\\xffth") == Json::array({"a\\xfe", 1, {{"b", "c\\xc3"}}}));
    CHECK(read.at("fine") == "µ");
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const TemporaryFolder folder;
    writeFile(folder / "file", "abc");
    CHECK(sha256OfFile(folder / "file") == sha256("abc"));
}
