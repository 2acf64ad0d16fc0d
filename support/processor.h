// Which instructions inner loops may use. Their results must not depend on it.
#pragma once

namespace aslog::support {

/// Sets of instructions that loops are written for, each with all before it.
enum class Instructions {
    Baseline,    ///< what every x86-64 has
    Avx2,        ///< vectors of 256 bits
    Avx512Vnni,  ///< sums of products of bytes, vectors of 512 bits
};

/// The most that this processor has; or what the environment variable ASLOG_INSTRUCTIONS names
/// ("baseline", "avx2", "avx512vnni"), if that is less. Read once. Throws InputError if the
/// variable holds another word.
Instructions instructions();

}  // namespace aslog::support
