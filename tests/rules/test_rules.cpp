// Quality rules: how they are judged, and that synthesis keeps those of tests/rules/*.json.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "flows/library/technology.h"
#include "flows/synth.h"
#include "run/run_folder.h"
#include "support/error.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/rules/quality_rules.h"
#include "tests/synthesised_run.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;
using support::Json;
using tests::brokenRules;
using tests::RuleSet;

std::vector<fs::path> ruleFiles() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(ASLOG_SOURCE_DIR) / "tests/rules")) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    return files;
}

std::string searchPath() {
    const char* path = std::getenv("ASLOG_TECH_PATH");
    return path == nullptr ? "" : path;
}

bool hasLibrary(const std::string& technology) {
    try {
        static_cast<void>(flows::findLibrary(flows::readTechnology({.name = technology}),
                                             {.searchPath = searchPath()}));
        return true;
    } catch (const support::InputError&) {
        return false;
    }
}

void synthesiseInto(const fs::path& folder, const RuleSet& set) {
    static_cast<void>(
        writeRunFolder(designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / set.spec), folder));
    flows::SynthOptions options;
    options.runFolder = folder;
    options.technology = {.name = set.technology, .searchPath = searchPath()};
    options.jobs = 2;
    static_cast<void>(flows::synthesise(options, [](const std::string&) {}));
}

// Every figure that has a limit "<=" 1 % larger, and those with ">=" 1 % smaller.
void worsen(const RuleSet& set, const fs::path& results) {
    for (const tests::Rule& rule : set.rules) {
        Json json = support::readJson(results / rule.file);
        Json& figure = json.at(Json::json_pointer(rule.key));
        figure = figure.get<double>() * (rule.op == "<=" ? 1.01 : 0.99);
        support::writeJson(results / rule.file, json);
    }
}

}  // namespace

TEST_CASE("A rule is broken by a figure beyond it, one that is no number, or none at all") {
    const tests::TemporaryFolder folder;
    support::writeJson(folder / "a.json", {{"x", 10.0}, {"list", {1, 2}}, {"text", "12"}});
    const auto broken = [&](const tests::Rule& rule) {
        return brokenRules({"", "", {rule}}, folder.path());
    };
    CHECK(broken({"a.json", "/x", "<=", 10}).empty());
    CHECK(broken({"a.json", "/x", ">=", 10}).empty());
    CHECK(broken({"a.json", "/list/1", ">=", 2}).empty());
    CHECK(broken({"a.json", "/x", "<=", 9.99}).size() == 1);
    CHECK(broken({"a.json", "/x", ">=", 10.01}).size() == 1);
    CHECK(broken({"a.json", "/y", "<=", 10}) ==
          std::vector<std::string>{"a.json has no number at /y"});
    CHECK(broken({"a.json", "/text", "<=", 13}).size() == 1);
    CHECK(broken({"b.json", "/x", "<=", 10}) == std::vector<std::string>{"b.json is missing"});
}

TEST_CASE("A file of rules that would check nothing is refused") {
    const tests::TemporaryFolder folder;
    const fs::path file = folder / "rules.json";
    const auto refused = [&file](const Json& rules) {
        support::writeJson(file, {{"spec", "s"}, {"technology", "t"}, {"rules", rules}});
        CHECK_THROWS_AS(tests::readRules(file), support::InputError);
    };
    const Json good = {{"file", "a.json"}, {"key", "/x"}, {"op", "<="}, {"value", 1}};
    refused(Json::array());
    refused({{{"file", "a.json"}, {"key", "/x"}, {"op", "<"}, {"value", 1}}});
    refused({{{"file", "a.json"}, {"key", "x"}, {"op", "<="}, {"value", 1}}});
    refused({{{"file", "a.json"}, {"key", "/x"}, {"op", "<="}}});
    support::writeJson(file, {{"spec", "s"}, {"technology", "t"}, {"rules", Json::array({good})}});
    CHECK(tests::readRules(file).rules.size() == 1);
}

TEST_CASE("Synthesis keeps every rule, and would break each with figures that are 1 % worse") {
    int sets = 0;
    for (const fs::path& file : ruleFiles()) {
        const RuleSet set = tests::readRules(file);
        INFO(file.filename().string());
        if (!hasLibrary(set.technology)) {
            WARN("skipped: library " << set.technology << " not found");
            continue;
        }
        ++sets;
        const tests::TemporaryFolder folder;
        if (set.spec == tests::kSynthesisedSpec &&
            set.technology == tests::kSynthesisedTechnology) {
            tests::makeSynthesisedRun(folder.path());
        } else {
            synthesiseInto(folder.path(), set);
        }
        const fs::path results = folder / "synth" / set.technology;
        CHECK(brokenRules(set, results) == std::vector<std::string>{});
        worsen(set, results);
        CHECK(brokenRules(set, results).size() == set.rules.size());
    }
    CHECK(sets > 0);
}
