// A convolution layer in exact integers, without the array.
// Definition: docs/arithmetic.md, sections 4 to 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "golden/arithmetic/numerics.h"
#include "golden/arithmetic/requantiser.h"

namespace aslog::golden {

/// Channel-major: element (c, y, x) at (c * height + y) * width + x.
struct Tensor {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<std::uint8_t> data;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::uint8_t at(int c, int y, int x) const;
};

struct ConvGeometry {
    int inputChannels = 1;
    int outputChannels = 1;
    int kernelHeight = 1;
    int kernelWidth = 1;
    int strideY = 1;
    int strideX = 1;
    int padTop = 0;
    int padBottom = 0;
    int padLeft = 0;
    int padRight = 0;
    int dilationY = 1;
    int dilationX = 1;

    /// N = kernel area * input channels.
    [[nodiscard]] std::int64_t taps() const;
    [[nodiscard]] int outputHeight(int inputHeight) const;
    [[nodiscard]] int outputWidth(int inputWidth) const;
    friend bool operator==(const ConvGeometry&, const ConvGeometry&) = default;
};

struct ChannelParameters {
    std::int64_t bias = 0;    // b_c, units of 2^(dropped - f), zero-point term included
    Code mu{};                // mu_c; unused without bias correction
    std::uint64_t scale = 1;  // M_c
    int shift = 1;            // s_c
    friend bool operator==(const ChannelParameters&, const ChannelParameters&) = default;
};

struct ConvLayer {
    ConvGeometry geometry;
    int inputZeroPoint = 0;                   // z, also the padding
    std::vector<Code> codes;                  // [output channel][input channel][ky][kx]
    std::vector<ChannelParameters> channels;  // one per output channel
    std::vector<std::int64_t> offsets;  // o_c: one per output channel, or one per output (CHW)
    ClampRange clamp;

    [[nodiscard]] Code code(int outputChannel, std::int64_t tap) const;
    friend bool operator==(const ConvLayer&, const ConvLayer&) = default;
};

/// The part of b_c that an input zero point needs: what makes t_c = b_c - this for a window of
/// nothing but z. Without dropped columns it is -z * (sum of w * 2^f + N * mu_c).
[[nodiscard]] std::int64_t zeroPointTerm(const ConvLayer& layer, const Numerics& numerics,
                                         int outputChannel);

/// Throws std::invalid_argument, with the numbers, for a layer whose sizes do not fit together or
/// that the numerics can not hold: N > Nmax, an accumulator, window sum, b_c or t_c out of range in
/// the worst case, a parameter wider than its field. What the layer's data needs (taps, sums, b_c,
/// output offsets) and the numerics lack is a DoesNotFit; scale, shift and codes are chosen, so
/// that one outside of its field is a fault of the layer.
/// `fillRows` rows without a tap are part of each window.
void checkLayer(const ConvLayer& layer, const Numerics& numerics, std::int64_t fillRows = 0);

/// Throws std::invalid_argument if the input does not fit the layer: channels, size, an activation
/// out of range, a number of offsets that is neither per channel nor per output.
void checkInput(const ConvLayer& layer, const Numerics& numerics, const Tensor& input);

/// A layer, checked and packed once for any number of inputs. Copies share what is packed; the
/// const functions may be called from several threads.
class Convolution {
  public:
    /// Throws as checkLayer does.
    Convolution(ConvLayer layer, Numerics numerics);

    /// Output activations. Throws as checkInput does, and if outputBits is above 8.
    [[nodiscard]] Tensor run(const Tensor& input) const;

    /// The same with other offsets o_c than those of the layer, one for each output (CHW): a
    /// residual. They must be legal ones; what they are is not checked again, their number is.
    [[nodiscard]] Tensor run(const Tensor& input, const std::vector<std::int64_t>& offsets) const;

    [[nodiscard]] const ConvLayer& layer() const;

    /// t_c of each output, [output channel][y][x], units of 2^(dropped - f); for any outputBits.
    [[nodiscard]] std::vector<std::int64_t> correctionSums(const Tensor& input) const;

  private:
    struct Prepared;
    std::shared_ptr<const Prepared> prepared_;
};

/// Convolution(layer, numerics) for one input.
[[nodiscard]] Tensor convolve(const ConvLayer& layer, const Numerics& numerics,
                              const Tensor& input);
[[nodiscard]] std::vector<std::int64_t> correctionSums(const ConvLayer& layer,
                                                       const Numerics& numerics,
                                                       const Tensor& input);

/// The same by the plainest possible loops over raw() words; slow, the yardstick of the tests.
[[nodiscard]] Tensor convolveNaive(const ConvLayer& layer, const Numerics& numerics,
                                   const Tensor& input);

}  // namespace aslog::golden
