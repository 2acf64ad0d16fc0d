#include "gates/liberty_text.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aslog::gates {
namespace {

// A name or a number: what every reader takes without quotation marks.
bool isWord(std::string_view value) {
    const auto isNumeric = [](unsigned char c) {
        return std::isdigit(c) != 0 || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E';
    };
    const auto isOfName = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    if (value.empty()) {
        return false;
    }
    const auto start = static_cast<unsigned char>(value.front());
    return std::isalpha(start) != 0 || start == '_'
               ? std::all_of(value.begin(), value.end(), isOfName)
               : std::all_of(value.begin(), value.end(), isNumeric);
}

// abc takes "pf" and "ff" only, and reads nonsense behind any other word, "pF" for one.
bool isUnitOfLoad(const LibertyAttribute& attribute) {
    return attribute.name == "capacitive_load_unit";
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

class Writer {
  public:
    explicit Writer(const GroupFilter& takes) : takes_(takes) {}

    void group(const LibertyGroup& group, int depth) {
        indent(depth);
        list(group.type, group.arguments);
        text_ += " {\n";
        for (const LibertyAttribute& each : group.attributes) {
            indent(depth + 1);
            if (isUnitOfLoad(each)) {
                text_ += fmt::format("{} ({})", each.name,
                                     lowerCase(fmt::format("{}", fmt::join(each.values, ", "))));
            } else if (each.isList) {
                list(each.name, each.values);
            } else {
                text_ += each.name;
                text_ += " : ";
                value(each.values.front());
            }
            text_ += ";\n";
        }
        for (const LibertyGroup& part : group.groups) {
            if (takes_(part)) {
                this->group(part, depth + 1);
            }
        }
        indent(depth);
        text_ += "}\n";
    }

    std::string text() && { return std::move(text_); }

  private:
    void indent(int depth) { text_.append(2 * static_cast<std::size_t>(depth), ' '); }

    void value(std::string_view value) {
        const char* const quote = isWord(value) ? "" : "\"";
        text_ += quote;
        text_ += value;
        text_ += quote;
    }

    void list(std::string_view name, const std::vector<std::string_view>& values) {
        text_ += name;
        text_ += " (";
        for (std::size_t i = 0; i < values.size(); ++i) {
            text_ += i == 0 ? "" : ", ";
            value(values[i]);
        }
        text_ += ")";
    }

    const GroupFilter& takes_;
    std::string text_;
};

}  // namespace

std::string libertyText(const LibertyGroup& library, const GroupFilter& takes) {
    Writer writer(takes);
    writer.group(library, 0);
    return std::move(writer).text();
}

}  // namespace aslog::gates
