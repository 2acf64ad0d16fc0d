#include "ptq/quantise/float_images.h"

#include <algorithm>
#include <utility>

#include "support/parallel.h"

namespace aslog::ptq {
namespace {

std::size_t sizeOfOne(const Shape& shape) {
    return static_cast<std::size_t>(elementCount({shape.begin() + 1, shape.end()}));
}

}  // namespace

FloatImages::FloatImages(std::shared_ptr<const FloatTensor> kept)
    : shape_(kept->shape), size_(sizeOfOne(shape_)), kept_(std::move(kept)) {
}

FloatImages::FloatImages(FloatTensor kept)
    : FloatImages(std::make_shared<const FloatTensor>(std::move(kept))) {
}

FloatImages::FloatImages(Shape shape, Compute compute)
    : shape_(std::move(shape)), size_(sizeOfOne(shape_)), compute_(std::move(compute)) {
}

FloatTensor FloatImages::block(std::int64_t first, std::int64_t count) const {
    if (!kept_) {
        return compute_(first, count);
    }
    FloatTensor result{shape_, {}};
    result.shape.front() = count;
    const float* from = kept_->data.data() + static_cast<std::size_t>(first) * size_;
    result.data.assign(from, from + static_cast<std::size_t>(count) * size_);
    return result;
}

void forEachImage(const FloatImages& values,
                  const std::function<void(std::size_t, const float*)>& visit, std::size_t stride) {
    const std::size_t images = values.images();
    const std::size_t step = stride * kImageBlock;
    support::inParallel((images + step - 1) / step, [&](std::size_t i) {
        ImageReader reader(values);
        const std::size_t end = std::min(images, i * step + kImageBlock);
        for (std::size_t n = i * step; n < end; ++n) {
            visit(n, reader.at(n));
        }
    });
}

const float* ImageReader::at(std::size_t n) {
    if (const FloatTensor* kept = values_.kept()) {
        return kept->data.data() + n * values_.size();
    }
    if (block_.data.empty() || n < first_ || n >= first_ + kImageBlock) {
        first_ = n / kImageBlock * kImageBlock;
        block_ = {};
        const std::size_t count = std::min(kImageBlock, values_.images() - first_);
        block_ = values_.block(static_cast<std::int64_t>(first_), static_cast<std::int64_t>(count));
    }
    return block_.data.data() + (n - first_) * values_.size();
}

}  // namespace aslog::ptq
