#include "prove/element_properties.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "golden/arithmetic/integers.h"
#include "support/error.h"

namespace aslog::prove {
namespace {

using golden::Code;
using golden::Element;

// What a row adds to a whole word: factor * q + constant. What the word has by itself counts with
// row 0.
struct Line {
    std::int64_t factor;
    std::int64_t constant;
    bool operator==(const Line&) const = default;
    bool operator<(const Line& other) const {
        return std::pair(factor, constant) < std::pair(other.factor, other.constant);
    }
};

Line lineOf(const Element& element, int row, Code code, int word) {
    const auto rows = static_cast<std::size_t>(element.rows());
    std::vector<Code> codes(rows, element.codes().front());
    std::vector<std::uint32_t> q(rows);
    const auto value = [&] { return static_cast<std::int64_t>(element.wholeWord(codes, q, word)); };
    const std::int64_t alone = row == 0 ? 0 : value();
    codes[static_cast<std::size_t>(row)] = code;
    const std::int64_t constant = value();
    q[static_cast<std::size_t>(row)] = 1;
    return {value() - constant, constant - alone};
}

void requireLaw(const Element& element) {
    const golden::PartialProductLayout& layout = element.layout();
    for (int row = 0; row < element.rows(); ++row) {
        for (const Code code : element.codes()) {
            std::int64_t factor = 0;
            std::int64_t constant = 0;
            for (int k = 0; k < layout.count; ++k) {
                const Line line = lineOf(element, row, code, k);
                factor += line.factor * (std::int64_t{1} << (k * layout.shift));
                constant += (line.constant >> layout.cutOf(k)) << layout.placeOf(k);
            }
            if (factor != element.value(code) - element.windowWeight() ||
                constant != element.offset(code) + (row == 0 ? element.constant() : 0)) {
                throw support::Error(fmt::format("the words of {} do not make up code {}",
                                                 element.name(), golden::bitsOf(code)));
            }
        }
    }
}

// Bits that hold every factor * q + constant, signed.
int wideBits(const Element& element) {
    return element.layout().bits + 4;
}

std::string number(std::int64_t value, int bits) {
    return fmt::format("{}{}'sd{}", value < 0 ? "-" : "", bits, value < 0 ? -value : value);
}

// The bits of a row's code that decide about a word, highest first: in all elements a few.
std::vector<int> decidingBits(const Element& element, int row, int word) {
    std::vector<int> bits;
    for (int bit = element.weightBits() - 1; bit >= 0; --bit) {
        const auto decides = [&](Code code) {
            const Code other{golden::bitsOf(code) ^ (1U << bit)};
            return element.isLegal(other) &&
                   lineOf(element, row, code, word) != lineOf(element, row, other, word);
        };
        if (std::any_of(element.codes().begin(), element.codes().end(), decides)) {
            bits.push_back(bit);
        }
    }
    return bits;
}

std::uint32_t chosenBits(Code code, const std::vector<int>& bits) {
    std::uint32_t chosen = 0;
    for (const int bit : bits) {
        chosen = 2 * chosen + ((golden::bitsOf(code) >> bit) & 1U);
    }
    return chosen;
}

// What a row adds for each value of its deciding bits. A value that no legal code has is left out.
std::map<std::uint32_t, Line> linesOf(const Element& element, int row, int word,
                                      const std::vector<int>& bits) {
    std::map<std::uint32_t, Line> lines;
    for (const Code code : element.codes()) {
        const Line line = lineOf(element, row, code, word);
        if (lines.try_emplace(chosenBits(code, bits), line).first->second != line) {
            throw support::Error(
                fmt::format("word {} of {} is not decided by single bits of its "
                            "code",
                            word, element.name()));
        }
    }
    return lines;
}

// A word that is the code itself, in two's complement, times q plus one constant: a multiplier.
bool isProductOfCode(const Element& element, int word) {
    return element.rows() == 1 &&
           std::all_of(element.codes().begin(), element.codes().end(), [&](Code code) {
               return lineOf(element, 0, code, word) ==
                      Line{golden::signExtend(golden::bitsOf(code), element.weightBits()),
                           lineOf(element, 0, element.codes().front(), word).constant};
           });
}

// The statements that add to a word what a row gives it.
std::string rowValue(const Element& element, int row, int word) {
    const int wide = wideBits(element);
    if (isProductOfCode(element, word)) {
        const Line line = lineOf(element, row, element.codes().front(), word);
        return fmt::format("    word_{} = $signed(code_i) * q_{} + {};\n", word, row,
                           number(line.constant, wide));
    }
    const std::vector<int> bits = decidingBits(element, row, word);
    std::vector<std::string> names;
    names.reserve(bits.size());
    for (const int bit : bits) {
        names.push_back(fmt::format("code_i[{}]", row * element.weightBits() + bit));
    }
    std::string text = fmt::format("    case ({{{}}})\n", fmt::join(names, ", "));
    for (const auto& [value, line] : linesOf(element, row, word, bits)) {
        text +=
            fmt::format("      {0}'d{1}: word_{2} = word_{2} + {3} * q_{4} + {5};\n", bits.size(),
                        value, word, number(line.factor, wide), row, number(line.constant, wide));
    }
    return text + "      default: legal = 1'b0;\n    endcase\n";
}

// What the lane gives the element beside the activations, as statements that make from_lane.
std::string fromLane(const Element& element) {
    const int bits = element.activationBits();
    std::string value = "1'b0";
    std::string text;
    if (element.rows() > 1) {
        value = fmt::format("q_i[{}:0] + q_i[{}:{}]", bits - 1, 2 * bits - 1, bits);
    } else if (!element.multiples().empty()) {
        std::vector<std::string> names;
        for (const int multiple : element.multiples()) {
            const int width =
                golden::bitWidth(static_cast<std::uint64_t>(multiple) * element.activationMax());
            text += fmt::format("  wire [{0}:0] q_times_{1} = {1} * q_i;\n", width - 1, multiple);
            names.insert(names.begin(), fmt::format("q_times_{}", multiple));
        }
        value = fmt::format("{{{}}}", fmt::join(names, ", "));
    }
    return text + fmt::format("  wire [{}:0] from_lane = {};\n", element.laneBits() - 1, value);
}

std::string instances(const Element& element, const ElementPorts& ports) {
    const int width = element.layout().bitsBelow(element.layout().count);
    std::string text = (ports.hasLane ? fromLane(element) : "") +
                       fmt::format(
                           "  wire [{}:0] words;\n"
                           "  {} u_ae (.code_i(code_i), .q_i(q_i), {}.p_o(words));\n",
                           width - 1, ports.module, ports.hasLane ? ".t_i(from_lane), " : "");
    if (ports.hasElement) {
        text += fmt::format(
            "  wire [{}:0] raw;\n"
            "  aslog_element u_element (.code_i(code_i), .q_i(q_i), .raw_o(raw));\n",
            ports.rawBits - 1);
    }
    return text;
}

std::string assertions(const Element& element, const ElementPorts& ports) {
    const auto& layout = element.layout();
    std::string text = "  always @*\n    if (legal) begin\n";
    std::string sum;
    for (int k = 0; k < layout.count; ++k) {
        const std::string word =
            fmt::format("words[{}+:{}]", layout.bitsBelow(k), layout.bitsOf(k));
        text += fmt::format("      assert ($signed({{1'b0, {}}}) == (word_{} >>> {}));\n", word, k,
                            layout.cutOf(k));
        sum += fmt::format("{}({} << {})", k == 0 ? "" : " + ", word, layout.placeOf(k));
    }
    if (ports.hasElement) {
        text += "      assert (raw == sum);\n";
    }
    text += "    end\n";
    return ports.hasElement
               ? fmt::format("  wire [{}:0] sum = {};\n", ports.rawBits - 1, sum) + text
               : text;
}

}  // namespace

std::string elementProperties(const Element& element, const ElementPorts& ports) {
    requireLaw(element);
    const int wide = wideBits(element);
    const int bits = element.activationBits();
    std::string text = fmt::format(
        "module element_properties (input wire [{}:0] code_i, input wire [{}:0] q_i);\n",
        element.rows() * element.weightBits() - 1, element.rows() * bits - 1);
    text += instances(element, ports);
    for (int row = 0; row < element.rows(); ++row) {
        text += fmt::format("  wire signed [{}:0] q_{} = $signed({{1'b0, q_i[{}+:{}]}});\n",
                            wide - 1, row, row * bits, bits);
    }
    text += "  reg legal;\n";
    for (int k = 0; k < element.layout().count; ++k) {
        text += fmt::format("  reg signed [{}:0] word_{};\n", wide - 1, k);
    }
    text += "  always @* begin\n    legal = 1'b1;\n";
    for (int k = 0; k < element.layout().count; ++k) {
        text += fmt::format("    word_{} = 0;\n", k);
        for (int row = 0; row < element.rows(); ++row) {
            text += rowValue(element, row, k);
        }
    }
    return text + "  end\n" + assertions(element, ports) + "endmodule\n";
}

}  // namespace aslog::prove
