#include "ptq/data/npy_header.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::data {
namespace {

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    NpyHeader run() {
        expect('{');
        while (!accept('}')) {
            entry();
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipSpaces();
        if (at_ != text_.size()) {
            fail("the end");
        }
        for (const char* key : {"descr", "fortran_order", "shape"}) {
            if (!has(key)) {
                throw support::InputError(fmt::format("the header has no '{}'", key));
            }
        }
        return std::move(header_);
    }

  private:
    void entry() {
        const std::string key = quoted("a key in quotation marks");
        if (has(key)) {
            throw support::InputError(fmt::format("the header has '{}' twice", key));
        }
        expect(':');
        if (key == "descr") {
            // A list stands here for records of several numbers.
            header_.type = quoted("one simple type in quotation marks");
        } else if (key == "fortran_order") {
            header_.isFortranOrder = boolean();
        } else if (key == "shape") {
            header_.shape = tuple();
        } else {
            throw support::InputError(fmt::format("the header has the unknown key '{}'", key));
        }
        keys_.push_back(key);
    }

    bool has(const std::string& key) const {
        return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
    }

    void skipSpaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) {
            ++at_;
        }
    }

    bool accept(char wanted) {
        skipSpaces();
        if (at_ == text_.size() || text_[at_] != wanted) {
            return false;
        }
        ++at_;
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) {
            fail(fmt::format("'{}'", wanted));
        }
    }

    // No type and no key has a character that needs a backslash.
    std::string quoted(const char* wanted) {
        skipSpaces();
        const char mark = at_ < text_.size() ? text_[at_] : '\0';
        const std::size_t end = text_.find(mark, at_ + 1);
        if ((mark != '\'' && mark != '"') || end == std::string_view::npos) {
            fail(wanted);
        }
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return std::string(inside);
    }

    bool boolean() {
        skipSpaces();
        for (const auto& [word, value] : {std::pair("True", true), std::pair("False", false)}) {
            if (text_.substr(at_).starts_with(word)) {
                at_ += std::string_view(word).size();
                return value;
            }
        }
        fail("True or False");
    }

    std::vector<std::size_t> tuple() {
        std::vector<std::size_t> sizes;
        expect('(');
        while (!accept(')')) {
            sizes.push_back(size());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return sizes;
    }

    std::size_t size() {
        skipSpaces();
        std::size_t value = 0;
        const char* begin = text_.data() + at_;
        const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (error != std::errc()) {
            fail("a size from 0 to 2^64-1");
        }
        at_ += static_cast<std::size_t>(end - begin);
        return value;
    }

    [[noreturn]] void fail(const std::string& wanted) const {
        throw support::InputError(
            fmt::format("the header is damaged: {} expected at its character {}", wanted, at_));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string> keys_;  // found so far
    NpyHeader header_;
};

}  // namespace

NpyHeader parseNpyHeader(std::string_view text) {
    return Parser(text).run();
}

}  // namespace aslog::data
