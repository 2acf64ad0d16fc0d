#include "ptq/linear/product.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "support/interrupt.h"
#include "support/processor.h"

namespace aslog::ptq {
namespace {

constexpr std::ptrdiff_t kVectorBytes = 32;
constexpr std::ptrdiff_t kTileRows = 6;
constexpr std::ptrdiff_t kTileVectors = 2;  // a tile and its operands fill 15 registers
constexpr std::ptrdiff_t kBlockDepth = 256;
constexpr std::ptrdiff_t kBlockTiles = 16;  // rows of a block in tiles; it stays in a cache

template <typename Number>
using Vector [[gnu::vector_size(kVectorBytes)]] = Number;

template <typename Number>
constexpr std::ptrdiff_t kLanes = kVectorBytes / std::ptrdiff_t{sizeof(Number)};

template <typename Number>
constexpr std::ptrdiff_t kTileColumns = kTileVectors* kLanes<Number>;

// a: depth x kTileRows, b: depth x kTileColumns, both packed without gaps; adds to the tile.
// No product is fused with a sum: the compiler is told so (-ffp-contract=off).
template <typename Number>
[[gnu::always_inline]] inline void addTile(const Number* a, const Number* b, std::ptrdiff_t depth,
                                           Number* tile, std::ptrdiff_t step) {
    Vector<Number> sums[kTileRows][kTileVectors];
    for (std::ptrdiff_t i = 0; i < kTileRows; ++i) {
        for (std::ptrdiff_t j = 0; j < kTileVectors; ++j) {
            std::memcpy(&sums[i][j], tile + i * step + j * kLanes<Number>, kVectorBytes);
        }
    }
    for (std::ptrdiff_t k = 0; k < depth; ++k, a += kTileRows, b += kTileColumns<Number>) {
        Vector<Number> columns[kTileVectors];
        for (std::ptrdiff_t j = 0; j < kTileVectors; ++j) {
            std::memcpy(&columns[j], b + j * kLanes<Number>, kVectorBytes);
        }
        for (std::ptrdiff_t i = 0; i < kTileRows; ++i) {
            const Vector<Number> row = a[i] - Vector<Number>{};
            for (std::ptrdiff_t j = 0; j < kTileVectors; ++j) {
                sums[i][j] += row * columns[j];
            }
        }
    }
    for (std::ptrdiff_t i = 0; i < kTileRows; ++i) {
        for (std::ptrdiff_t j = 0; j < kTileVectors; ++j) {
            std::memcpy(tile + i * step + j * kLanes<Number>, &sums[i][j], kVectorBytes);
        }
    }
}

#ifdef __x86_64__
template <typename Number>
[[gnu::target("avx2")]] void addTileAvx2(const Number* a, const Number* b, std::ptrdiff_t depth,
                                         Number* tile, std::ptrdiff_t step) {
    addTile(a, b, depth, tile, step);
}
#endif

template <typename Number>
void addTileBaseline(const Number* a, const Number* b, std::ptrdiff_t depth, Number* tile,
                     std::ptrdiff_t step) {
    addTile(a, b, depth, tile, step);
}

template <typename Number>
using AddTile = void (*)(const Number*, const Number*, std::ptrdiff_t, Number*, std::ptrdiff_t);

template <typename Number>
AddTile<Number> tileFor([[maybe_unused]] support::Instructions instructions) {
#ifdef __x86_64__
    if (instructions >= support::Instructions::Avx2) {
        return addTileAvx2<Number>;
    }
#endif
    return addTileBaseline<Number>;
}

// Strips of `width` lines, one after the other, each with the lines' elements of one k side by
// side; lines that are missing in the last strip are 0.
template <typename Number>
void pack(const Number* from, std::ptrdiff_t lineStep, std::ptrdiff_t depthStep,
          std::ptrdiff_t lines, std::ptrdiff_t depth, std::ptrdiff_t width, Number factor,
          std::vector<Number>& to) {
    to.resize(static_cast<std::size_t>((lines + width - 1) / width * width * depth));
    Number* place = to.data();
    for (std::ptrdiff_t first = 0; first < lines; first += width) {
        const std::ptrdiff_t here = std::min(width, lines - first);
        for (std::ptrdiff_t k = 0; k < depth; ++k, place += width) {
            const Number* line = from + first * lineStep + k * depthStep;
            for (std::ptrdiff_t i = 0; i < here; ++i, line += lineStep) {
                place[i] = factor * *line;
            }
            std::fill(place + here, place + width, Number{0});
        }
    }
}

// A tile that reaches beyond the sum is made in memory of its own.
template <typename Number>
void addPartOfTile(AddTile<Number> add, const Number* a, const Number* b, std::ptrdiff_t depth,
                   std::ptrdiff_t rows, std::ptrdiff_t columns, Number* sum, std::ptrdiff_t step) {
    constexpr std::ptrdiff_t kColumns = kTileColumns<Number>;
    std::array<Number, kTileRows * kColumns> tile{};
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        std::copy_n(sum + i * step, columns, tile.data() + i * kColumns);
    }
    add(a, b, depth, tile.data(), kColumns);
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        std::copy_n(tile.data() + i * kColumns, columns, sum + i * step);
    }
}

// Packed a times packed b.
template <typename Number>
void addBlock(AddTile<Number> add, const ProductSizes& block, const Number* a, const Number* b,
              Number* sum, std::ptrdiff_t step) {
    constexpr std::ptrdiff_t kColumns = kTileColumns<Number>;
    for (std::ptrdiff_t j = 0; j < block.columns; j += kColumns) {
        for (std::ptrdiff_t i = 0; i < block.rows; i += kTileRows) {
            const std::ptrdiff_t rows = std::min(kTileRows, block.rows - i);
            const std::ptrdiff_t columns = std::min(kColumns, block.columns - j);
            Number* tile = sum + i * step + j;
            const Number* ofA = a + i * block.depth;
            const Number* ofB = b + j * block.depth;
            if (rows == kTileRows && columns == kColumns) {
                add(ofA, ofB, block.depth, tile, step);
            } else {
                addPartOfTile(add, ofA, ofB, block.depth, rows, columns, tile, step);
            }
        }
    }
}

}  // namespace

template <typename Number>
void addProduct(const ProductSizes& sizes, const MatrixView<Number>& a, const MatrixView<Number>& b,
                Number factor, Number* sum, std::ptrdiff_t step) {
    constexpr std::ptrdiff_t kBlockColumns = 64 * kTileColumns<Number>;
    constexpr std::ptrdiff_t kBlockRows = kBlockTiles * kTileRows;
    const AddTile<Number> add = tileFor<Number>(support::instructions());
    std::vector<Number> packedA;
    std::vector<Number> packedB;
    for (std::ptrdiff_t k = 0; k < sizes.depth; k += kBlockDepth) {
        const std::ptrdiff_t depth = std::min(kBlockDepth, sizes.depth - k);
        for (std::ptrdiff_t j = 0; j < sizes.columns; j += kBlockColumns) {
            support::throwIfInterrupted();
            const std::ptrdiff_t columns = std::min(kBlockColumns, sizes.columns - j);
            pack(b.data + k * b.rowStep + j * b.columnStep, b.columnStep, b.rowStep, columns, depth,
                 kTileColumns<Number>, Number{1}, packedB);
            for (std::ptrdiff_t i = 0; i < sizes.rows; i += kBlockRows) {
                const std::ptrdiff_t rows = std::min(kBlockRows, sizes.rows - i);
                pack(a.data + i * a.rowStep + k * a.columnStep, a.rowStep, a.columnStep, rows,
                     depth, kTileRows, factor, packedA);
                addBlock(add, {rows, columns, depth}, packedA.data(), packedB.data(),
                         sum + i * step + j, step);
            }
        }
    }
}

template void addProduct(const ProductSizes&, const MatrixView<float>&, const MatrixView<float>&,
                         float, float*, std::ptrdiff_t);
template void addProduct(const ProductSizes&, const MatrixView<double>&, const MatrixView<double>&,
                         double, double*, std::ptrdiff_t);

}  // namespace aslog::ptq
