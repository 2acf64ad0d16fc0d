// What the converters of single operators share. Internal to ptq/onnx/.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "ptq/onnx/convert.h"
#include "ptq/onnx/source.h"

namespace aslog::ptq {

// Throws InputError, without the node's name.
using Converter = ConvertedNode (*)(Source&);
using Converters = std::map<std::string_view, Converter>;  // by ONNX's name

// Of the operators that only move elements.
const Converters& movementConverters();

// Of those that make a map larger, or blocks of it channels and back.
const Converters& wideningConverters();

// Most nodes have one output, and keep all inputs or the first.
ConvertedNode withAllInputs(const Source& source, Operator op);
ConvertedNode withFirstInput(Operator op);

// The first half of an ONNX pads list is for the beginnings, the second for the ends. Throws
// InputError if it has no halves.
std::pair<Shape, Shape> splitPads(const Shape& pads);

}  // namespace aslog::ptq
