// The key of a compiled model sees all that decides it.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/file.h"
#include "tb/models/compile.h"
#include "tb/models/kept_object.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"
#include "tests/tools_folder.h"

namespace {

using namespace aslog;
using tb::ModelSource;

struct Fixture {
    Fixture() {
        support::writeFile(file, "module aslog_bench; endmodule");
        source.name = "model";
        source.files = {file};
        for (const char* tool : {"verilator", "g++"}) {
            tools.setVersion(tool, "1.0");
        }
    }

    tests::TemporaryFolder folder;
    std::filesystem::path file = folder / "bench.v";
    ModelSource source;
    tests::ToolsFolder tools;
};

struct Change {
    const char* what;
    std::function<void(Fixture&)> make;
};

TEST_CASE("A model is compiled again when a source, an option or a tool has changed") {
    const std::vector<Change> changes = {
        {"file", [](Fixture& f) { support::writeFile(f.file, "module other; endmodule"); }},
        {"wrapper", [](Fixture& f) { f.source.wrapper = "module aslog_bench; endmodule"; }},
        {"optimise", [](Fixture& f) { f.source.optimise = tb::Optimise::nothing; }},
        {"VCD", [](Fixture& f) { f.source.waves = tb::Waves::vcd; }},
        {"FST", [](Fixture& f) { f.source.waves = tb::Waves::fst; }},
        {"warnings", [](Fixture& f) { f.source.allowsWarnings = true; }},
        {"module",
         [](Fixture& f) {
             f.source.keptModules = {{"aslog_ae", {}}};
         }},
        {"g++", [](Fixture& f) { f.tools.setVersion("g++", "2.0"); }},
        {"verilator", [](Fixture& f) { f.tools.setVersion("verilator", "2.0"); }},
    };
    for (const Change& change : changes) {
        INFO(change.what);
        Fixture fixture;
        const std::string key = tb::modelKey(fixture.source);
        CHECK(tb::modelKey(fixture.source) == key);
        change.make(fixture);
        CHECK(tb::modelKey(fixture.source) != key);
    }
}

TEST_CASE("The comment at the head of a file, which names the spec, compiles nothing again") {
    Fixture fixture;
    const std::string code = "module aslog_bench; endmodule  // end\n";
    support::writeFile(fixture.file, code);
    const std::string key = tb::modelKey(fixture.source);
    for (const std::string head : {"// spec a\n", "// spec b, 200 MHz\n//\n"}) {
        support::writeFile(fixture.file, head + code);
        CHECK(tb::modelKey(fixture.source) == key);
    }
    support::writeFile(fixture.file, "// nothing else");
    CHECK(tb::modelKey(fixture.source) != key);
    support::writeFile(fixture.file, "\n// verilator lint_off WIDTH\n" + code);
    CHECK(tb::modelKey(fixture.source) != key);
}

TEST_CASE("A kept model is taken only if its library is whole") {
    const tests::TemporaryFolder folder;
    CHECK_FALSE(tb::keptObject(tb::libraryOf(folder.path()), "key").has_value());
    const auto keep = [&] {
        support::writeFile(tb::libraryOf(folder.path()), std::string(1000, 'x'));
        tb::keepObject(tb::libraryOf(folder.path()), "key", 1.5);
    };
    keep();
    CHECK(tb::keptObject(tb::libraryOf(folder.path()), "key") == 1.5);
    CHECK_FALSE(tb::keptObject(tb::libraryOf(folder.path()), "other key").has_value());
    for (const std::string& damaged :
         {std::string(), std::string(500, 'x'), std::string(1000, 'y')}) {
        keep();
        support::writeFile(tb::libraryOf(folder.path()), damaged);
        CHECK_FALSE(tb::keptObject(tb::libraryOf(folder.path()), "key").has_value());
    }
    for (const char* stamp : {"", "{", "[]", "7", R"({"key": 7})", R"({"key": "key"})",
                              R"({"key": "key", "object_sha256": []})"}) {
        keep();
        support::writeFile(folder / "model.json", stamp);
        INFO(stamp);
        CHECK_FALSE(tb::keptObject(tb::libraryOf(folder.path()), "key").has_value());
    }
}

}  // namespace
