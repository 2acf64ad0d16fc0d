// Properties of an arithmetic element, as Verilog: docs/arithmetic.md, sections 3 and 8.
#pragma once

#include <string>

#include "golden/arithmetic/element.h"

namespace aslog::prove {

struct ElementPorts {
    std::string module = "aslog_ae";
    bool hasLane = true;     // port t_i, which is given what a lane forms
    bool hasElement = true;  // aslog_element sums its words to a raw word of rawBits
    int rawBits = 0;
};

// A module element_properties with inputs code_i and q_i. For each legal code it asserts that each
// word is `factor * q + constant`, with both taken from the golden element at q = 0 and 1, and that
// the raw word is the sum of the words. That these factors and constants make up value(code) and
// offset(code) is checked here for every code: support::Error if they do not. Together that is the
// law raw = w*q + K(code). Nothing is taken from the code that makes the RTL.
std::string elementProperties(const golden::Element& element, const ElementPorts& ports);

}  // namespace aslog::prove
