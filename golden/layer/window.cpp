#include "golden/layer/window.h"

#include <cstddef>

namespace aslog::golden {

std::vector<std::uint8_t> windowOf(const ConvLayer& layer, const Tensor& input, int outputY,
                                   int outputX) {
    const ConvGeometry& g = layer.geometry;
    std::vector<std::uint8_t> window;
    window.reserve(static_cast<std::size_t>(g.taps()));
    for (int c = 0; c < g.inputChannels; ++c) {
        for (int ky = 0; ky < g.kernelHeight; ++ky) {
            for (int kx = 0; kx < g.kernelWidth; ++kx) {
                const int y = outputY * g.strideY + ky * g.dilationY - g.padTop;
                const int x = outputX * g.strideX + kx * g.dilationX - g.padLeft;
                const bool isInside = y >= 0 && y < input.height && x >= 0 && x < input.width;
                window.push_back(isInside ? input.at(c, y, x)
                                          : static_cast<std::uint8_t>(layer.inputZeroPoint));
            }
        }
    }
    return window;
}

std::span<const Code> codesOf(const ConvLayer& layer, int outputChannel) {
    const auto taps = static_cast<std::size_t>(layer.geometry.taps());
    return std::span(layer.codes).subspan(static_cast<std::size_t>(outputChannel) * taps, taps);
}

}  // namespace aslog::golden
