#include "support/gzip.h"

#include <array>
#include <memory>
#include <string_view>

#include <zlib.h>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::support {
namespace {

// A stream of gzip's format that inflates; files may hold several, one after the other.
class Inflater {
  public:
    explicit Inflater(std::string_view bytes) {
        // zlib promises to leave the input alone.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        constexpr int kGzipOnly = 16 + MAX_WBITS;
        isOpen_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // Appends some bytes; false at the end. `isDamaged` afterwards says whether it is the right
    // one.
    bool step(std::string& text) {
        stream_.next_out = block_.data();
        stream_.avail_out = static_cast<uInt>(block_.size());
        const int code = isOpen_ ? inflate(&stream_, Z_NO_FLUSH) : Z_STREAM_ERROR;
        text.append(reinterpret_cast<const char*>(block_.data()),
                    block_.size() - stream_.avail_out);
        if (code == Z_STREAM_END && stream_.avail_in > 0) {
            isOpen_ = inflateReset(&stream_) == Z_OK;
            return true;
        }
        isDamaged_ = code != Z_OK && code != Z_STREAM_END;
        return code == Z_OK;
    }

    bool isDamaged() const { return isDamaged_; }

  private:
    z_stream stream_{};
    std::array<Bytef, 1 << 16> block_{};
    bool isOpen_ = false;
    bool isDamaged_ = false;
};

}  // namespace

std::string uncompressed(std::string content, const std::string& name, std::uintmax_t maxBytes) {
    if (!content.starts_with("\x1f\x8b")) {
        return content;
    }
    std::string text;
    Inflater inflater(content);
    while (inflater.step(text)) {
        if (text.size() > maxBytes) {
            throw FileError(fmt::format("cannot read {}: uncompressed, it is larger than {} bytes",
                                        name, maxBytes));
        }
    }
    if (inflater.isDamaged()) {
        throw InputError(fmt::format("{} is a damaged gzip file", name));
    }
    return text;
}

}  // namespace aslog::support
