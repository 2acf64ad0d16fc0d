#include "gates/boolean.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

using Node = BooleanFunction::Node;
using Operation = BooleanFunction::Operation;

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '[' || c == ']' ||
           c == '.';
}

// One function a level, from the operator that binds least.
class ExpressionParser {
  public:
    ExpressionParser(std::string_view text, std::span<const std::string> names,
                     std::vector<Node>& nodes)
        : text_(text), names_(names), nodes_(nodes) {}

    void run() {
        sum();
        if (peek() != '\0') {
            fail(fmt::format("'{}' is not expected", peek()));
        }
    }

  private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw support::InputError(fmt::format("\"{}\" is no Boolean function of {}: {}", text_,
                                              fmt::join(names_, ", "), reason));
    }

    char peek() {
        while (at_ < text_.size() && (std::isspace(static_cast<unsigned char>(text_[at_])) != 0 ||
                                      text_[at_] == '\\' || text_[at_] == '"')) {
            ++at_;
        }
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    std::size_t add(Operation operation, std::size_t first, std::size_t second = 0) {
        nodes_.push_back({operation, first, second});
        return nodes_.size() - 1;
    }

    std::size_t sum() {
        std::size_t result = product();
        while (peek() == '+' || peek() == '|') {
            ++at_;
            result = add(Operation::Or, result, product());
        }
        return result;
    }

    std::size_t product() {
        std::size_t result = difference();
        while (true) {
            const char c = peek();
            if (c == '*' || c == '&') {
                ++at_;
            } else if (!isNameCharacter(c) && c != '(' && c != '!') {
                return result;
            }
            result = add(Operation::And, result, difference());
        }
    }

    std::size_t difference() {
        std::size_t result = operand();
        while (peek() == '^') {
            ++at_;
            result = add(Operation::Xor, result, operand());
        }
        return result;
    }

    std::size_t operand() {
        constexpr int kMaxDepth = 200;  // far beyond any cell
        if (++depth_ > kMaxDepth) {
            fail("it is nested too deeply");
        }
        std::size_t result = 0;
        if (peek() == '!') {
            ++at_;
            const std::size_t inner = operand();
            result = add(Operation::Not, inner);
        } else if (peek() == '(') {
            ++at_;
            result = sum();
            if (peek() != ')') {
                fail("\")\" is missing");
            }
            ++at_;
        } else {
            result = atom();
        }
        while (peek() == '\'') {
            ++at_;
            result = add(Operation::Not, result);
        }
        --depth_;
        return result;
    }

    std::size_t atom() {
        static_cast<void>(peek());
        const std::size_t start = at_;
        while (at_ < text_.size() && isNameCharacter(text_[at_])) {
            ++at_;
        }
        const std::string_view name = text_.substr(start, at_ - start);
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found != names_.end()) {
            return add(Operation::Variable, static_cast<std::size_t>(found - names_.begin()));
        }
        if (name == "0" || name == "1") {
            return add(Operation::Constant, name == "1" ? 1 : 0);
        }
        fail(name.empty() ? "an operand is missing" : fmt::format("{} is unknown", name));
    }

    std::string_view text_;
    std::span<const std::string> names_;
    std::vector<Node>& nodes_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

BooleanFunction BooleanFunction::parse(std::string_view text, std::span<const std::string> names) {
    BooleanFunction result;
    result.nodes_.clear();
    ExpressionParser(text, names, result.nodes_).run();
    return result;
}

std::uint64_t BooleanFunction::evaluate(std::span<const std::uint64_t> values) const {
    std::vector<std::uint64_t> results;
    results.reserve(nodes_.size());
    for (const Node& node : nodes_) {
        switch (node.operation) {
            case Operation::Constant:
                results.push_back(node.first != 0 ? ~0ULL : 0);
                break;
            case Operation::Variable:
                results.push_back(values[node.first]);
                break;
            case Operation::Not:
                results.push_back(~results[node.first]);
                break;
            case Operation::And:
                results.push_back(results[node.first] & results[node.second]);
                break;
            case Operation::Or:
                results.push_back(results[node.first] | results[node.second]);
                break;
            case Operation::Xor:
                results.push_back(results[node.first] ^ results[node.second]);
                break;
        }
    }
    return results.back();
}

bool BooleanFunction::mentions(std::size_t variable) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [variable](const Node& node) {
        return node.operation == Operation::Variable && node.first == variable;
    });
}

std::string BooleanFunction::render(const std::function<std::string(std::size_t)>& variable,
                                    const std::string& zero, const std::string& one) const {
    std::vector<std::string> texts;
    texts.reserve(nodes_.size());
    for (const Node& node : nodes_) {
        const auto binary = [&](char sign) {
            return fmt::format("({} {} {})", texts[node.first], sign, texts[node.second]);
        };
        switch (node.operation) {
            case Operation::Constant:
                texts.push_back(node.first != 0 ? one : zero);
                break;
            case Operation::Variable:
                texts.push_back(variable(node.first));
                break;
            case Operation::Not:
                texts.push_back(fmt::format("(~{})", texts[node.first]));
                break;
            case Operation::And:
                texts.push_back(binary('&'));
                break;
            case Operation::Or:
                texts.push_back(binary('|'));
                break;
            case Operation::Xor:
                texts.push_back(binary('^'));
                break;
        }
    }
    return texts.back();
}

}  // namespace aslog::gates
