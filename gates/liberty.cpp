#include "gates/liberty.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::gates {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\';
}

bool isPunctuation(char c) {
    return c == '(' || c == ')' || c == '{' || c == '}' || c == ':' || c == ';' || c == ',';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

class LibertyParser {
  public:
    LibertyParser(std::string_view text, const std::string& fileName)
        : text_(text), file_(fileName) {}

    LibertyGroup file() {
        LibertyGroup holder;
        statement(holder);
        if (holder.groups.size() != 1 || holder.groups.front().type != "library") {
            fail("it does not start with a library group");
        }
        skipBlanks();
        if (position_ != text_.size()) {
            fail("there is text after the library group");
        }
        return std::move(holder.groups.front());
    }

  private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw support::InputError(
            fmt::format("{} is no Liberty file: line {}: {}", file_, line_, reason));
    }

    char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

    char next() {
        const char c = peek();
        line_ += c == '\n' ? 1 : 0;
        ++position_;
        return c;
    }

    bool startsWith(std::string_view what) const {
        return text_.substr(position_, what.size()) == what;
    }

    void skipTo(std::string_view end) {
        while (position_ < text_.size() && !startsWith(end)) {
            next();
        }
        if (position_ == text_.size() && end != "\n") {
            fail(fmt::format("\"{}\" is missing at the end", end));
        }
    }

    void skipBlanks() {
        while (true) {
            while (position_ < text_.size() && isBlank(peek())) {
                next();
            }
            if (startsWith("/*")) {
                skipTo("*/");
                position_ += 2;
            } else if (startsWith("//")) {
                skipTo("\n");
            } else {
                return;
            }
        }
    }

    void expect(char wanted) {
        skipBlanks();
        if (peek() != wanted) {
            fail(position_ >= text_.size() ? fmt::format("it ends where \"{}\" should be", wanted)
                                           : fmt::format("\"{}\" expected", wanted));
        }
        next();
    }

    std::string_view quoted() {
        next();
        const std::size_t start = position_;
        while (position_ < text_.size() && peek() != '"') {
            next();
        }
        if (position_ == text_.size()) {
            fail("a string does not end");
        }
        const std::string_view result = text_.substr(start, position_ - start);
        next();
        return result;
    }

    std::string_view name() {
        const std::size_t start = position_;
        while (position_ < text_.size() && !isBlank(peek()) && !isPunctuation(peek()) &&
               peek() != '"') {
            next();
        }
        if (start == position_) {
            fail("a name is missing");
        }
        return text_.substr(start, position_ - start);
    }

    // Up to ';', to a '}' that closes the group, or to the end of the line: the semicolon is left
    // out in many files. An expression such as `VDD + 0.3` is one value.
    std::string_view simpleValue() {
        while (peek() == ' ' || peek() == '\t') {
            next();
        }
        if (peek() == '"') {
            return quoted();
        }
        const std::size_t start = position_;
        while (position_ < text_.size() && peek() != ';' && peek() != '\n' && peek() != '}') {
            next();
        }
        return trimmed(text_.substr(start, position_ - start));
    }

    std::vector<std::string_view> arguments() {
        std::vector<std::string_view> result;
        expect('(');
        while (true) {
            skipBlanks();
            const char c = peek();
            if (c == ')') {
                next();
                return result;
            }
            if (c == ',' || c == ':') {
                next();
            } else {
                result.push_back(c == '"' ? quoted() : name());
            }
        }
    }

    void statement(LibertyGroup& parent) {
        skipBlanks();
        const int line = line_;
        const std::size_t start = position_;
        const std::string_view title = name();
        skipBlanks();
        if (peek() == ':') {
            next();
            parent.attributes.push_back({title, {simpleValue()}});
        } else if (peek() == '(') {
            std::vector<std::string_view> list = arguments();
            skipBlanks();
            if (peek() == '{') {
                parent.groups.push_back(group(title, std::move(list), line));
                parent.groups.back().text = text_.substr(start, position_ - start);
            } else {
                parent.attributes.push_back({title, std::move(list)});
            }
        } else {
            fail(fmt::format("\":\" or \"(\" expected after \"{}\"", title.substr(0, 40)));
        }
        skipBlanks();
        if (peek() == ';') {
            next();
        }
    }

    LibertyGroup group(std::string_view type, std::vector<std::string_view> list, int line) {
        constexpr int kMaxDepth = 32;  // far beyond the nesting of the format
        LibertyGroup result;
        result.type = type;
        result.arguments = std::move(list);
        result.line = line;
        if (++depth_ > kMaxDepth) {
            fail("groups are nested too deeply");
        }
        expect('{');
        for (skipBlanks(); peek() != '}'; skipBlanks()) {
            if (position_ >= text_.size()) {
                fail(fmt::format("the {} group of line {} does not end", type, line));
            }
            if (peek() == ';') {
                next();
            } else {
                statement(result);
            }
        }
        next();
        --depth_;
        return result;
    }

    std::string_view text_;
    const std::string& file_;
    std::size_t position_ = 0;
    int line_ = 1;
    int depth_ = 0;
};

}  // namespace

std::string_view LibertyGroup::name() const {
    return arguments.empty() ? std::string_view() : arguments.front();
}

std::string_view LibertyGroup::attribute(std::string_view attributeName) const {
    const auto found = std::find_if(
        attributes.begin(), attributes.end(),
        [attributeName](const LibertyAttribute& each) { return each.name == attributeName; });
    return found == attributes.end() || found->values.empty() ? std::string_view()
                                                              : found->values.front();
}

LibertyFile LibertyFile::read(const std::filesystem::path& path) {
    return parse(support::readFile(path), path.string());
}

LibertyFile LibertyFile::parse(std::string text, const std::string& name) {
    LibertyFile file;
    file.text_ = std::make_unique<const std::string>(std::move(text));
    file.root_ = LibertyParser(*file.text_, name).file();
    return file;
}

}  // namespace aslog::gates
