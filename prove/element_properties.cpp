#include "prove/element_properties.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::prove {
namespace {

using golden::Code;
using golden::Element;

// word = factor * q + constant
struct Line {
    std::int64_t factor;
    std::int64_t constant;
    bool operator==(const Line&) const = default;
    bool operator<(const Line& other) const {
        return std::pair(factor, constant) < std::pair(other.factor, other.constant);
    }
};

Line lineOf(const Element& element, Code code, int word) {
    const auto constant = static_cast<std::int64_t>(element.partialProduct(code, 0, word));
    const auto next = static_cast<std::int64_t>(element.partialProduct(code, 1, word));
    return {next - constant, constant};
}

void requireLaw(const Element& element) {
    for (const Code code : element.codes()) {
        Line sum{0, 0};
        for (int k = 0; k < element.layout().count; ++k) {
            const Line line = lineOf(element, code, k);
            const std::int64_t unit = std::int64_t{1} << (k * element.layout().shift);
            sum.factor += line.factor * unit;
            sum.constant += line.constant * unit;
        }
        if (sum.factor != element.value(code) || sum.constant != element.offset(code)) {
            throw support::Error(fmt::format("the words of {} do not make up code {}",
                                             element.name(), golden::bitsOf(code)));
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

// The case that gives a word its value; codes of the same value share an arm.
std::string wordCase(const Element& element, int word) {
    const int bits = wideBits(element);
    std::map<Line, std::vector<std::string>> codesOf;
    for (const Code code : element.codes()) {
        codesOf[lineOf(element, code, word)].push_back(
            fmt::format("{}'d{}", element.weightBits(), golden::bitsOf(code)));
    }
    std::string text = "    case (code_i)\n";
    for (const auto& [line, codes] : codesOf) {
        text += fmt::format("      {}:\n        word_{} = {} * q + {};\n", fmt::join(codes, ", "),
                            word, number(line.factor, bits), number(line.constant, bits));
    }
    return text + "      default: legal = 1'b0;\n    endcase\n";
}

std::string instances(const Element& element, const ElementPorts& ports) {
    const int width = element.layout().count * element.layout().bits;
    std::string text = fmt::format(
        "  wire [{}:0] triple = 3 * q_i;\n"
        "  wire [{}:0] words;\n"
        "  {} u_ae (.code_i(code_i), .q_i(q_i), {}.p_o(words));\n",
        element.activationBits() + 1, width - 1, ports.module,
        ports.hasTriple ? ".t_i(triple), " : "");
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
        const std::string word = fmt::format("words[{}+:{}]", k * layout.bits, layout.bits);
        text += fmt::format("      assert ($signed({{1'b0, {}}}) == word_{});\n", word, k);
        sum += fmt::format("{}({} << {})", k == 0 ? "" : " + ", word, k * layout.shift);
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
    std::string text = fmt::format(
        "module element_properties (input wire [{}:0] code_i, input wire [{}:0] q_i);\n",
        element.weightBits() - 1, element.activationBits() - 1);
    text += instances(element, ports);
    text += fmt::format("  wire signed [{}:0] q = $signed({{1'b0, q_i}});\n  reg legal;\n",
                        wideBits(element) - 1);
    for (int k = 0; k < element.layout().count; ++k) {
        text += fmt::format("  reg signed [{}:0] word_{};\n", wideBits(element) - 1, k);
    }
    text += "  always @* begin\n    legal = 1'b1;\n";
    for (int k = 0; k < element.layout().count; ++k) {
        text += fmt::format("    word_{} = 0;\n", k) + wordCase(element, k);
    }
    return text + "  end\n" + assertions(element, ports) + "endmodule\n";
}

}  // namespace aslog::prove
