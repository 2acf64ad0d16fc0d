#include <string>

#include "support/diagnostics.h"
#include "support/printable.h"
#include "support/table.h"
#include "tests/catch.h"

using namespace aslog::support;

TEST_CASE("a table aligns its columns") {
    Table table({{"name"}, {"area", Align::Right}, {"note"}});
    table.addRow({"µ·S", "7"});
    table.addRule();
    table.addRow({"accumulator", "1234", "all of them"});
    CHECK(table.text() ==
          "name         area  note\n"
          "------------------------------\n"
          "µ·S             7\n"
          "------------------------------\n"
          "accumulator  1234  all of them\n");
    CHECK_THROWS_AS(table.addRow({"1", "2", "3", "4"}), std::invalid_argument);
}

TEST_CASE("a table that is too wide wraps its widest text column") {
    Table table({{"name"}, {"number", Align::Right}, {"note"}});
    table.addRow({"a", "1", "the quick brown fox jumps over the lazy dog"});
    CHECK(table.text(34) ==
          "name  number  note\n"
          "----------------------------------\n"
          "a          1  the quick brown fox\n"
          "              jumps over the lazy\n"
          "              dog\n");
}

TEST_CASE("wrapping counts code points and cuts words that are too long") {
    CHECK(wrap("µµµ µµµ", 3) == std::vector<std::string>{"µµµ", "µµµ"});
    CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrap("", 3) == std::vector<std::string>{""});
    CHECK(displayWidth("2^-6 µm²") == 8);
}

TEST_CASE("the nearest name is found if it is near") {
    const std::vector<std::string> known = {"rows", "columns", "pixels", "weight_rows"};
    CHECK(nearestName("row", known) == "rows");
    CHECK(nearestName("colums", known) == "columns");
    CHECK(nearestName("weightRows", known) == "weight_rows");
    CHECK(nearestName("temperature", known).empty());
    CHECK(nearestName("", known).empty());
}

TEST_CASE("diagnostics are counted by severity") {
    Diagnostics diagnostics;
    CHECK(diagnostics.text("f.json").empty());
    diagnostics.add({.severity = Severity::Warning, .pointer = "/a", .message = "odd"});
    CHECK_FALSE(diagnostics.hasErrors());
    diagnostics.add({.message = "bad", .found = "1", .allowed = "2", .hint = "try 2"});
    CHECK(diagnostics.errorCount() == 1);
    CHECK(diagnostics.text("f.json") ==
          "f.json: warning at /a: odd\n"
          "f.json: error: bad\n"
          "    found:   1\n"
          "    allowed: 2\n"
          "    hint:    try 2\n"
          "f.json: 1 error, 1 warning\n");
}

TEST_CASE("text is shown as it is, but for control characters and what is no UTF-8") {
    CHECK(printable("two\nlines\tand µ·S, 漢, 😀") == "two\nlines\tand µ·S, 漢, 😀");
    CHECK(printable("c\x1b[2Jx\rz\x7f") == "c\\x1b[2Jx\\x0dz\\x7f");
    CHECK(printable("a\xff\xc3") == "a\\xff\\xc3");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");               // too long
    CHECK(printable("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");      // too long
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");      // half of a pair
    CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");               // a control character of 8 bits
    CHECK(printable("\xf4\x90\x80\x80").starts_with("\\xf4"));  // beyond Unicode
    CHECK(printable(std::string_view("\0", 1)) == "\\x00");
}
