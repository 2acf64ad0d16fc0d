// A run folder: what a stopped `generate` leaves, and files that are not as generated.

#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "run/run_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using Catch::Matchers::ContainsSubstring;
using tests::TemporaryFolder;

Design exampleDesign(const std::string& name) {
    return designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples" / (name + ".json"));
}

struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("stopped") {}
};

/// Stops after change number `count` on disk; returns how many there were.
int writeUntil(const Design& design, const fs::path& folder, int count) {
    int changes = 0;
    try {
        (void)writeRunFolder(design, folder, Replace::generated, [&] {
            if (++changes == count) {
                throw Stopped();
            }
        });
    } catch (const Stopped&) {
        CHECK(changes == count);
    }
    return changes;
}

/// What the next command makes of a folder.
enum class State { before, after, refused, neither };

State stateOf(const fs::path& folder, const std::string& before, const std::string& after) {
    try {
        const RunFolder run(folder);
        if (!run.changes().empty()) {
            return State::neither;
        }
        return run.designHash() == after    ? State::after
               : run.designHash() == before ? State::before
                                            : State::neither;
    } catch (const support::InputError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("aslog generate"));
        return State::refused;
    }
}

/// Stops the writing of `next` after its first file, half of them, and each of its last changes,
/// all renames among them; in a folder with what `prepare` leaves. The last state is the whole one.
template <typename Prepare>
std::vector<State> statesWhenStopped(const Design& next, const std::string& before,
                                     const Prepare& prepare) {
    const TemporaryFolder whole;
    prepare(whole.path());
    const int all = writeUntil(next, whole.path(), 0);
    std::vector<State> states;
    for (const int count : {1, all / 2, all - 4, all - 3, all - 2, all - 1, all}) {
        const TemporaryFolder folder;
        prepare(folder.path());
        writeUntil(next, folder.path(), count);
        states.push_back(stateOf(folder.path(), before, designHash(next)));
        // Whatever was left, the same command again puts it right and leaves nothing beside.
        (void)writeRunFolder(next, folder.path());
        CHECK(stateOf(folder.path(), before, designHash(next)) == State::after);
        for (const char* name : {".rtl.new", ".rtl.old", ".design.json.new"}) {
            CHECK_FALSE(fs::exists(folder / name));
        }
    }
    return states;
}

TEST_CASE("A generate stopped anywhere leaves the old design, the new one, or is refused") {
    const Design old = exampleDesign("tiny_3x5");
    const Design next = exampleDesign("small_4x4");
    using enum State;
    CHECK(statesWhenStopped(next, designHash(old), [&](const fs::path& folder) {
              (void)writeRunFolder(old, folder);
          }) == std::vector<State>{before, before, before, before, refused, refused, after});
}

TEST_CASE("The first generate of a folder, stopped, leaves no folder that a stage takes") {
    using enum State;
    CHECK(statesWhenStopped(exampleDesign("tiny_3x5"), "", [](const fs::path&) {}) ==
          std::vector<State>{refused, refused, refused, refused, refused, refused, after});
}

TEST_CASE("A folder in the order in which it was written before is refused when it is a mix") {
    const TemporaryFolder folder;
    (void)writeRunFolder(exampleDesign("tiny_3x5"), folder / "run");
    (void)writeRunFolder(exampleDesign("small_4x4"), folder / "other");
    fs::remove_all(folder / "run" / "rtl");
    fs::rename(folder / "other" / "rtl", folder / "run" / "rtl");
    CHECK_THROWS_WITH(RunFolder(folder / "run"),
                      ContainsSubstring("another design") && ContainsSubstring("aslog generate"));
}

TEST_CASE("Edited, missing and added files are named, each for what it is") {
    const TemporaryFolder folder;
    (void)writeRunFolder(exampleDesign("tiny_3x5"), folder.path());
    const RunFolder untouched(folder.path());
    CHECK(untouched.changes().empty());
    CHECK(untouched.designHash() == designHash(exampleDesign("tiny_3x5")));
    CHECK_NOTHROW(untouched.requireUnchanged());
    CHECK(changedNote(untouched.changedFiles()).empty());

    const fs::path rtl = untouched.rtl();
    support::writeFile(rtl / "aslog_ae.v", support::readFile(rtl / "aslog_ae.v") + " ");
    fs::remove(rtl / "baseline" / "int8_plain" / "aslog_ae.v");
    support::writeFile(rtl / "mine.v", "module mine; endmodule\n");
    support::writeFile(rtl / "baseline" / "int9" / "files.f", "");
    support::writeFile(rtl / "wave.vcd", "no Verilog");
    const RunFolder changed(folder.path());
    CHECK(changed.changedFiles() == std::vector<std::string>{"aslog_ae.v",
                                                             "baseline/int8_plain/aslog_ae.v",
                                                             "baseline/int9/files.f", "mine.v"});
    CHECK_THROWS_AS(changed.requireUnchanged(), support::InputError);
    CHECK_THROWS_WITH(
        changed.requireUnchanged("; or leave it"),
        ContainsSubstring("edited   aslog_ae.v") &&
            ContainsSubstring("missing  baseline/int8_plain/aslog_ae.v") &&
            ContainsSubstring("added    mine.v") &&
            ContainsSubstring("`aslog generate --force` writes them again; or leave it"));
    CHECK_THAT(changedNote(changed.changedFiles()), ContainsSubstring("aslog_ae.v, baseline/"));
}

// What the second generate says, with another design, after `change`; it must leave all as it was.
std::string refusalAfter(const std::function<void(const fs::path&)>& change) {
    const TemporaryFolder folder;
    (void)writeRunFolder(exampleDesign("tiny_3x5"), folder.path());
    change(folder.path());
    const auto contents = [&] {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            if (entry.is_regular_file()) {
                files[entry.path().string()] = support::readFile(entry.path());
            }
        }
        return files;
    };
    const auto before = contents();
    std::string message;
    try {
        (void)writeRunFolder(exampleDesign("small_4x4"), folder.path());
    } catch (const support::InputError& error) {
        message = error.what();
        CHECK(contents() == before);
    }
    (void)writeRunFolder(exampleDesign("small_4x4"), folder.path(), Replace::all);
    CHECK(RunFolder(folder.path()).changes().empty());
    return message;
}

TEST_CASE("What a user put into a run folder or changed there is not replaced unless by force") {
    const auto write = [](const char* name, const char* text) {
        return [=](const fs::path& folder) { support::writeFile(folder / name, text); };
    };
    CHECK(refusalAfter([](const fs::path&) {}).empty());
    CHECK(refusalAfter([](const fs::path& folder) {
              fs::remove(folder / "rtl" / "aslog_ae.v");
          }).empty());
    for (const char* name : {"rtl/my_soc.v", "rtl/notes.txt", "rtl/aslog_ae.v", "design.json",
                             "rtl/baseline/mine/x.v"}) {
        CHECK_THAT(refusalAfter(write(name, "mine")),
                   ContainsSubstring("--force") && ContainsSubstring(name));
    }
    CHECK_THAT(refusalAfter(write("rtl/manifest.json", "{")), ContainsSubstring("aslog_ae.v"));
    CHECK_THAT(refusalAfter([](const fs::path& folder) {
                   fs::rename(folder / "rtl", folder / "elsewhere");
                   fs::create_directory_symlink(folder / "elsewhere", folder / "rtl");
               }),
               ContainsSubstring("rtl"));
}

TEST_CASE("A design that another aslog made is replaced, one that was edited is not") {
    const TemporaryFolder folder;
    const Design design = exampleDesign("tiny_3x5");
    const fs::path file = folder / "design.json";
    (void)writeRunFolder(design, folder.path());
    support::Json body = support::readJson(file);
    body["tool"]["version"] = "0.0.9";
    support::writeJson(file, body);  // its hash is that of the older text
    CHECK_THROWS_WITH(RunFolder(folder.path()), ContainsSubstring("--force"));
    CHECK_THROWS_WITH(writeRunFolder(design, folder.path()), ContainsSubstring("design.json"));

    body.erase("design_hash");
    body["design_hash"] = support::sha256(nlohmann::json(body).dump());
    support::writeJson(file, body);
    CHECK_THROWS_WITH(RunFolder(folder.path()), ContainsSubstring("made by aslog 0.0.9"));
    CHECK_NOTHROW(writeRunFolder(design, folder.path()));
    CHECK(RunFolder(folder.path()).changes().empty());
}

TEST_CASE("A folder in place of design.json is refused before anything is replaced") {
    const TemporaryFolder folder;
    fs::create_directories(folder / "design.json");
    support::writeFile(folder / "rtl" / "mine.v", "mine");
    CHECK_THROWS_WITH(writeRunFolder(exampleDesign("tiny_3x5"), folder.path(), Replace::all),
                      ContainsSubstring("design.json is a folder"));
    CHECK(support::readFile(folder / "rtl" / "mine.v") == "mine");
}

TEST_CASE("A folder of a user's own RTL is left alone") {
    const TemporaryFolder folder;
    support::writeFile(folder / "rtl" / "my_soc.v", "module my_soc; endmodule");
    support::writeFile(folder / "rtl.old" / "older.v", "module older; endmodule");
    CHECK_THROWS_WITH(writeRunFolder(exampleDesign("tiny_3x5"), folder.path()),
                      ContainsSubstring("rtl/my_soc.v"));
    CHECK(fs::exists(folder / "rtl" / "my_soc.v"));
    CHECK_FALSE(fs::exists(folder / "design.json"));
    (void)writeRunFolder(exampleDesign("tiny_3x5"), folder.path(), Replace::all);
    CHECK_FALSE(fs::exists(folder / "rtl" / "my_soc.v"));
    CHECK(fs::exists(folder / "rtl.old" / "older.v"));
}

TEST_CASE("A damaged manifest is refused, not taken for one without files") {
    const TemporaryFolder folder;
    (void)writeRunFolder(exampleDesign("tiny_3x5"), folder.path());
    const fs::path manifest = folder / "rtl" / "manifest.json";
    support::Json good = support::readJson(manifest);
    for (const char* text : {"", "{", "[]", "null", "{}", R"({"design_hash": 1})"}) {
        support::writeFile(manifest, text);
        CHECK_THROWS_AS(RunFolder(folder.path()), support::InputError);
    }
    for (const support::Json& files :
         {support::Json(), support::Json::array({"a.v"}), support::Json{{"aslog_ae.v", 1}}}) {
        good["files"] = files;
        support::writeJson(manifest, good);
        CHECK_THROWS_WITH(RunFolder(folder.path()), ContainsSubstring("damaged"));
    }
}

}  // namespace
