// Boolean functions as Liberty writes them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gates/boolean.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using aslog::gates::BooleanFunction;

const std::vector<std::string> kNames = {"A", "B", "C"};

// Bit i: A = bit 0 of i, B = bit 1, C = bit 2.
std::uint64_t tableOf(const std::string& text) {
    const std::array<std::uint64_t, 3> values = {0xaa, 0xcc, 0xf0};
    return BooleanFunction::parse(text, kNames).evaluate(values) & 0xff;
}

}  // namespace

TEST_CASE("Every way to write an operator means the same") {
    for (const std::string text : {"A*B", "A & B", "A B", "(A) (B)", "A  B"}) {
        INFO(text);
        CHECK(tableOf(text) == (0xaa & 0xcc));
    }
    for (const std::string text : {"A+B", "A | B", "(A)+(B)"}) {
        INFO(text);
        CHECK(tableOf(text) == (0xaa | 0xcc));
    }
    for (const std::string text : {"!A", "A'", "(!A)", "!(A)", "(A)'", "!!A'", "A''' "}) {
        INFO(text);
        CHECK(tableOf(text) == 0x55);
    }
    CHECK(tableOf("0") == 0);
    CHECK(tableOf("1") == 0xff);
}

TEST_CASE("Not binds more than exclusive or, that more than and, and that more than or") {
    CHECK(tableOf("A + B C") == (0xaa | (0xcc & 0xf0)));
    CHECK(tableOf("A ^ B C") == ((0xaa ^ 0xcc) & 0xf0));
    CHECK(tableOf("!A ^ B") == ((0x55) ^ 0xcc));
    CHECK(tableOf("A B'") == (0xaa & 0x33));
}

TEST_CASE("What is no function is refused with its text") {
    for (const std::string text : {"", "A +", "(A", "A)", "A ? B", "D", "+A", "2"}) {
        INFO("'" << text << "'");
        CHECK_THROWS_AS(BooleanFunction::parse(text, kNames), aslog::support::InputError);
    }
    CHECK_THROWS_AS(BooleanFunction::parse(std::string(100000, '('), kNames),
                    aslog::support::InputError);
}

TEST_CASE("A rendered function is the function") {
    const auto text = BooleanFunction::parse("!(A^B) + C 1", kNames)
                          .render([](std::size_t i) { return kNames[i]; }, "1'b0", "1'b1");
    CHECK(text == "((~(A ^ B)) | (C & 1'b1))");
    CHECK(BooleanFunction::parse("A + 0 C", kNames).mentions(2));
    CHECK_FALSE(BooleanFunction::parse("A", kNames).mentions(2));
}
