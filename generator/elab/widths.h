// Widths that follow from a spec, and the rules that they must keep.
// Definition: docs/arithmetic.md, sections 3 to 7.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/spec/arch_spec.h"
#include "golden/arithmetic/element.h"
#include "support/diagnostics.h"

namespace aslog {

// What the array must know of an arithmetic element.
struct ElementInfo {
    std::string name;               // "slogii", or a baseline of docs/arithmetic.md, section 8
    int weightBits = 0;             // width of a weight code
    int rows = 1;                   // neighbouring rows that it serves
    std::int64_t windowWeight = 0;  // 0 or 2^n: times the window sum S, added to a column's sum
    std::uint64_t rawMax = 0;       // largest sum of its words, in units of 2^droppedBits
    int productBits = 0;            // bits(rawMax)
    int oddMultiples = 0;           // that it reads from the lane: of 3q, 5q and 7q the first ones
    int laneBits = 1;               // width of what it reads from the lane beside q
    int partialProducts = 1;        // words that it hands to the tree
    int partialBits = 0;            // width of each word, if it is whole
    int partialShift = 0;           // word k counts 2^(k * partialShift)
    int droppedBits = 0;            // lowest columns of the product that no word has
    int allPartialBits = 0;         // of all words together, without what is dropped
    bool operator==(const ElementInfo&) const = default;
};

// In bits. An entry can be beyond what arithmetic supports until checkWidths() has been asked.
struct Widths {
    std::int64_t maxTaps = 0;   // Nmax, rounded up to whole tiles
    int accumulatorNeeded = 0;  // smallest accumulator without overflow
    int accumulator = 0;        // A
    int tree = 0;               // sum of one beat over all rows of a column
    int activationSum = 0;      // sum of the activations of one beat
    int windowSum = 0;          // S
    int fraction = 0;           // f; 0 without bias correction
    int muProduct = 0;          // raw word of mu * S; 0 without bias correction
    int correction = 0;         // T
    int scaled = 0;             // t * M
    int shiftMin = 0;           // smallest s
    int shiftMax = 0;           // largest s
    int shift = 0;              // s - shiftMin as it is sent
    int offset = 0;             // o
    bool operator==(const Widths&) const = default;
};

// What the array must know of this element.
ElementInfo elementInfo(const golden::Element& element);

// The element of the spec's own format.
ElementInfo slogElement(const ArchSpec& spec);

Widths deriveWidths(const ArchSpec& spec, const ElementInfo& element);

// Adds an error for each rule that the widths break; true if they keep all.
bool checkWidths(const ArchSpec& spec, const Widths& widths, support::Diagnostics& diagnostics);

// The rules in words, for docs/spec.md.
const std::vector<std::string>& widthRules();

}  // namespace aslog
