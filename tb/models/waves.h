// Waveforms that a model can write.
#pragma once

#include <string>

namespace aslog::tb {

/// FST is compressed; the compiler wants zlib's headers for it.
enum class Waves { none, vcd, fst };

/// "", "vcd", "fst".
[[nodiscard]] inline std::string extensionOf(Waves waves) {
    return waves == Waves::none ? "" : waves == Waves::vcd ? "vcd" : "fst";
}

}  // namespace aslog::tb
