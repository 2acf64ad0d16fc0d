#include "generator/spec/json_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aslog {
namespace {

using support::Diagnostics;
using support::Json;

constexpr std::string_view kExampleHint =
    "`aslog init` writes an example of a spec; docs/spec.md describes every field";

// "line 3, column 7", both counted from 1; columns in bytes.
std::string place(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n') + 1;  // npos + 1 is 0
    return fmt::format("line {}, column {}", lines + 1, offset - lineStart + 1);
}

// Length of the well-formed UTF-8 sequence at the start of the text, 0 if there is none.
std::size_t sequenceLength(std::string_view text) {
    struct Form {
        unsigned mask, lead;
        std::size_t length;
        std::uint32_t smallest;
    };
    constexpr std::array<Form, 4> kForms = {{{0x80, 0x00, 1, 0},
                                             {0xE0, 0xC0, 2, 0x80},
                                             {0xF0, 0xE0, 3, 0x800},
                                             {0xF8, 0xF0, 4, 0x10000}}};
    const unsigned first = static_cast<unsigned char>(text.front());
    for (const Form& form : kForms) {
        if ((first & form.mask) != form.lead) {
            continue;
        }
        std::uint32_t code = first & ~form.mask & 0xFFU;
        for (std::size_t i = 1; i < form.length; ++i) {
            const unsigned byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
            if ((byte & 0xC0U) != 0x80U) {
                return 0;
            }
            code = (code << 6U) | (byte & 0x3FU);
        }
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        return code >= form.smallest && code <= 0x10FFFF && !surrogate ? form.length : 0;
    }
    return 0;
}

// Offset of the first byte that is not UTF-8, or npos.
std::size_t firstBadByte(std::string_view text) {
    std::size_t offset = 0;
    while (offset < text.size()) {
        const std::size_t length = sequenceLength(text.substr(offset));
        if (length == 0) {
            return offset;
        }
        offset += length;
    }
    return std::string_view::npos;
}

// Watches the parser for what a JSON value can not show any more: names that stand twice.
class NameWatcher {
  public:
    explicit NameWatcher(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        constexpr int kMaxDepth = 32;
        tooDeep_ = tooDeep_ || depth > kMaxDepth;
        if (tooDeep_) {
            return false;
        }
        if (event == Json::parse_event_t::object_start) {
            objects_.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            objects_.pop_back();
        } else if (event == Json::parse_event_t::key) {
            addName(parsed.get<std::string>());
        }
        return true;
    }

    bool tooDeep() const { return tooDeep_; }

  private:
    struct Object {
        std::set<std::string> names;
        std::string current;
    };

    void addName(std::string name) {
        objects_.back().current = name;
        if (!objects_.back().names.insert(std::move(name)).second) {
            Json::json_pointer pointer;
            for (const Object& object : objects_) {
                pointer /= object.current;
            }
            diagnostics_.add({.pointer = pointer.to_string(),
                              .message = "this name stands twice in its object",
                              .hint = "keep one of the two"});
        }
    }

    Diagnostics& diagnostics_;
    std::vector<Object> objects_;
    bool tooDeep_ = false;
};

// nlohmann's text without its own prefix and place:
// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ... - what".
std::string shortReason(std::string text) {
    if (const std::size_t start = text.find(": "); start != std::string::npos) {
        text.erase(0, start + 2);
    }
    if (const std::size_t dash = text.find(" - "); dash != std::string::npos) {
        text.erase(0, dash + 3);
    }
    return text;
}

void addSyntaxError(std::string_view text, const Json::exception& error, Diagnostics& diagnostics) {
    const auto* syntax = dynamic_cast<const Json::parse_error*>(&error);
    const std::size_t byte = syntax != nullptr && syntax->byte > 0 ? syntax->byte - 1 : 0;
    const std::size_t lastByte = text.find_last_not_of(" \t\r\n");
    if (syntax != nullptr && byte > lastByte) {
        diagnostics.add({.message = fmt::format("the JSON text ends too early, at {}",
                                                place(text, lastByte + 1)),
                         .hint = "a closing brace or quotation mark is missing, or the file was "
                                 "cut off"});
        return;
    }
    const std::string where = syntax != nullptr ? " at " + place(text, byte) : "";
    diagnostics.add({.message = "no JSON" + where, .found = shortReason(error.what())});
}

}  // namespace

std::optional<Json> parseJsonText(std::string_view text, Diagnostics& diagnostics) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        diagnostics.add({.message = "the file is empty", .hint = std::string(kExampleHint)});
        return std::nullopt;
    }
    if (const std::size_t bad = firstBadByte(text); bad != std::string_view::npos) {
        diagnostics.add(
            {.message = "no UTF-8 text at " + place(text, bad),
             .found = fmt::format("the byte 0x{:02X}", static_cast<unsigned char>(text[bad])),
             .hint = "save the file as UTF-8"});
        return std::nullopt;
    }
    NameWatcher watcher(diagnostics);
    try {
        Json json = Json::parse(text, std::ref(watcher));
        if (!watcher.tooDeep()) {
            return json;
        }
        diagnostics.add({.message = "values are nested too deeply"});
    } catch (const Json::exception& error) {
        addSyntaxError(text, error, diagnostics);
    }
    return std::nullopt;
}

}  // namespace aslog
