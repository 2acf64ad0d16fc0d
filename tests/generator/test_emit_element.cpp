// The emitted arithmetic elements, as text. That they compute what they should is for tests/tb.

#include <string>

#include "generator/rtl/emit_element.h"
#include "generator/rtl/rtl_template.h"
#include "golden/arithmetic/format.h"
#include "tests/catch.h"

using aslog::emitElement;
using aslog::OddMultiple;
using aslog::golden::SlogFormat;

TEST_CASE("The element templates are what the emitter writes for the default formats") {
    CHECK(aslog::readTemplate("aslog_ae.v") ==
          emitElement(SlogFormat({4, 4, true, 8}), "aslog_ae", OddMultiple::Port));
    CHECK(aslog::readTemplate("aslog_mu_ae.v") ==
          emitElement(SlogFormat({4, 0, true, 20}), "aslog_mu_ae", OddMultiple::Own));
}

TEST_CASE("An element has its own 3q adder only if it needs one and has no port for it") {
    const auto adds = [](const std::string& text) {
        return text.find("// 3q\n") != std::string::npos &&
               text.find("= {2'd0, q_i} + {1'd0, q_i, 1'd0};") != std::string::npos;
    };
    const SlogFormat withOdd({4, 4, true, 8});
    const SlogFormat powersOfTwo({4, 0, true, 8});
    CHECK(adds(emitElement(withOdd, "m", OddMultiple::Own)));
    CHECK_FALSE(adds(emitElement(withOdd, "m", OddMultiple::Port)));
    CHECK_FALSE(adds(emitElement(powersOfTwo, "m", OddMultiple::Own)));
}

TEST_CASE("A code that no level has is named in the table of the element") {
    const std::string text = emitElement(SlogFormat({4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}}),
                                         "aslog_ae", OddMultiple::Port);
    CHECK(text.find("3'd6    0  ") != std::string::npos);
    CHECK(text.find("3'd7    not used\n") != std::string::npos);
    CHECK(text.find("output wire [10:0] p_o") != std::string::npos);
}

TEST_CASE("Every format of the spec's range is emitted, twice with the same text") {
    int formats = 0;
    for (int bits = 4; bits <= 8; ++bits)
        for (const auto& spec : SlogFormat::all(bits)) {
            const SlogFormat format(spec);
            const std::string text = emitElement(format, "aslog_ae", OddMultiple::Port);
            CHECK(text == emitElement(SlogFormat(spec), "aslog_ae", OddMultiple::Port));
            CHECK(text.find("output wire [" + std::string(format.productBits() <= 10 ? " " : "") +
                            std::to_string(format.productBits() - 1) + ":0] p_o") !=
                  std::string::npos);
            ++formats;
        }
    CHECK(formats == 580);
}
