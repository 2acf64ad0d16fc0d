// Wire-load models: figures of the table, between and beyond, and what is no model.

#include <string>

#include "gates/cell_library.h"
#include "support/error.h"
#include "tests/catch.h"

namespace {

using aslog::gates::CellLibrary;

std::string libraryWith(const std::string& wires) {
    return "library (small) {\n  capacitive_load_unit (1, pf);\n" + wires +
           "  cell (INV) { area : 1; pin (A) { direction : input; capacitance : 0.002; } }\n}\n";
}

const std::string kModel = R"(  default_wire_load : "b";
  wire_load ("a") { capacitance : 9; slope : 9; fanout_length (1, 9); }
  wire_load ("b") {
    capacitance : 0.002; resistance : 1; slope : 3;
    fanout_length (2, 10); fanout_length (6, 12); fanout_length (4, 20);
  }
)";

std::string messageOf(const std::string& wires) {
    try {
        static_cast<void>(CellLibrary::parse(libraryWith(wires), "x.lib"));
    } catch (const aslog::support::InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("A wire-load model gives fF by sinks, in the table, between, beyond") {
    const CellLibrary library = CellLibrary::parse(libraryWith(kModel), "x.lib");
    const auto& wires = library.wireLoad();
    CHECK(wires.name() == "b");
    CHECK(wires.capacitanceFf(0) == 0);
    CHECK(wires.capacitanceFf(1) == Approx(2 * 7));
    CHECK(wires.capacitanceFf(2) == Approx(2 * 10));
    CHECK(wires.capacitanceFf(3) == Approx(2 * 15));
    CHECK(wires.capacitanceFf(4) == Approx(2 * 20));
    CHECK(wires.capacitanceFf(5) == Approx(2 * 16));
    CHECK(wires.capacitanceFf(6) == Approx(2 * 12));
    CHECK(wires.capacitanceFf(16) == Approx(2 * 42));
}

TEST_CASE("A library without default_wire_load has no wires") {
    const CellLibrary library = CellLibrary::parse(
        libraryWith("  wire_load (\"a\") { capacitance : 9; slope : 9; fanout_length (1, 9); }\n"),
        "x.lib");
    CHECK(library.wireLoad().name().empty());
    CHECK(library.wireLoad().capacitanceFf(7) == 0);
}

TEST_CASE("What is no wire-load model is refused with file and name") {
    CHECK(messageOf(kModel).empty());
    for (const std::string model :
         {"  default_wire_load : \"c\";\n",
          "  default_wire_load : \"c\"; wire_load (\"c\") { capacitance : 1; slope : 1; }\n",
          "  default_wire_load : \"c\"; wire_load (\"c\") { slope : 1; fanout_length (1, 1); }\n",
          "  default_wire_load : \"c\";\n  wire_load (\"c\") { capacitance : 1; slope : x; "
          "fanout_length (1, 1); }\n"}) {
        INFO(model);
        CHECK(messageOf(model).find("x.lib") != std::string::npos);
        CHECK(messageOf(model).find("c") != std::string::npos);
    }
}

TEST_CASE("Limits of pins come in ns and fF, from the pin or else from the library") {
    const CellLibrary library = CellLibrary::parse(R"(library (small) {
  capacitive_load_unit (1, pf);
  time_unit : "100ps";
  default_max_transition : 5;
  default_max_capacitance : 0.3;
  cell (INV) {
    area : 1;
    pin (A) { direction : input; capacitance : 0.002; max_transition : 4; }
    pin (Y) { direction : output; }
    pin (Z) { direction : output; max_capacitance : 0.1; }
  }
}
)",
                                                   "x.lib");
    const auto& pins = library.find("INV")->pins;
    CHECK(*pins.at("A").maxTransitionNs == Approx(0.4));
    CHECK(*pins.at("Y").maxTransitionNs == Approx(0.5));
    CHECK_FALSE(pins.at("A").maxCapacitanceFf.has_value());
    CHECK(*pins.at("Y").maxCapacitanceFf == Approx(300));
    CHECK(*pins.at("Z").maxCapacitanceFf == Approx(100));
}
