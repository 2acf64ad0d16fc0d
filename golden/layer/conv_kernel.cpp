#include "golden/layer/conv_kernel.h"

#include <array>
#include <type_traits>

#include "support/clones.h"

namespace aslog::golden {
namespace {

template <typename Value, typename Sum>
struct WholeProducts {
    const Value* weights;

    [[gnu::always_inline]] Sum operator()(std::size_t weight, Value q) const {
        return Sum{weights[weight]} * Sum{q};
    }
};

template <typename Value, typename Sum>
struct CutProducts {
    const Value* magnitudes;
    const Value* signs;
    int dropped;

    [[gnu::always_inline]] Sum operator()(std::size_t weight, Value q) const {
        using Word = std::make_unsigned_t<Value>;
        const auto product =
            static_cast<Word>(static_cast<Word>(magnitudes[weight]) * static_cast<Word>(q));
        return Sum{signs[weight]} * Sum{static_cast<Value>(product >> dropped)};
    }
};

/// A tile of Channels x Pixels dot products shares its loads.
template <std::size_t Channels, std::size_t Pixels, typename Products, typename Value, typename Sum>
[[gnu::always_inline]] inline void dotTile(const Products& products, std::size_t firstWeight,
                                           const Value* patches, std::size_t length, Sum* sums,
                                           std::size_t pixels) {
    std::array<std::array<Sum, Pixels>, Channels> tile{};
    for (std::size_t k = 0; k < length; ++k) {
        for (std::size_t c = 0; c < Channels; ++c) {
            for (std::size_t p = 0; p < Pixels; ++p) {
                tile[c][p] += products(firstWeight + c * length + k, patches[p * length + k]);
            }
        }
    }
    for (std::size_t c = 0; c < Channels; ++c) {
        for (std::size_t p = 0; p < Pixels; ++p) {
            sums[c * pixels + p] = tile[c][p];
        }
    }
}

template <std::size_t Channels, typename Products, typename Value, typename Sum>
[[gnu::always_inline]] inline void dotRows(const Products& products, std::size_t firstWeight,
                                           const Value* patches, std::size_t pixels,
                                           std::size_t length, Sum* sums) {
    std::size_t p = 0;
    for (; p + 4 <= pixels; p += 4) {
        dotTile<Channels, 4>(products, firstWeight, patches + p * length, length, sums + p, pixels);
    }
    for (; p < pixels; ++p) {
        dotTile<Channels, 1>(products, firstWeight, patches + p * length, length, sums + p, pixels);
    }
}

template <typename Products, typename Value, typename Sum>
[[gnu::always_inline]] inline void dotAll(const Products& products, std::size_t channels,
                                          const Value* patches, std::size_t pixels,
                                          std::size_t length, Sum* sums) {
    length -= length % kDotBlock;  // lets the compiler drop the loop's tail
    std::size_t c = 0;
    for (; c + 4 <= channels; c += 4) {
        dotRows<4>(products, c * length, patches, pixels, length, sums + c * pixels);
    }
    for (; c < channels; ++c) {
        dotRows<1>(products, c * length, patches, pixels, length, sums + c * pixels);
    }
}

}  // namespace

ASLOG_CLONES void dotProducts(const std::int16_t* weights, std::size_t channels,
                              const std::int16_t* patches, std::size_t pixels, std::size_t length,
                              std::int32_t* sums) {
    dotAll(WholeProducts<std::int16_t, std::int32_t>{weights}, channels, patches, pixels, length,
           sums);
}

ASLOG_CLONES void dotProducts(const std::int64_t* weights, std::size_t channels,
                              const std::int64_t* patches, std::size_t pixels, std::size_t length,
                              std::int64_t* sums) {
    dotAll(WholeProducts<std::int64_t, std::int64_t>{weights}, channels, patches, pixels, length,
           sums);
}

ASLOG_CLONES void cutDotProducts(const std::int16_t* magnitudes, const std::int16_t* signs,
                                 std::size_t channels, const std::int16_t* patches,
                                 std::size_t pixels, std::size_t length, int dropped,
                                 std::int32_t* sums) {
    dotAll(CutProducts<std::int16_t, std::int32_t>{magnitudes, signs, dropped}, channels, patches,
           pixels, length, sums);
}

ASLOG_CLONES void cutDotProducts(const std::int64_t* magnitudes, const std::int64_t* signs,
                                 std::size_t channels, const std::int64_t* patches,
                                 std::size_t pixels, std::size_t length, int dropped,
                                 std::int64_t* sums) {
    dotAll(CutProducts<std::int64_t, std::int64_t>{magnitudes, signs, dropped}, channels, patches,
           pixels, length, sums);
}

}  // namespace aslog::golden
