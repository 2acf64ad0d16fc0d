// A test bench in Verilog with vector files, for simulators other than Verilator.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "run/run_folder.h"
#include "tb/models/device.h"

namespace aslog::tb {

struct VerilogBench {
    std::filesystem::path folder;
    std::string layer;  // "3x3: 16x3x3x3 stride 1x1 on 3x5"
    std::size_t activationBeats = 0;
    std::size_t outputBeats = 0;
    std::uint64_t comparisons = 0;  // output values that count
};

/// Writes aslog_tb.v, activations.hex, weights.hex, parameters.hex, outputs.hex and files.f into
/// `folder`, which is made: a random convolution, whose shape the seed draws among those of the
/// suite `layers`, scheduled by golden/schedule. files.f names `rtl`'s files relative to `folder`
/// and the bench, for `iverilog -g2005 -f files.f`; files_axis.f the same behind the AXI4-Stream
/// shell. Files of
/// these names that hold something else are replaced with Replace::all only. Throws
/// support::InputError that names them, support::FileError.
VerilogBench writeVerilogBench(const Device& device, const std::filesystem::path& rtl,
                               const std::filesystem::path& folder, std::uint64_t seed,
                               Replace replace = Replace::generated);

}  // namespace aslog::tb
