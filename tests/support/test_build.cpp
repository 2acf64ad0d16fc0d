// Which aslog this is: what cmake/write_build.cmake makes of a folder of sources.

#include <filesystem>
#include <string>
#include <vector>

#include "support/build.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "support/subprocess.h"
#include "support/tools.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog::support;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

const fs::path kCmake = fs::path(ASLOG_SOURCE_DIR) / "cmake";

void runIn(const fs::path& folder, std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    command.folder = folder;
    const CapturedResult done = runCaptured(command);
    INFO(done.output);
    REQUIRE(done.result.ok());
}

void git(const fs::path& folder, const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = {"git", "-c", "user.name=a", "-c", "user.email=a@b"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    runIn(folder, argv);
}

void commit(const fs::path& folder, const std::string& text) {
    writeFile(folder / "file", text);
    git(folder, {"add", "file"});
    git(folder, {"commit", "-q", "-m", text});
}

struct Written {
    std::string description;
    std::string commit;
};

// What the script writes for sources of version 0.1.0 in `source`.
Written write(const fs::path& source) {
    const TemporaryFolder out;
    writeFile(out / "template", "@ASLOG_DESCRIPTION@ @ASLOG_COMMIT@");
    runIn(out.path(),
          {"cmake", "-DSOURCE=" + source.string(), "-DVERSION=0.1.0", "-DCOMPILER=c",
           "-DTEMPLATE=" + (out / "template").string(), "-DOUTPUT=" + (out / "output").string(),
           "-P", (kCmake / "write_build.cmake").string()});
    std::string text = readFile(out / "output");
    text.erase(text.find_last_not_of('\n') + 1);  // CMake ends the file with a line end
    const std::size_t space = text.find(' ');
    return {text.substr(0, space), text.substr(space + 1)};
}

bool isMissing(const char* tool) {
    try {
        (void)findTool(tool);
        return false;
    } catch (const MissingTool&) {
        WARN("skipped: " << tool << " not found");
        SUCCEED();
        return true;
    }
}

TEST_CASE("The description follows the tag, the commits since, and what was not committed") {
    if (isMissing("git") || isMissing("cmake")) {
        return;
    }
    const TemporaryFolder folder;
    const fs::path source = folder / "source";
    writeFile(source / "file", "as in a tarball");
    CHECK(write(source).description == "0.1.0");
    CHECK(write(source).commit == "unknown");

    git(source, {"init", "-q"});
    CHECK(write(source).description == "0.1.0");  // no commit yet
    commit(source, "one");
    const Written untagged = write(source);
    CHECK(untagged.commit.size() == 40);
    const std::string first = "g" + untagged.commit.substr(0, 7);
    CHECK(untagged.description == "0.1.0-" + first);
    git(source, {"tag", "v0.0.9"});  // of another version
    CHECK(write(source).description == "0.1.0-" + first);
    git(source, {"tag", "v0.1.0"});
    CHECK(write(source).description == "0.1.0-0-" + first);
    commit(source, "two");
    const Written later = write(source);
    CHECK(later.commit != untagged.commit);
    const std::string second = "g" + later.commit.substr(0, 7);
    CHECK(later.description == "0.1.0-1-" + second);
    writeFile(source / "file", "edited");
    CHECK(write(source).description == "0.1.0-1-" + second + "-dirty");

    const fs::path shallow = folder / "shallow";
    git(folder.path(),
        {"clone", "-q", "--depth=1", "--no-tags", "file://" + source.string(), shallow.string()});
    CHECK(write(shallow).description == "0.1.0-" + second);
    // Sources that lie inside of another repository are not its commit.
    writeFile(source / "inner" / "file", "as in a tarball");
    CHECK(write(source / "inner").description == "0.1.0");
    CHECK(write(source / "inner").commit == "unknown");
}

TEST_CASE("Result files say which aslog made them, and with which tools") {
    CHECK_THAT(build().description, Catch::Matchers::StartsWith("0."));
    const Json tools = toolsJson({"make"});
    CHECK(tools.at("aslog") == build().description);
    CHECK_THAT(tools.at("compiler").get<std::string>(), ContainsSubstring("-std=c++20"));
    CHECK_THAT(tools.at("make").get<std::string>(), ContainsSubstring("GNU Make"));
    CHECK(tools.size() == 3);
    CHECK(programHash() == sha256OfFile(fs::read_symlink("/proc/self/exe")));
}

}  // namespace
