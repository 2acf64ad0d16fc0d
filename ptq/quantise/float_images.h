// A value of the float network for all images, without the need to hold all of them in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "ptq/graph/tensor.h"

namespace aslog::ptq {

// [N, ...], either kept or computed anew, a few images at a time, whenever somebody reads them.
class FloatImages {
  public:
    // Images [first, first + count). Called from several threads.
    using Compute = std::function<FloatTensor(std::int64_t first, std::int64_t count)>;

    explicit FloatImages(std::shared_ptr<const FloatTensor> kept);
    explicit FloatImages(FloatTensor kept);
    FloatImages(Shape shape, Compute compute);

    const Shape& shape() const { return shape_; }
    std::size_t images() const { return static_cast<std::size_t>(shape_.front()); }
    std::size_t size() const { return size_; }  // numbers of one image

    // Null if they are computed.
    const FloatTensor* kept() const { return kept_.get(); }

    FloatTensor block(std::int64_t first, std::int64_t count) const;

  private:
    Shape shape_;
    std::size_t size_;
    std::shared_ptr<const FloatTensor> kept_;
    Compute compute_;
};

// Images that are computed at once.
inline constexpr std::size_t kImageBlock = 4;

// Calls visit(n, numbers of image n) for each image of every `stride`-th block, from the first; in
// any order, on all cores.
void forEachImage(const FloatImages& values,
                  const std::function<void(std::size_t, const float*)>& visit,
                  std::size_t stride = 1);

// Reads one image after the other; computes each block once if they are read in order.
class ImageReader {
  public:
    // `values` must outlive it.
    explicit ImageReader(const FloatImages& values) : values_(values) {}

    // The numbers of image n, until the next call.
    const float* at(std::size_t n);

  private:
    const FloatImages& values_;
    std::size_t first_ = 0;
    FloatTensor block_;
};

}  // namespace aslog::ptq
