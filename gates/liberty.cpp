#include "gates/liberty.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gates/liberty_numbers.h"
#include "support/error.h"
#include "support/file.h"
#include "support/gzip.h"
#include "support/sha256.h"

namespace aslog::gates {
namespace {

constexpr std::uintmax_t kMaxBytes = 1U << 30;  // larger than any library that is of use

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

// The files of a library, opened one by one, and the texts that the groups look into.
struct Sources {
    std::vector<std::unique_ptr<const std::string>> texts;
    std::string bytes;

    std::string_view add(std::string text) {
        texts.push_back(std::make_unique<const std::string>(std::move(text)));
        return *texts.back();
    }

    std::string_view open(const std::filesystem::path& file) {
        std::string content = support::readFile(file, kMaxBytes);
        bytes += content;
        return add(support::uncompressed(std::move(content), file.string(), kMaxBytes));
    }
};

class LibertyParser {
  public:
    LibertyParser(Sources& sources, const std::filesystem::path& file, int includeDepth = 0)
        : LibertyParser(sources, file.string(), sources.open(file)) {
        folder_ = file.parent_path();
        includeDepth_ = includeDepth;
    }

    LibertyParser(Sources& sources, std::string name, std::string_view text)
        : sources_(sources), text_(text), file_(std::move(name)) {
        constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
        position_ = startsWith(kByteOrderMark) ? kByteOrderMark.size() : 0;
    }

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

    // The statements of a file that another one includes go where it is named.
    void statementsInto(LibertyGroup& parent) {
        for (skipBlanks(); position_ < text_.size(); skipBlanks()) {
            if (peek() == ';') {
                next();
            } else {
                statement(parent);
            }
        }
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
            if (startsWith("\\\"")) {
                next();  // a quotation mark that belongs to the string
            }
            next();
        }
        if (position_ >= text_.size()) {
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
        const std::string_view title = name();
        skipBlanks();
        if (peek() == ':') {
            next();
            parent.attributes.push_back({title, {simpleValue()}, false});
        } else if (peek() == '(') {
            std::vector<std::string_view> list = arguments();
            skipBlanks();
            if (peek() == '{') {
                parent.groups.push_back(group(title, std::move(list), line));
            } else if (title == "include_file") {
                include(list, parent);
            } else {
                parent.attributes.push_back({title, std::move(list), true});
            }
        } else {
            fail(fmt::format("\":\" or \"(\" expected after \"{}\"", title.substr(0, 40)));
        }
        skipBlanks();
        if (peek() == ';') {
            next();
        }
    }

    void include(const std::vector<std::string_view>& list, LibertyGroup& parent) {
        constexpr int kMaxIncludes = 8;  // a file that includes itself ends here
        if (list.size() != 1 || !folder_) {
            fail("include_file needs the name of one file");
        }
        if (includeDepth_ == kMaxIncludes) {
            fail("files include each other too deeply");
        }
        const std::filesystem::path file = *folder_ / list.front();
        if (!std::filesystem::is_regular_file(file)) {
            fail(fmt::format("include_file names {}, which is not there", file.string()));
        }
        LibertyParser(sources_, file, includeDepth_ + 1).statementsInto(parent);
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

    Sources& sources_;
    std::string_view text_;
    std::string file_;
    std::optional<std::filesystem::path> folder_;  // of included files
    int includeDepth_ = 0;
    std::size_t position_ = 0;
    int line_ = 1;
    int depth_ = 0;
};

bool isLimit(std::string_view name) {
    return name.starts_with("default_max_");
}

// What every number of a file rests on.
bool mustAgree(std::string_view name) {
    return name.ends_with("_unit") || name.find("_threshold_pct_") != std::string_view::npos ||
           name == "slew_derate_from_library" || name == "nom_voltage" ||
           name == "nom_temperature" || name == "nom_process" || name == "delay_model" ||
           (name.starts_with("default_") && !isLimit(name) &&
            name != "default_operating_conditions");
}

LibertyAttribute* find(LibertyGroup& group, std::string_view name) {
    const auto found =
        std::find_if(group.attributes.begin(), group.attributes.end(),
                     [name](const LibertyAttribute& each) { return each.name == name; });
    return found == group.attributes.end() ? nullptr : &*found;
}

// "ns" for "1ns" too: files of one library differ in such blanks.
bool isSame(const LibertyAttribute& a, const LibertyAttribute& b) {
    return std::equal(
        a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
        [](std::string_view x, std::string_view y) {
            const std::optional<double> number = numberIn(x);
            return x == y || (number && number == numberIn(y) &&
                              x.find_first_not_of("0123456789.+-eE") == std::string_view::npos &&
                              y.find_first_not_of("0123456789.+-eE") == std::string_view::npos);
        });
}

bool isSame(const LibertyGroup& a, const LibertyGroup& b) {
    const auto sameAttribute = [](const LibertyAttribute& x, const LibertyAttribute& y) {
        return x.name == y.name && isSame(x, y);
    };
    const auto sameGroup = [](const LibertyGroup& x, const LibertyGroup& y) {
        return isSame(x, y);
    };
    return a.type == b.type && a.arguments == b.arguments &&
           std::equal(a.attributes.begin(), a.attributes.end(), b.attributes.begin(),
                      b.attributes.end(), sameAttribute) &&
           std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(), b.groups.end(),
                      sameGroup);
}

void requireAgreement(LibertyGroup& whole, const std::string& wholeName, LibertyGroup& part,
                      const std::string& partName) {
    for (LibertyAttribute& theirs : part.attributes) {
        LibertyAttribute* const ours = find(whole, theirs.name);
        if (isLimit(theirs.name) && !theirs.values.empty()) {
            if (ours == nullptr) {
                whole.attributes.push_back(theirs);
            } else if (numberOr(theirs.values.front(), 0) < numberOr(ours->values.front(), 0)) {
                ours->values = theirs.values;
            }
        } else if (mustAgree(theirs.name) && (ours == nullptr || !isSame(*ours, theirs))) {
            throw support::InputError(fmt::format(
                "{} and {} are not files of one library: {} is {} in the first and {} in the "
                "second",
                wholeName, partName, theirs.name,
                ours == nullptr ? "missing" : fmt::format("{}", fmt::join(ours->values, ", ")),
                fmt::join(theirs.values, ", ")));
        }
    }
}

// What the numbers of a cell rest on. The rest of a library group describes it.
bool isReferredTo(std::string_view type) {
    constexpr std::array<std::string_view, 6> kTypes = {
        "cell", "lu_table_template", "operating_conditions", "power_lut_template",
        "type", "wire_load"};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

void addPart(LibertyGroup& whole, const std::string& wholeName, LibertyGroup part,
             const std::string& partName) {
    requireAgreement(whole, wholeName, part, partName);
    for (LibertyGroup& group : part.groups) {
        const auto known = std::find_if(
            whole.groups.begin(), whole.groups.end(), [&group](const LibertyGroup& each) {
                return each.type == group.type && each.arguments == group.arguments;
            });
        if (known == whole.groups.end()) {
            whole.groups.push_back(std::move(group));
        } else if (isReferredTo(group.type) && !isSame(*known, group)) {
            throw support::InputError(fmt::format(
                "{} and {} are not files of one library: {} ({}) is not the same in both",
                wholeName, partName, group.type, fmt::join(group.arguments, ", ")));
        }
    }
}

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

std::string LibertyFile::name() const {
    return fmt::format("{}", fmt::join(files_, " + "));
}

LibertyFile LibertyFile::read(const std::filesystem::path& file) {
    return read(std::vector<std::filesystem::path>{file});
}

LibertyFile LibertyFile::read(const std::vector<std::filesystem::path>& files) {
    LibertyFile result;
    Sources sources;
    for (const std::filesystem::path& file : files) {
        LibertyGroup part = LibertyParser(sources, file).file();
        const std::string name = file.filename().string();
        if (result.files_.empty()) {
            result.root_ = std::move(part);
        } else {
            addPart(result.root_, result.name(), std::move(part), name);
        }
        result.files_.push_back(name);
    }
    result.texts_ = std::move(sources.texts);
    result.sha256_ = support::sha256(sources.bytes);
    return result;
}

LibertyFile LibertyFile::parse(std::string text, const std::string& name) {
    LibertyFile result;
    Sources sources;
    result.files_ = {name};
    result.sha256_ = support::sha256(text);
    result.root_ = LibertyParser(sources, name, sources.add(std::move(text))).file();
    result.texts_ = std::move(sources.texts);
    return result;
}

}  // namespace aslog::gates
