#include "ptq/data/idx.h"

#include <array>
#include <memory>
#include <string>

#include <zlib.h>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::data {
namespace {

constexpr std::uint32_t kImagesMagic = 0x0803;   // unsigned bytes, three dimensions
constexpr std::uint32_t kLabelsMagic = 0x0801;   // unsigned bytes, one dimension
constexpr std::uint64_t kMaxBytes = 1ULL << 30;  // a header that claims more is corrupt

// A gzip stream whose errors name the file.
class GzFile {
  public:
    explicit GzFile(const std::filesystem::path& path)
        : path_(path), file_(gzopen(path.c_str(), "rb")) {
        if (!file_) {
            throw support::FileError(fmt::format("{}: cannot be opened", path.string()));
        }
    }

    void read(std::span<std::uint8_t> bytes) {
        const int got = gzread(file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
        checkStream();
        if (static_cast<std::size_t>(got) != bytes.size()) {
            fail(fmt::format("is truncated: {} more bytes expected, {} found", bytes.size(), got));
        }
    }

    std::uint32_t readBigEndian() {
        std::array<std::uint8_t, 4> b{};
        read(b);
        return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 |
               b[3];
    }

    // Reading past the last byte also makes zlib check the end of the stream.
    void expectEnd() {
        std::uint8_t extra = 0;
        const int got = gzread(file_.get(), &extra, 1);
        checkStream();
        if (got > 0) {
            fail("has bytes after the last element");
        }
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw support::InputError(fmt::format("{}: {}", path_.string(), what));
    }

  private:
    struct Close {
        void operator()(gzFile_s* file) const { gzclose(file); }
    };

    // gzread alone does not tell: it returns what it could read of a stream that was cut off.
    void checkStream() {
        int code = Z_OK;
        const char* text = gzerror(file_.get(), &code);
        if (code == Z_OK || code == Z_STREAM_END) {
            return;
        }
        const char* fault = code == Z_BUF_ERROR ? "is truncated" : "is corrupt";
        fail(fmt::format("{} ({})", fault, text));
    }

    std::filesystem::path path_;
    std::unique_ptr<gzFile_s, Close> file_;
};

void expectMagic(GzFile& file, std::uint32_t expected, const char* kind) {
    const std::uint32_t magic = file.readBigEndian();
    if (magic == expected) {
        return;
    }
    file.fail(fmt::format("is no IDX file of {}: magic number {:#010x} found, {:#010x} expected",
                          kind, magic, expected));
}

}  // namespace

std::span<const std::uint8_t> IdxImages::image(std::size_t index) const {
    return std::span(pixels).subspan(index * imageSize(), imageSize());
}

IdxImages readIdxImages(const std::filesystem::path& path) {
    GzFile file(path);
    expectMagic(file, kImagesMagic, "images");
    IdxImages images;
    images.count = file.readBigEndian();
    images.height = file.readBigEndian();
    images.width = file.readBigEndian();
    const bool empty = images.count == 0 || images.height == 0 || images.width == 0;
    // Divisions, because the product of three 32-bit numbers can overflow.
    if (empty || images.height > kMaxBytes / images.width ||
        images.count > kMaxBytes / images.imageSize()) {
        file.fail(fmt::format("is corrupt: {} images of {} x {} pixels", images.count,
                              images.height, images.width));
    }
    images.pixels.resize(images.count * images.imageSize());
    file.read(images.pixels);
    file.expectEnd();
    return images;
}

std::vector<std::uint8_t> readIdxLabels(const std::filesystem::path& path) {
    GzFile file(path);
    expectMagic(file, kLabelsMagic, "labels");
    const std::uint32_t count = file.readBigEndian();
    if (count == 0 || count > kMaxBytes) {
        file.fail(fmt::format("is corrupt: {} labels", count));
    }
    std::vector<std::uint8_t> labels(count);
    file.read(labels);
    file.expectEnd();
    return labels;
}

IdxImages firstImages(const IdxImages& images, std::size_t count) {
    if (count > images.count) {
        throw support::InputError(
            fmt::format("{} images wanted, the set has {}", count, images.count));
    }
    IdxImages part{count, images.height, images.width, {}};
    const auto pixels = std::span(images.pixels).first(count * images.imageSize());
    part.pixels.assign(pixels.begin(), pixels.end());
    return part;
}

}  // namespace aslog::data
