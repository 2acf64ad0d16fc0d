// What becomes of each ONNX operator: one row each. docs/onnx.md is made of it, and the reader
// refuses attributes that it does not name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aslog::ptq {

struct AttributeRow {
    std::string_view name;
    std::string_view limits;  // which values are read, and of which opsets; empty: all
};

// Where the operator of a quantised network runs.
enum class Place {
    Array,   // a convolution
    Beside,  // a step of the integer network between convolutions
    Host,    // at the end of the network alone, where it is cut off
    Nobody,  // known, or folded into others, before the network runs
};

struct OperatorRow {
    std::string_view name;
    std::vector<AttributeRow> attributes;
    std::string_view inputs;     // what is asked of them; empty: nothing
    std::string_view reference;  // what the float reference computes
    std::string_view steps;      // what it becomes in the integer network
    Place place = Place::Beside;
};

// Sorted by name; those of supportedOperators().
const std::vector<OperatorRow>& operatorTable();

// Null if there is none.
const OperatorRow* findOperator(std::string_view name);

// docs/onnx.md.
std::string operatorsMarkdown();

}  // namespace aslog::ptq
