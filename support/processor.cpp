#include "support/processor.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::support {
namespace {

Instructions ofProcessor() {
#ifdef __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")) {
        return Instructions::Avx512Vnni;
    }
    if (__builtin_cpu_supports("avx2")) {
        return Instructions::Avx2;
    }
#endif
    return Instructions::Baseline;
}

Instructions allowed() {
    const char* variable = std::getenv("ASLOG_INSTRUCTIONS");  // NOLINT(concurrency-mt-unsafe)
    if (variable == nullptr || *variable == '\0') {
        return Instructions::Avx512Vnni;
    }
    constexpr std::array<std::string_view, 3> kNames{"baseline", "avx2", "avx512vnni"};
    const auto* const name = std::find(kNames.begin(), kNames.end(), std::string_view(variable));
    if (name == kNames.end()) {
        throw InputError(fmt::format(
            "ASLOG_INSTRUCTIONS is \"{}\"; allowed are baseline, avx2 and avx512vnni", variable));
    }
    return static_cast<Instructions>(name - kNames.begin());
}

}  // namespace

Instructions instructions() {
    static const Instructions chosen = std::min(ofProcessor(), allowed());
    return chosen;
}

}  // namespace aslog::support
