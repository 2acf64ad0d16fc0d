// Locks of folders, names for tools, outputs that must not replace inputs.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "support/cache_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/folder_lock.h"
#include "support/safe_name.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"
#include "tests/tools_folder.h"

namespace fs = std::filesystem;
using namespace aslog::support;
using aslog::tests::Environment;
using aslog::tests::TemporaryFolder;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("A folder is held by one lock at a time, which names its process") {
    const TemporaryFolder folder;
    const fs::path held = folder / "new";
    auto first = std::make_unique<FolderLock>(held);
    CHECK_THROWS_WITH(FolderLock(held),
                      ContainsSubstring("process " + std::to_string(::getpid())) &&
                          ContainsSubstring(held.string()));
    first.reset();
    CHECK(fs::is_empty(held));
    CHECK_NOTHROW(FolderLock(held));
}

TEST_CASE("A lock writes into no file that a link leads to") {
    const TemporaryFolder folder;
    writeFile(folder / "precious", "mine");
    makeFolder(folder / "held");
    fs::create_symlink(folder / "precious", folder / "held" / ".aslog.lock");
    CHECK_THROWS_AS(FolderLock(folder / "held"), FileError);
    CHECK(readFile(folder / "precious") == "mine");
}

TEST_CASE("A process that was killed holds no folder") {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
        static const FolderLock lock(folder.path());
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(fs::exists(folder / ".aslog.lock"));
    CHECK_NOTHROW(FolderLock(folder.path()));
}

TEST_CASE("A file has a safe name for tools, a link if its own is none") {
    const TemporaryFolder folder;
    const fs::path work = folder / "work";
    makeFolder(work);
    CHECK(safeName(work / "tmp" / "a_1.ys", work) == "tmp/a_1.ys");
    for (const char* odd : {"a b", "quo\"te", "semi;colon", "ha#sh", "gr>eater", "pi|pe",
                            "line\nfeed", "br{ace", "$dollar", "\xc3\xbc", "-dash"}) {
        const fs::path file = folder / odd / "cells.lib";
        writeFile(file, odd);
        const std::string name = safeName(file, work);
        INFO(odd << " became " << name);
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_./-") ==
              std::string::npos);
        CHECK(name.ends_with(".lib"));
        CHECK(readFile(work / name) == odd);
        CHECK(safeName(file, work) == name);
    }
}

TEST_CASE("An output that would replace an input is refused") {
    const TemporaryFolder folder;
    writeFile(folder / "in", "input");
    fs::create_symlink(folder / "in", folder / "link");
    CHECK_NOTHROW(requireKept(folder / "in", folder / "out"));
    CHECK_NOTHROW(requireKept(folder / "in", folder / "i"));
    CHECK_NOTHROW(requireKept("", ""));
    for (const fs::path& output : std::vector<fs::path>{folder / "in", folder / "link",
                                                        folder / "." / "in", folder.path()}) {
        INFO(output.string());
        CHECK_THROWS_AS(requireKept(folder / "in", output), InputError);
    }
}

TEST_CASE("The cache is where XDG says, and only a full path counts") {
    const Environment home("HOME", "/home/somebody");
    {
        const Environment xdg("XDG_CACHE_HOME", "/caches");
        CHECK(cacheFolder() == "/caches/aslog");
    }
    for (const char* none : {"", "caches"}) {
        const Environment xdg("XDG_CACHE_HOME", none);
        CHECK(cacheFolder() == "/home/somebody/.cache/aslog");
    }
    const Environment xdg("XDG_CACHE_HOME", "");
    const Environment noHome("HOME", "");
    CHECK_FALSE(cacheFolder().has_value());
}
