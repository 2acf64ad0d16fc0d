// What the two directions agree on: names and limits. Definition: docs/network_file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "golden/arithmetic/element.h"
#include "ptq/network_file/safetensors.h"

namespace aslog::ptq {

inline constexpr const char* kFormatName = "aslog.network";
inline constexpr const char* kFormatVersion = "2";
inline constexpr const char* kNetworkKey = "network";  // of the metadata; names the JSON in errors

inline constexpr std::size_t kMaxSteps = 1U << 14U;
inline constexpr std::size_t kMaxTensors = kMaxSteps + 1;
inline constexpr std::size_t kMaxInputs = 1U << 16U;  // of all steps of a network
inline constexpr std::size_t kMaxNameBytes = 1U << 12U;
inline constexpr int kMaxGroups = 1 << 16;
inline constexpr int kMaxWindow = 1 << 16;  // kernel, stride, padding, dilation
inline constexpr int kMaxSide = 1 << 24;    // channels, height, width

// Both sides of what a float can hold, so that no product with an integer leaves it.
inline constexpr double kSmallestScale = 1e-30;
inline constexpr double kLargestScale = 1e30;

// "slogii.12.codes"
inline std::string tensorName(const std::string& variant, std::size_t step, const char* what) {
    return fmt::format("{}.{}.{}", variant, step, what);
}

// "slogii.levels"
inline std::string tableName(const std::string& variant, const char* what) {
    return fmt::format("{}.{}", variant, what);
}

inline Dtype codeType(const golden::Element& element) {
    return element.weightBits() <= 8 ? Dtype::U8 : Dtype::I16;
}

// The value of each code; 0 for one that the element does not have.
inline std::vector<std::int64_t> levelTable(const golden::Element& element) {
    std::vector<std::int64_t> values(std::size_t{1} << element.weightBits());
    for (const golden::Code code : element.codes()) {
        values[golden::bitsOf(code)] = element.value(code);
    }
    return values;
}

inline std::vector<std::int64_t> levelTable(const golden::SlogFormat& format) {
    std::vector<std::int64_t> values(std::size_t{1} << format.weightBits());
    for (std::uint32_t code = 0; code < values.size(); ++code) {
        values[code] = format.decode(golden::Code{code});
    }
    return values;
}

}  // namespace aslog::ptq
