// Small quantised networks of random numbers, made without a model and without quantising.
#pragma once

#include <string>

#include "ptq/network_file/network_file.h"
#include "tests/golden/layers.h"

namespace aslog::test {

// Formats that differ in what a file has to hold: SLogII with and without mu, every baseline.
ptq::NumberFormat slogiiFormat(bool hasMu);
ptq::NumberFormat listedSlogiiFormat();  // its levels as a list
ptq::NumberFormat narrowSlogiiFormat();  // 6 bits, no zero, activations and outputs of 5 bits
ptq::NumberFormat baselineFormat(const std::string& element);

// A network with every golden::Operation, a residual, and groups of one and of two channels.
ptq::StoredNetwork sampleNetwork(Random& random, const ptq::NumberFormat& format);

// All three variants, the first with mu.
ptq::NetworkFile sampleFile();

}  // namespace aslog::test
