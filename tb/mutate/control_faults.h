// Faults that one operator does not make: of handshakes, resets and clock enables.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aslog::tb {

/// Part of the text: an expression that may be mutated.
struct Span {
    std::size_t begin;
    std::size_t end;
};

/// One fault of an expression: `length` characters at `at` become `replacement`.
struct Edit {
    std::size_t at;
    std::size_t length;
    std::string replacement;
    std::string what;
    std::string kind = "expression";
};

/// Faults of this expression, by what it is assigned or connected to:
/// - `..._ready_o` and `..._valid_o`: held low until another handshake input is high; stuck at 1
/// - `.en_i` of a clock gate or a latch: stuck at 1
/// - a constant for a register: the register is not reset
/// `text` is a file without comments.
[[nodiscard]] std::vector<Edit> controlEdits(const std::string& text, Span span);

/// `rst_ni` in each sensitivity list, and the fault of it: without a clock edge there is no reset.
[[nodiscard]] std::vector<Span> resetEvents(const std::string& text);
[[nodiscard]] Edit resetEventEdit(const Span& span);

}  // namespace aslog::tb
