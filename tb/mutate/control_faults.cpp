#include "tb/mutate/control_faults.h"

#include <regex>
#include <string_view>

#include <fmt/format.h>

namespace aslog::tb {
namespace {

/// The code before an expression, as far as it can tell what the expression is for.
std::string codeBefore(const std::string& text, const Span& span) {
    constexpr std::size_t kEnough = 200;
    const std::size_t from = span.begin > kEnough ? span.begin - kEnough : 0;
    return text.substr(from, span.begin - from);
}

/// What `pattern` captures at the end of `code`; empty if it does not match.
std::string endOf(const std::string& code, const std::string& pattern) {
    std::smatch match;
    return std::regex_search(code, match, std::regex(pattern + "$")) ? match[1].str() : "";
}

/// Ports of the module by which a partner tells that it is there.
std::vector<std::string> partnerInputs(const std::string& text) {
    static const std::regex kInput(R"(input\s+wire\s+(\w+_(?:valid|ready)_i)\b)");
    std::vector<std::string> names;
    for (std::sregex_iterator it(text.begin(), text.end(), kInput), end; it != end; ++it) {
        names.push_back((*it)[1]);
    }
    return names;
}

bool isConstant(const std::string& expression) {
    static const std::regex kLiteral(R"(\d+'[bdh]\w+)");
    static const std::regex kName("[a-z]");
    return !std::regex_search(std::regex_replace(expression, kLiteral, ""), kName);
}

}  // namespace

std::vector<Edit> controlEdits(const std::string& text, Span span) {
    const std::string code = codeBefore(text, span);
    const std::string whole = text.substr(span.begin, span.end - span.begin);
    std::vector<Edit> edits;
    const auto add = [&](const std::string& replacement, const std::string& what,
                         const char* kind) {
        edits.push_back({span.begin, whole.size(), replacement, what, kind});
    };
    if (const std::string port = endOf(code, R"(assign\s+(\w+_(?:ready|valid)_o)\s*=\s*)");
        !port.empty()) {
        for (const std::string& partner : partnerInputs(text)) {
            add(fmt::format("({}) & {}", whole, partner),
                fmt::format("{} waits for {}", port, partner), "handshake");
        }
        add("1'b1", port + " is 1", "handshake");
    }
    if (!endOf(code, R"(\.(en_i)\s*\(\s*)").empty()) {
        add("1'b1", "is 1", "clock enable");
    }
    if (const std::string reg = endOf(code, R"((\w+_q)\s*<=\s*)");
        !reg.empty() && isConstant(whole)) {
        add(reg, reg + " is not reset", "reset");
    }
    return edits;
}

std::vector<Span> resetEvents(const std::string& text) {
    constexpr std::string_view kEvent = "negedge rst_ni";
    constexpr std::size_t kName = 8;  // where the name begins
    std::vector<Span> spans;
    for (std::size_t at = text.find(kEvent); at != std::string::npos;
         at = text.find(kEvent, at + 1)) {
        spans.push_back({at + kName, at + kEvent.size()});
    }
    return spans;
}

Edit resetEventEdit(const Span& span) {
    return {span.begin, span.end - span.begin, "1'b1", "reset without a clock edge is 1", "reset"};
}

}  // namespace aslog::tb
