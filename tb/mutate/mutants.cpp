#include "tb/mutate/mutants.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "tb/mutate/control_faults.h"

namespace aslog::tb {
namespace {

bool isWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// The same text with blanks for comments, so that places stay the same.
std::string withoutComments(std::string text) {
    for (std::size_t at = text.find("//"); at != std::string::npos; at = text.find("//", at)) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(at),
                  text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    return text;
}

/// Behind the bracket that closes the one at `open`.
std::size_t behindGroup(const std::string& text, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < text.size(); ++i) {
        depth += std::string_view("([{").find(text[i]) != std::string_view::npos ? 1 : 0;
        depth -= std::string_view(")]}").find(text[i]) != std::string_view::npos ? 1 : 0;
        if (depth == 0) {
            return i + 1;
        }
    }
    return text.size();
}

std::size_t skipBlanks(const std::string& text, std::size_t at) {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) {
        ++at;
    }
    return at;
}

std::string squeezed(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool isBlank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (!isBlank) {
            result += c;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    while (!result.empty() && result.back() == ' ') {
        result.pop_back();
    }
    return result;
}

/// The right-hand side of the assignment in a statement, if it is one.
std::optional<Span> assignedExpression(const std::string& text, Span statement) {
    for (std::size_t i = statement.begin; i < statement.end; ++i) {
        if (text[i] == '(' || text[i] == '[' || text[i] == '{') {
            i = behindGroup(text, i) - 1;
        } else if (text[i] == '=' && text[i + 1] != '=') {
            const std::size_t begin = skipBlanks(text, i + 1);
            return Span{begin, statement.end};
        }
    }
    return std::nullopt;
}

bool startsWith(const std::string& text, Span span, std::string_view word) {
    return text.compare(skipBlanks(text, span.begin), word.size(), word) == 0;
}

/// Words that make a statement one that is no hardware of its own.
bool isDeclaration(const std::string& text, Span statement) {
    for (const char* word : {"localparam", "parameter", "genvar", "integer"}) {
        const std::size_t at = text.find(word, statement.begin);
        if (at < statement.end) {
            return true;
        }
    }
    const std::string_view all(text.data() + statement.begin, statement.end - statement.begin);
    return all.find(" unused_") != std::string_view::npos;
}

/// A word, an operator of one kind of character (==, <=, >>>), or a character.
std::string tokenAt(const std::string& text, std::size_t at, std::size_t end) {
    std::size_t behind = at + 1;
    if (isWord(text[at])) {
        while (behind < end && (isWord(text[behind]) || text[behind] == '\'')) {
            ++behind;
        }
    } else if (text.compare(at, 2, "!=") == 0) {
        ++behind;
    } else if (std::string_view("=<>").find(text[at]) != std::string_view::npos) {
        while (behind < end && text[behind] == text[at]) {
            ++behind;
        }
    }
    return text.substr(at, behind - at);
}

/// Operators of an expression and what they may become. Brackets and replication counts are
/// constant.
std::vector<Edit> operatorEdits(const std::string& text, Span span) {
    static const std::map<std::string, std::string> kOperators = {
        {"&", "|"},    {"|", "&"},       {"^", "&"},       {"+", "-"}, {"*", "+"},
        {"~", ""},     {"==", "!="},     {"!", ""},        {"<", ">"}, {">", "<"},
        {">>>", ">>"}, {"1'b0", "1'b1"}, {"1'b1", "1'b0"},
    };
    std::vector<Edit> edits;
    for (std::size_t i = span.begin; i < span.end;) {
        if (text[i] == '[') {
            i = behindGroup(text, i);
            continue;
        }
        if (text[i] == '(') {
            const std::size_t behind = behindGroup(text, i);
            if (text[skipBlanks(text, behind)] == '{') {
                i = behind;
                continue;
            }
        }
        const std::string token = tokenAt(text, i, span.end);
        if (const auto found = kOperators.find(token); found != kOperators.end()) {
            const std::string become =
                found->second.empty() ? "is left out" : "becomes " + found->second;
            edits.push_back({i, token.size(), found->second, fmt::format("{} {}", token, become)});
        }
        i += token.size();
    }
    return edits;
}

std::vector<Edit> editsOf(const std::string& text, Span span) {
    std::vector<Edit> edits = operatorEdits(text, span);
    const std::string whole = text.substr(span.begin, span.end - span.begin);
    // A clock of the wrong phase is a fault of timing; it is left to timing analysis.
    const bool isClock = whole.ends_with("clk") || whole.ends_with("clk_i");
    if (!isClock) {
        edits.push_back({span.begin, whole.size(), "(~(" + whole + "))", "is inverted"});
    }
    const std::string trimmed = squeezed(whole);
    if (trimmed.find('\'') == std::string::npos || trimmed.find(' ') != std::string::npos) {
        // Signed, so that the signedness of the other alternatives stays.
        edits.push_back({span.begin, whole.size(), "1'sb0", "is 0"});
    }
    const std::vector<Edit> ofControl = controlEdits(text, span);
    edits.insert(edits.end(), ofControl.begin(), ofControl.end());
    return edits;
}

/// Expressions connected to the input ports of an instance: `.name_i (expression)`.
std::vector<Span> connectedInputs(const std::string& text, Span statement) {
    std::vector<Span> spans;
    for (std::size_t i = statement.begin; i < statement.end; ++i) {
        if (text[i] != '.' || isWord(text[i - 1])) {
            continue;
        }
        std::size_t end = i + 1;
        while (isWord(text[end])) {
            ++end;
        }
        const std::string_view name(text.data() + i + 1, end - i - 1);
        const std::size_t open = skipBlanks(text, end);
        if (name.ends_with("_i") && text[open] == '(') {
            spans.push_back({open + 1, behindGroup(text, open) - 1});
        }
    }
    return spans;
}

/// Conditions of `if` that are no constants of a generate block: those have names with capitals.
std::vector<Span> conditions(const std::string& text, Span statement) {
    std::vector<Span> spans;
    for (std::size_t at = text.find("if (", statement.begin); at < statement.end;
         at = text.find("if (", at + 1)) {
        const Span span{at + 4, behindGroup(text, at + 3) - 1};
        const std::string_view inside(text.data() + span.begin, span.end - span.begin);
        if (std::none_of(inside.begin(), inside.end(),
                         [](unsigned char c) { return std::isupper(c) != 0; })) {
            spans.push_back(span);
        }
    }
    return spans;
}

/// Generate blocks by where they begin and end; the innermost that holds a place counts.
struct Block {
    int number;
    std::size_t begin;  // behind the label
    std::size_t end;
};

std::vector<Block> generateBlocks(const std::string& text, int& next) {
    std::vector<Block> blocks;
    std::vector<std::size_t> open;  // indices into blocks; npos for unnamed ones
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!isWord(text[i]) || (i > 0 && isWord(text[i - 1]))) {
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && isWord(text[end])) {
            ++end;
        }
        const std::string word = text.substr(i, end - i);
        if (word == "begin") {
            const std::size_t colon = skipBlanks(text, end);
            if (text[colon] == ':') {
                std::size_t label = skipBlanks(text, colon + 1);
                while (isWord(text[label])) {
                    ++label;
                }
                open.push_back(blocks.size());
                blocks.push_back({next++, label, text.size()});
            } else {
                open.push_back(std::string::npos);
            }
        } else if (word == "end" && !open.empty()) {
            if (open.back() != std::string::npos) {
                blocks[open.back()].end = i;
            }
            open.pop_back();
        }
    }
    return blocks;
}

int blockOf(const std::vector<Block>& blocks, std::size_t at) {
    int number = 0;
    for (const Block& block : blocks) {
        number = at >= block.begin && at < block.end ? block.number : number;
    }
    return number;
}

/// Expressions of a file that may be mutated, in the order of the text.
std::vector<Span> expressionsOf(const std::string& text) {
    std::vector<Span> expressions;
    Span statement{0, 0};
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' || text[i] == '{' ? 1 : 0;
        depth -= text[i] == ')' || text[i] == '}' ? 1 : 0;
        if (text[i] != ';' || depth > 0) {
            continue;
        }
        statement.end = i;
        if (startsWith(text, statement, "function")) {  // of constants: no hardware either
            constexpr std::string_view kEnd = "endfunction";
            i = text.find(kEnd, i) + kEnd.size() - 1;
        } else if (!isDeclaration(text, statement)) {
            const std::vector<Span> tested = conditions(text, statement);
            expressions.insert(expressions.end(), tested.begin(), tested.end());
            if (const auto expression = assignedExpression(text, statement)) {
                expressions.push_back(*expression);
            } else if (!startsWith(text, statement, "module")) {
                const std::vector<Span> inputs = connectedInputs(text, statement);
                expressions.insert(expressions.end(), inputs.begin(), inputs.end());
            }
        }
        statement.begin = i + 1;
    }
    return expressions;
}

/// An expression and its faults.
struct FaultPlace {
    Span span;
    std::vector<Edit> edits;
};

/// `expression` with one alternative for each of its edits.
std::string selected(const std::string& text, Span span, const std::vector<Edit>& edits,
                     int firstNumber) {
    std::string result;
    int number = firstNumber;
    for (const Edit& edit : edits) {
        std::string faulty = text.substr(span.begin, span.end - span.begin);
        faulty.replace(edit.at - span.begin, edit.length, edit.replacement);
        result += fmt::format("(aslog_bench.mutant_q == {}'d{}) ? ({}) : ", kMutantBits, number++,
                              faulty);
    }
    return "(" + result + "(" + text.substr(span.begin, span.end - span.begin) + "))";
}

/// Expressions and their faults, in the order of the text.
std::map<std::size_t, FaultPlace> placesOf(const std::string& text) {
    std::map<std::size_t, FaultPlace> places;
    for (const Span& span : expressionsOf(text)) {
        places[span.begin] = {span, editsOf(text, span)};
    }
    for (const Span& span : resetEvents(text)) {
        places[span.begin] = {span, {resetEventEdit(span)}};
    }
    return places;
}

std::string withProbes(const std::string& text, const std::vector<Block>& blocks) {
    std::string result = text;
    std::vector<Block> fromBehind = blocks;
    std::sort(fromBehind.begin(), fromBehind.end(),
              [](const Block& a, const Block& b) { return a.begin > b.begin; });
    for (const Block& block : fromBehind) {
        result.insert(block.begin, fmt::format("\ninitial $display(\"block {}\");", block.number));
    }
    return result;
}

}  // namespace

MutationPlan planMutants(const std::vector<MutableFile>& files) {
    MutationPlan plan;
    int nextBlock = 1;
    for (const MutableFile& file : files) {
        const std::string text = withoutComments(file.text);
        const std::vector<Block> blocks = generateBlocks(text, nextBlock);
        std::string mutated;
        std::size_t done = 0;
        for (const auto& [begin, place] : placesOf(text)) {
            const auto& [span, edits] = place;
            mutated += text.substr(done, span.begin - done);
            mutated += selected(text, span, edits, static_cast<int>(plan.mutants.size()) + 1);
            done = span.end;
            for (const Edit& edit : edits) {
                const auto line = std::count(
                    text.begin(), text.begin() + static_cast<std::ptrdiff_t>(edit.at), '\n');
                plan.mutants.push_back(
                    {static_cast<int>(plan.mutants.size()) + 1, file.name,
                     static_cast<int>(line) + 1, edit.at, edit.length, edit.replacement,
                     edit.what + ": " + squeezed(text.substr(span.begin, span.end - span.begin)),
                     edit.kind, blockOf(blocks, edit.at)});
            }
        }
        plan.files.push_back({file.name, mutated + text.substr(done)});
        plan.probes.push_back({file.name, withProbes(text, blocks)});
    }
    return plan;
}

std::string withMutant(const MutableFile& file, const Mutant& mutant) {
    std::string text = withoutComments(file.text);
    text.replace(mutant.at, mutant.length, mutant.replacement);
    return text;
}

}  // namespace aslog::tb
