// Fields that are right by themselves and contradict each other.

#include <string>

#include "support/error.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"

using namespace aslog;
using namespace aslog::tests;
using support::Diagnostics;
using support::Json;

namespace {

// Pointers of all complaints of parser and elaboration.
std::vector<std::string> blamed(const std::string& text) {
    Diagnostics diagnostics;
    const ArchSpec spec = parseSpec(text, diagnostics);
    try {
        elaborate(spec, diagnostics);
    } catch (const support::InputError&) {
        CHECK(diagnostics.hasErrors());
    }
    std::vector<std::string> pointers;
    for (const auto& item : diagnostics.all()) {
        pointers.push_back(item.pointer);
    }
    return pointers;
}

std::vector<std::string> blamedWith(const std::string& members) {
    return blamed(R"({"name": "x", )" + members + "}");
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("sqrt2_steps fit between the levels above zero") {
    CHECK(blamedWith(R"("format": {"weight_bits": 3, "sqrt2_steps": 2})").empty());
    CHECK(blamedWith(R"("format": {"weight_bits": 3, "sqrt2_steps": 3})") ==
          Pointers{"/format/sqrt2_steps"});
    CHECK(blamedWith(R"("format": {"weight_bits": 3, "sqrt2_steps": 3, "zero": false})").empty());
    CHECK(blamedWith(R"("format": {"weight_bits": 3, "sqrt2_steps": 4, "zero": false})") ==
          Pointers{"/format/sqrt2_steps"});
    CHECK(blamedWith(R"("format": {"weight_bits": 6, "sqrt2_steps": 30})").empty());
    CHECK(blamedWith(R"("format": {"weight_bits": 6, "sqrt2_steps": 31})") ==
          Pointers{"/format/sqrt2_steps"});
}

TEST_CASE("mu_sqrt2_steps fit between the levels above zero") {
    CHECK(blamedWith(R"("bias_correction": {"mu_bits": 4, "mu_sqrt2_steps": 6})").empty());
    CHECK(blamedWith(R"("bias_correction": {"mu_bits": 4, "mu_sqrt2_steps": 7})") ==
          Pointers{"/bias_correction/mu_sqrt2_steps"});
}

TEST_CASE("weight_rows, lanes and shifts fit the fields that bound them") {
    CHECK(blamedWith(R"("array": {"rows": 5, "weight_rows": 5})").empty());
    CHECK(blamedWith(R"("array": {"rows": 5, "weight_rows": 6})") ==
          Pointers{"/array/weight_rows"});
    CHECK(blamedWith(R"("array": {"columns": 5}, "pcf": {"lanes": 5})").empty());
    CHECK(blamedWith(R"("array": {"columns": 5}, "pcf": {"lanes": 6})") == Pointers{"/pcf/lanes"});
    CHECK(blamedWith(R"("pcf": {"shift_min": 27, "shift_max": 27})").empty());
    CHECK(blamedWith(R"("pcf": {"shift_min": 28, "shift_max": 27})") == Pointers{"/pcf/shift_min"});
}

TEST_CASE("a largest shift below the automatic smallest one wants that given too") {
    CHECK(blamedWith(R"("pcf": {"shift_max": 9})").empty());
    CHECK(blamedWith(R"("pcf": {"shift_max": 8})") == Pointers{"/pcf/shift_min"});
    CHECK(blamedWith(R"("pcf": {"shift_max": 3}, "bias_correction": {"enabled": false})").empty());
    CHECK(blamedWith(R"("pcf": {"shift_max": 2}, "bias_correction": {"enabled": false})") ==
          Pointers{"/pcf/shift_min"});
    const auto list = complaints(R"({"name": "x", "pcf": {"shift_max": 8}})");
    REQUIRE(list.size() == 1);
    CHECK(list.front().found == "9");
    CHECK(list.front().hint == "give pcf.shift_min too");
}

TEST_CASE("an array for an FPGA has no clock gate for a test to open") {
    CHECK(blamedWith(R"("target": "fpga")").empty());
    CHECK(blamedWith(R"("target": "asic", "dft": {"test_enable": true})").empty());
    CHECK(blamedWith(R"("target": "fpga", "dft": {"test_enable": true})") ==
          Pointers{"/dft/test_enable"});
}

TEST_CASE("all contradictions are reported together") {
    CHECK(blamedWith(R"("format": {"weight_bits": 3}, "pcf": {"lanes": 17, "shift_max": 3})") ==
          Pointers{"/format/sqrt2_steps", "/pcf/lanes", "/pcf/shift_min"});
}

TEST_CASE("a field that is wrong by itself takes part in no contradiction") {
    CHECK(blamedWith(R"("array": {"columns": 1000}, "pcf": {"lanes": 17})") ==
          Pointers{"/array/columns"});
}

TEST_CASE("a given accumulator holds the largest layer") {
    // Default: 8-bit words, 2304 taps, 20 bits.
    CHECK(blamedWith(R"("accumulator": {"bits": 20})").empty());
    CHECK(blamedWith(R"("accumulator": {"bits": 19})") == Pointers{"/accumulator/bits"});
}

TEST_CASE("the correction sum is at most 64 bits wide") {
    // Default fraction: 6 bits, so that 56 bits of accumulator are the most.
    CHECK(blamedWith(R"("accumulator": {"bits": 56})").empty());
    CHECK(blamedWith(R"("accumulator": {"bits": 57})") == Pointers{"/accumulator/bits"});
    // Levels up to 2^30 and the largest layers need more than that by themselves.
    CHECK(blamedWith(R"("format": {"weight_bits": 6, "sqrt2_steps": 0},
                        "accumulator": {"max_kernel_area": 1024, "max_input_channels": 16384})") ==
          Pointers{"/accumulator"});
}

TEST_CASE("the window sum is at most 32 bits wide") {
    // 255 * 1024 * 16448 < 2^32 <= 255 * 1024 * 16449
    const std::string channels = R"("accumulator": {"max_kernel_area": 1024,
                                                    "max_input_channels": )";
    CHECK(blamedWith(channels + "16448}").empty());
    CHECK(blamedWith(channels + "16449}") == Pointers{"/accumulator"});
    CHECK(blamedWith(channels + R"(16449}, "bias_correction": {"enabled": false})").empty());
}

TEST_CASE("the smallest shift leaves something of the scaled sum") {
    // T = 28, scale 6 bits.
    CHECK(blamedWith(R"("pcf": {"shift_min": 33, "shift_max": 63})").empty());
    CHECK(blamedWith(R"("pcf": {"shift_min": 34, "shift_max": 63})") == Pointers{"/pcf/shift_min"});
}
