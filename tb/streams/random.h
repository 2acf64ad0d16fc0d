// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace aslog::tb {

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    /// For a named purpose: suites with the same seed draw different numbers.
    Random(std::uint64_t seed, std::string_view purpose) : engine_(mix(seed, purpose)) {}

    std::uint64_t next() { return engine_(); }

    /// 0 ... count - 1; the bias of the remainder is of no concern here.
    std::uint64_t below(std::uint64_t count) { return engine_() % count; }

    /// first ... last, both included.
    int between(int first, int last) {
        return first + static_cast<int>(below(static_cast<std::uint64_t>(last - first) + 1));
    }

    bool oneIn(std::uint64_t count) { return below(count) == 0; }

    /// A seed for a named purpose.
    static std::uint64_t mix(std::uint64_t seed, std::string_view purpose) {
        std::uint64_t hash = 0xcbf29ce484222325U ^ seed;  // FNV-1a
        for (const char c : purpose) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        return hash;
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace aslog::tb
