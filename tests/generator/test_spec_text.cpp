// What can be wrong with the text itself.

#include <string>

#include "generator/spec/json_text.h"
#include "support/error.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"
#include "tests/temporary_folder.h"

using namespace aslog;
using namespace aslog::tests;
using support::Diagnostic;

namespace {

Diagnostic onlyComplaint(const std::string& text) {
    const auto list = complaints(text);
    REQUIRE(list.size() == 1);
    return list.front();
}

}  // namespace

TEST_CASE("an empty file is called empty") {
    for (const char* text : {"", " ", "\n\t\r\n"}) {
        CHECK(onlyComplaint(text).message == "the file is empty");
    }
}

TEST_CASE("a text that ends too early is called that, with the place") {
    CHECK(onlyComplaint("{\n  \"name\": \"x\",\n").message ==
          "the JSON text ends too early, at line 2, column 15");
    CHECK(onlyComplaint(R"({"name": "x)").message ==
          "the JSON text ends too early, at line 1, column 12");
    CHECK(onlyComplaint("{").message == "the JSON text ends too early, at line 1, column 2");
}

TEST_CASE("every truncation of a spec is refused, none is taken for another error") {
    const std::string whole = specToJson(defaultSpec("x")).dump(2);
    for (std::size_t length = 1; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_THAT(onlyComplaint(whole.substr(0, length)).message,
                   Catch::Matchers::StartsWith("the JSON text ends too early"));
    }
}

TEST_CASE("a syntax error is reported with its place") {
    const Diagnostic missingComma = onlyComplaint("{\n  \"name\": \"x\"\n  \"array\": {}\n}");
    CHECK(missingComma.message == "no JSON at line 3, column 9");
    CHECK(missingComma.found == "unexpected string literal; expected '}'");
    CHECK(onlyComplaint("{\"name\": 'x'}").message == "no JSON at line 1, column 10");
    CHECK(onlyComplaint("{} x").message == "no JSON at line 1, column 4");
    CHECK(onlyComplaint("{\"name\": \"x\", \"clock\": {\"target_mhz\": 1e999}}").message ==
          "no JSON");
}

TEST_CASE("a text that is not UTF-8 is called that, with place and byte") {
    const Diagnostic latin1 = onlyComplaint("{\n \"name\": \"\xE4\"}");
    CHECK(latin1.message == "no UTF-8 text at line 2, column 11");
    CHECK(latin1.found == "the byte 0xE4");
    const std::string bad[] = {"\xFF\xFE{",              // UTF-16
                               "{\"\xC0\x80\"",          // overlong
                               "{\"\xED\xA0\x80\"",      // a surrogate
                               "{\"\xF4\x90\x80\x80\"",  // beyond U+10FFFF
                               "{\"\xC3"};               // cut within a character
    for (const std::string& text : bad) {
        CHECK_THAT(onlyComplaint(text).message, Catch::Matchers::StartsWith("no UTF-8 text"));
    }
    CHECK(onlyComplaint("{\"name\": \"x\", \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\": 1}").message ==
          "unknown name");
}

TEST_CASE("a byte order mark does no harm") {
    CHECK(complaints("\xEF\xBB\xBF{\"name\": \"x\"}").empty());
}

TEST_CASE("what is no object is no spec") {
    for (const char* text : {"[]", "1", "null", "\"name\"", "true"}) {
        CHECK(onlyComplaint(text).allowed == "an object, { ... }");
    }
}

TEST_CASE("deep nesting is refused before it can do harm") {
    const std::string deep = "{\"name\": " + std::string(200'000, '[');
    CHECK_THAT(onlyComplaint(deep).message, Catch::Matchers::StartsWith("the JSON text ends"));
    CHECK(onlyComplaint(deep + std::string(200'000, ']') + "}").message ==
          "values are nested too deeply");
}

TEST_CASE("a name that stands twice is refused") {
    CHECK(onlyComplaint(R"({"name": "x", "name": "y"})").pointer == "/name");
    const Diagnostic inner = onlyComplaint(R"({"name": "x", "array": {"rows": 1, "rows": 2}})");
    CHECK(inner.pointer == "/array/rows");
    CHECK(inner.message == "this name stands twice in its object");
    CHECK(complaints(R"({"name": "x", "pcf": {"lanes": 1}, "array": {"rows": 1}})").empty());
}

TEST_CASE("an unknown name is refused with the nearest known one") {
    const auto hint = [](const std::string& text) { return onlyComplaint(text).hint; };
    CHECK(hint(R"({"name": "x", "arrray": {}})") == "did you mean \"array\"?");
    CHECK(hint(R"({"name": "x", "array": {"Rows": 1}})") == "did you mean \"rows\"?");
    CHECK(hint(R"({"name": "x", "rows": 16})") == "\"rows\" belongs into the object \"array\"");
    CHECK(hint(R"({"name": "x", "array.rows": 16})") ==
          "\"rows\" belongs into the object \"array\"");
    CHECK(hint(R"({"name": "x", "array": {"lanes": 1}})") ==
          "\"lanes\" belongs into the object \"pcf\"");
    CHECK(hint(R"({"name": "x", "temperature": 1})").empty());
    const Diagnostic slash = onlyComplaint(R"({"name": "x", "array": {"a/b~c": 1}})");
    CHECK(slash.pointer == "/array/a~1b~0c");
    CHECK(slash.allowed == "rows, columns, pixels, weight_rows");
}

TEST_CASE("reserved names may stand there, but only empty") {
    CHECK(complaints(R"({"name": "x", "buffers": {}})").empty());
    for (const char* value : {"1", "[]", "null", R"({"bytes": 1})"}) {
        CHECK(onlyComplaint(std::string(R"({"name": "x", "buffers": )") + value + "}").message ==
              "reserved for later");
    }
}

TEST_CASE("a long value is shown in part, whole characters only") {
    std::string name;
    for (int i = 0; i < 100; ++i) {
        name += "ä";
    }
    const std::string found = onlyComplaint(R"({"name": ")" + name + "\"}").found;
    CHECK(found.size() < 80);
    CHECK_THAT(found, Catch::Matchers::EndsWith("ä..."));
}

TEST_CASE("a spec file that cannot be read is reported") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(designFromSpecFile(folder / "none.json"), support::InputError);
    CHECK_THROWS_AS(designFromSpecFile(folder.path()), support::InputError);
    support::writeFile(folder / "huge.json", std::string(kMaxSpecBytes + 1, ' '));
    CHECK_THROWS_WITH(
        designFromSpecFile(folder / "huge.json"),
        "cannot read " + (folder / "huge.json").string() + ": it is larger than 1048576 bytes");
}
