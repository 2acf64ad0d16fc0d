// The small CNN, and pictures for it that need no file from elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "support/file.h"
#include "support/json_file.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

inline const std::string kSmallModel = ASLOG_SOURCE_DIR "/examples/fashion_cnn/fashion_cnn.onnx";

/// The descriptor of a data set of `count` grey pictures of 28 x 28 that need no file from
/// elsewhere; `labels`: whether the descriptor names any.
inline std::string makeStripedSet(const TemporaryFolder& folder, const std::string& name, int count,
                                  bool labels) {
    const auto bigEndian = [](std::uint32_t number) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes += static_cast<char>((number >> shift) & 0xFF);
        }
        return bytes;
    };
    const auto size = static_cast<std::uint32_t>(count);
    std::string images = bigEndian(0x803) + bigEndian(size) + bigEndian(28) + bigEndian(28);
    std::string classes = bigEndian(0x801) + bigEndian(size);
    std::uint32_t state = 12345;
    for (int i = 0; i < count; ++i) {
        for (int pixel = 0; pixel < 28 * 28; ++pixel) {
            state = state * 1664525U + 1013904223U;
            // Stripes of a different width in each picture, and noise.
            const bool isLit = (pixel % 28 / (i % 7 + 1)) % 2 == 0;
            images += static_cast<char>((isLit ? 128 : 0) + (state >> 26));
        }
        classes += static_cast<char>(i % 10);
    }
    support::writeFile(folder / (name + ".images"), images);
    support::writeFile(folder / (name + ".labels"), classes);
    support::Json json{{"name", name},       {"kind", "idx"}, {"images", name + ".images"},
                       {"channels", "grey"}, {"scale", 1},    {"mean", {73}},
                       {"deviation", {90}}};
    if (labels) {
        json["labels"] = name + ".labels";
    }
    const std::string path = folder / (name + ".json");
    support::writeFile(path, json.dump(2));
    return path;
}

}  // namespace aslog::tests
