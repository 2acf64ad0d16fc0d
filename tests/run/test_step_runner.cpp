#include <filesystem>
#include <string>

#include "run/step_runner.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using namespace aslog;
using aslog::tests::TemporaryFolder;
using support::readFile;
using support::writeFile;

namespace {

void quietly(const std::string& /*line*/) {
}

// A step that writes its input into two files, and counts how often it did.
class Fixture {
  public:
    bool run() {
        FlowStep step;
        step.name = "copy";
        step.inputs = {{"text", text}};
        step.outputs = {"copy.txt", "folder"};
        step.run = [this] {
            ++runs;
            writeFile(out() / "copy.txt", text);
            if (fail) {
                throw support::Interrupted();
            }
            writeFile(out() / "folder" / "inner.txt", text);
        };
        StepRunner runner(out(), quietly);
        return runner.run(step).skipped;
    }

    fs::path out() const { return folder_ / "out"; }

    std::string text = "one";
    int runs = 0;
    bool fail = false;

  private:
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a step runs once, and again when an input has changed") {
    Fixture fixture;
    CHECK_FALSE(fixture.run());
    CHECK(fixture.run());
    CHECK(fixture.runs == 1);
    fixture.text = "two";
    CHECK_FALSE(fixture.run());
    CHECK(fixture.run());
    CHECK(readFile(fixture.out() / "folder" / "inner.txt") == "two");
}

TEST_CASE("a step runs again when an output was changed, removed or added") {
    Fixture fixture;
    fixture.run();
    writeFile(fixture.out() / "copy.txt", "by hand");
    CHECK_FALSE(fixture.run());
    fs::remove(fixture.out() / "folder" / "inner.txt");
    CHECK_FALSE(fixture.run());
    writeFile(fixture.out() / "folder" / "other.txt", "by hand");
    CHECK_FALSE(fixture.run());
    CHECK(fixture.run());
}

TEST_CASE("a step runs again when its stamp is damaged or of another version") {
    Fixture fixture;
    fixture.run();
    const fs::path stamp = fixture.out() / "steps" / "copy.json";
    support::Json json = support::readJson(stamp);
    json["inputs"]["aslog"] = "0.0.0";
    support::writeJson(stamp, json);
    CHECK_FALSE(fixture.run());
    for (const char* text : {"", "{", "[]", "null"}) {
        writeFile(stamp, text);
        CHECK_FALSE(fixture.run());
    }
    CHECK(fixture.run());
}

TEST_CASE("an interrupted step runs again, even if it was up to date before") {
    Fixture fixture;
    fixture.run();
    const std::string old = fixture.text;
    fixture.text = "two";
    fixture.fail = true;
    CHECK_THROWS_AS(fixture.run(), support::Interrupted);
    fixture.fail = false;
    CHECK_FALSE(fixture.run());
    CHECK(fixture.run());
    // Back to the first input while files of the second lie there.
    fixture.text = old;
    CHECK_FALSE(fixture.run());
}

TEST_CASE("a step that does not write its output fails") {
    const TemporaryFolder folder;
    StepRunner runner(folder.path(), quietly);
    const FlowStep step = {"lazy", {}, {"result.json"}, [] {}};
    CHECK_THROWS_WITH(runner.run(step),
                      "the step lazy did not write " + (folder / "result.json").string());
    CHECK(runner.results().empty());
}

TEST_CASE("the results tell which steps ran") {
    const TemporaryFolder folder;
    const FlowStep first = {"first", {}, {"a"}, [&folder] { writeFile(folder / "a", "1"); }};
    const FlowStep second = {"second", {}, {"b"}, [&folder] { writeFile(folder / "b", "1"); }};
    StepRunner(folder.path(), quietly).run(first);
    StepRunner runner(folder.path(), quietly);
    runner.run(first);
    runner.run(second);
    const support::Json json = runner.toJson();
    REQUIRE(json.size() == 2);
    CHECK(json[0]["name"] == "first");
    CHECK(json[0]["skipped"] == true);
    CHECK(json[1]["skipped"] == false);
    CHECK(json[1]["seconds"].get<double>() >= 0);
}
