// Reads what netlist_verilog.cpp writes: structural Verilog, one instance a statement.

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "gates/netlist.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::gates {
namespace {

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

// Words of the text: names (escaped ones without backslash and blank), "1'b0", single signs.
class Words {
  public:
    Words(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
        advance();
    }

    const std::string& now() const { return word_; }
    bool isName() const { return isName_; }
    bool isAtEnd() const { return word_.empty(); }

    std::string take() {
        std::string word = std::move(word_);
        advance();
        return word;
    }

    std::string takeName(const char* what) {
        if (!isName_) {
            fail(fmt::format("{} expected", what));
        }
        return take();
    }

    bool takeIf(std::string_view word) {
        if (word_ != word) {
            return false;
        }
        advance();
        return true;
    }

    void expect(std::string_view word) {
        if (!takeIf(word)) {
            fail(fmt::format("\"{}\" expected", word));
        }
    }

    std::size_t takeNumber() {
        const bool isNumber = !word_.empty() && word_.size() < 10 &&
                              std::all_of(word_.begin(), word_.end(),
                                          [](unsigned char c) { return std::isdigit(c) != 0; });
        if (!isNumber) {
            fail("a number expected");
        }
        return std::stoul(take());
    }

    [[noreturn]] void fail(const std::string& reason) const {
        throw support::InputError(
            fmt::format("{}:{}: not a netlist as aslog writes it: {}, found \"{}\"", file_, line_,
                        reason, word_.empty() ? "the end of the file" : word_));
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void skipBlanksAndComments() {
        while (at_ < text_.size()) {
            if (peek() == '\n') {
                ++line_;
                ++at_;
            } else if (std::isspace(static_cast<unsigned char>(peek())) != 0) {
                ++at_;
            } else if (peek() == '/' && peek(1) == '/') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else {
                return;
            }
        }
    }

    void advance() {
        skipBlanksAndComments();
        word_.clear();
        isName_ = false;
        if (at_ >= text_.size()) {
            return;
        }
        std::size_t end = at_;
        if (peek() == '\\') {
            end = std::min(text_.find_first_of(" \t\r\n", at_), text_.size());
            word_ = text_.substr(at_ + 1, end - at_ - 1);
            isName_ = true;
        } else if (text_.substr(at_, 4) == "1'b0" || text_.substr(at_, 4) == "1'b1") {
            end += 4;
            word_ = text_.substr(at_, 4);
        } else if (isNameCharacter(peek())) {
            while (end < text_.size() && isNameCharacter(text_[end])) {
                ++end;
            }
            word_ = text_.substr(at_, end - at_);
            isName_ = std::isdigit(static_cast<unsigned char>(peek())) == 0;
        } else if (peek() == '"') {
            end = std::min(text_.find('"', at_ + 1), text_.size() - 1) + 1;
            word_ = text_.substr(at_, end - at_);
        } else {
            ++end;
            word_ = text_.substr(at_, 1);
        }
        at_ = end;
    }

    std::string_view text_;
    std::string file_;
    std::string word_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool isName_ = false;
};

class ModuleReader {
  public:
    explicit ModuleReader(Words& words) : words_(words) {}

    // Behind the word `module` and the name.
    Module run() {
        words_.expect("(");
        while (!words_.takeIf(")")) {
            order_.push_back(words_.takeName("a port"));
            words_.takeIf(",");
        }
        words_.expect(";");
        while (!words_.takeIf("endmodule")) {
            statement();
        }
        for (const std::string& name : order_) {
            const auto port = ports_.find(name);
            if (port == ports_.end()) {
                words_.fail(fmt::format("the port {} has no direction", name));
            }
            module_.ports.push_back(std::move(port->second));
        }
        return std::move(module_);
    }

  private:
    void statement() {
        if (words_.now() == "input" || words_.now() == "output") {
            const bool isOutput = words_.take() == "output";
            const std::size_t width = range();
            Port port{words_.takeName("a port"), isOutput, {}};
            port.bits = newNet(port.name, width);
            ports_[port.name] = std::move(port);
        } else if (words_.takeIf("wire")) {
            const std::size_t width = range();
            const std::string name = words_.takeName("a wire");
            static_cast<void>(newNet(name, width));
        } else if (words_.takeIf("assign")) {
            assignment();
        } else {
            instance();
        }
        words_.expect(";");
    }

    std::size_t range() {
        if (!words_.takeIf("[")) {
            return 1;
        }
        const std::size_t high = words_.takeNumber();
        words_.expect(":");
        if (words_.takeNumber() != 0) {
            words_.fail("a range that ends at 0 expected before");
        }
        words_.expect("]");
        return high + 1;
    }

    std::vector<Bit> newNet(const std::string& name, std::size_t width) {
        std::vector<Bit>& bits = nets_[name];
        if (!bits.empty()) {
            words_.fail(fmt::format("{} is declared twice; something else", name));
        }
        for (std::size_t i = 0; i < width; ++i) {
            bits.push_back(nextBit_++);
        }
        return bits;
    }

    std::vector<Bit>& net(const std::string& name) {
        const auto found = nets_.find(name);
        if (found == nets_.end()) {
            words_.fail(fmt::format("{} is not declared; a net", name));
        }
        return found->second;
    }

    // A net, a bit of one, or a constant.
    std::vector<Bit> operand() {
        if (words_.now() == "1'b0" || words_.now() == "1'b1") {
            return {words_.take() == "1'b1" ? kOne : kZero};
        }
        const std::string name = words_.takeName("a net");
        const std::vector<Bit>& bits = net(name);
        if (!words_.takeIf("[")) {
            return bits;
        }
        const std::size_t index = words_.takeNumber();
        words_.expect("]");
        if (index >= bits.size()) {
            words_.fail(fmt::format("{}[{}] is out of range; a bit of it", name, index));
        }
        return {bits[index]};
    }

    // An operand, or several in braces, the last one first in the result.
    std::vector<Bit> operands() {
        if (!words_.takeIf("{")) {
            return operand();
        }
        std::vector<Bit> bits;
        do {
            const std::vector<Bit> next = operand();
            bits.insert(bits.begin(), next.begin(), next.end());
        } while (words_.takeIf(","));
        words_.expect("}");
        return bits;
    }

    // An output that repeats another net, or is constant.
    void assignment() {
        const std::string name = words_.takeName("a port");
        const auto port = ports_.find(name);
        if (port == ports_.end() || !port->second.isOutput) {
            words_.fail(fmt::format("{} is no output; an assignment to one", name));
        }
        std::size_t index = 0;
        if (words_.takeIf("[")) {
            index = words_.takeNumber();
            words_.expect("]");
        }
        words_.expect("=");
        const std::vector<Bit> source = operand();
        if (index >= port->second.bits.size() || source.size() != 1) {
            words_.fail("an assignment of one bit expected before");
        }
        port->second.bits[index] = source.front();
    }

    void instance() {
        Cell cell;
        cell.type = words_.takeName("a cell");
        cell.name = words_.takeName("an instance");
        words_.expect("(");
        while (!words_.takeIf(")")) {
            words_.expect(".");
            const std::string pin = words_.takeName("a pin");
            words_.expect("(");
            std::vector<Bit> bits;
            if (words_.now() != ")") {
                bits = operands();
            }
            words_.expect(")");
            words_.takeIf(",");
            cell.connections.emplace_back(pin, std::move(bits));
        }
        module_.cells.push_back(std::move(cell));
    }

    Words& words_;
    Module module_;
    std::vector<std::string> order_;
    std::map<std::string, Port> ports_;
    std::map<std::string, std::vector<Bit>> nets_;
    Bit nextBit_ = 2;
};

// (* aslog_kind = "aslog_lane" *), or nothing.
std::string takeKind(Words& words) {
    if (!words.takeIf("(")) {
        return "";
    }
    for (const char* word : {"*", "aslog_kind", "="}) {
        words.expect(word);
    }
    if (words.now().size() < 2 || words.now().front() != '"') {
        words.fail("a kind in quotation marks expected");
    }
    const std::string text = words.take();
    words.expect("*");
    words.expect(")");
    return text.substr(1, text.size() - 2);
}

}  // namespace

Netlist readVerilogNetlist(const std::filesystem::path& path) {
    return parseVerilogNetlist(support::readFile(path), path.string());
}

Netlist parseVerilogNetlist(const std::string& text, const std::string& name) {
    Words words(text, name);
    Netlist netlist;
    while (!words.isAtEnd()) {
        const std::string kind = takeKind(words);
        words.expect("module");
        const std::string module = words.takeName("a module");
        if (netlist.modules.contains(module)) {
            words.fail(fmt::format("{} is defined twice; another module", module));
        }
        netlist.modules[module] = ModuleReader(words).run();
        netlist.modules[module].kind = kind;
        netlist.top = module;
    }
    if (netlist.modules.empty()) {
        words.fail("a module expected");
    }
    return netlist;
}

}  // namespace aslog::gates
