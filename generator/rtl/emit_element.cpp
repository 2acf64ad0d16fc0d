#include "generator/rtl/emit_element.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

namespace aslog {
namespace {

using golden::ElementPlan;
using golden::Level;
using golden::Placement;
using golden::SlogFormat;
using golden::Source;

/// Appends formatted lines of Verilog.
class Text {
  public:
    template <typename... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
        text_ += '\n';
    }
    void blank() { text_ += '\n'; }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

std::string multiple(const Source& source) {
    const long long factor = static_cast<long long>(source.odd) << source.shift;
    return factor == 1 ? "q" : fmt::format("{}q", factor);
}

std::string levelName(const Level& level) {
    return level.odd == 0 ? "0" : fmt::format("{} = {}*2^{}", level.value, level.odd, level.shift);
}

/// `value` as the low bits of a word of `width` bits: zeros above, `shift` zeros below.
std::string placed(const std::string& value, int valueBits, int shift, int width) {
    std::string parts;
    const int above = width - valueBits - shift;
    if (above > 0) {
        parts += fmt::format("{}'d0, ", above);
    }
    parts += value;
    if (shift > 0) {
        parts += fmt::format(", {}'d0", shift);
    }
    return fmt::format("{{{}}}", parts);
}

class ElementWriter {
  public:
    ElementWriter(const SlogFormat& format, OddMultiple odd)
        : format_(format), plan_(format.plan()), odd_(odd) {}

    std::string write(const std::string& moduleName) {
        levelTable();
        ports(moduleName);
        fields();
        oddMultiple();
        selects();
        source();
        finalStages();
        return text_.take();
    }

  private:
    [[nodiscard]] int dropped() const { return format_.spec().droppedBits; }
    [[nodiscard]] int keptBits() const { return format_.productBits() - dropped(); }
    [[nodiscard]] int indexBits() const { return format_.weightBits() - 1; }
    [[nodiscard]] int sourceBits(const Source& s) const {
        return format_.activationBits() + (s.odd == 3 ? 2 : 0);
    }
    [[nodiscard]] bool usesOdd() const {
        return std::any_of(plan_.sources.begin(), plan_.sources.end(),
                           [](const Source& s) { return s.odd == 3; });
    }

    /// The table of the code, in the order of the indices.
    void levelTable() {
        std::map<std::uint32_t, std::size_t> levelOf;
        for (std::size_t i = 0; i < plan_.placements.size(); ++i) {
            levelOf[plan_.placements[i].index] = i;
        }
        text_.line("//   {:<6}  {:<22}  {:>12}  {}", "code", "level", "source", "final shift");
        for (std::uint32_t index = 0; index < 1U << static_cast<unsigned>(indexBits()); ++index) {
            const std::string code = fmt::format("{}'d{}", indexBits(), index);
            const auto found = levelOf.find(index);
            if (found == levelOf.end()) {
                text_.line("//   {:<6}  not used", code);
                continue;
            }
            const Placement& place = plan_.placements[found->second];
            const Level& level = format_.levels()[found->second];
            if (level.odd == 0) {
                text_.line("//   {:<6}  {:<22}  {:>12}", code, levelName(level), "none");
            } else {
                text_.line("//   {:<6}  {:<22}  {:>12}  {}", code, levelName(level),
                           multiple(plan_.sources[static_cast<std::size_t>(place.source)]),
                           place.finalShift);
            }
        }
    }

    void ports(const std::string& moduleName) {
        const auto range = [](int bits) { return fmt::format("[{:>2}:0]", bits - 1); };
        text_.line("module {} (", moduleName);
        text_.line("    input  wire {} code_i,  // {{sign, source ({}), final shift ({})}}",
                   range(format_.weightBits()), plan_.sourceIndexBits, plan_.finalStages);
        text_.line("    input  wire {} q_i,     // operand, unsigned",
                   range(format_.activationBits()));
        if (odd_ == OddMultiple::Port) {
            text_.line("    input  wire {} t_i,     // {}",
                       range(usesOdd() ? format_.activationBits() + 2 : 1),
                       usesOdd() ? "3q" : "not used");
        }
        text_.line("    output wire {} p_o      // raw", range(keptBits()));
        text_.line(");");
        text_.blank();
    }

    void fields() {
        const int stages = plan_.finalStages;
        text_.line("  wire sign = code_i[{}];", indexBits());
        if (plan_.sourceIndexBits > 0) {
            text_.line("  wire [{}:0] source = code_i[{}:{}];", plan_.sourceIndexBits - 1,
                       indexBits() - 1, stages);
        }
        if (stages > 0) {
            text_.line("  wire [{}:0] final_shift = code_i[{}:0];", stages - 1, stages - 1);
        }
    }

    void oddMultiple() {
        const int bits = format_.activationBits();
        if (odd_ == OddMultiple::Port && !usesOdd()) {
            text_.line("  wire unused_t = &{{1'b0, t_i}};");
        }
        if (odd_ == OddMultiple::Own && usesOdd()) {
            text_.line("  wire [{}:0] t_i = {{2'd0, q_i}} + {{1'd0, q_i, 1'd0}};  // 3q", bits + 1);
        }
        text_.blank();
    }

    /// One select per source; the combination that means zero selects nothing.
    void selects() {
        const auto zero =
            std::find_if(plan_.placements.begin(), plan_.placements.end(), [this](auto& place) {
                const auto i = static_cast<std::size_t>(&place - plan_.placements.data());
                return format_.levels()[i].odd == 0;
            });
        for (std::size_t j = 0; j < plan_.sources.size(); ++j) {
            std::string condition = plan_.sourceIndexBits > 0
                                        ? fmt::format("source == {}'d{}", plan_.sourceIndexBits, j)
                                        : "1'b1";
            std::string note;
            if (zero != plan_.placements.end() && static_cast<std::size_t>(zero->source) == j &&
                plan_.finalStages > 0) {
                condition = fmt::format("({}) & (final_shift != {}'d{})", condition,
                                        plan_.finalStages, zero->finalShift);
                note = "; none for zero";
            }
            text_.line("  wire select_{} = {};  // {}{}", j, condition, multiple(plan_.sources[j]),
                       note);
        }
        text_.blank();
    }

    void source() {
        for (const Source& s : plan_.sources) {
            selectedBits_ = std::max(selectedBits_, sourceBits(s) + s.shift);
        }
        text_.line("  wire [{}:0] selected =", selectedBits_ - 1);
        for (std::size_t j = 0; j < plan_.sources.size(); ++j) {
            const Source& s = plan_.sources[j];
            text_.line("    {} ({{{}{{select_{}}}}} & {}){}", j == 0 ? " " : "|", selectedBits_, j,
                       placed(s.odd == 3 ? "t_i" : "q_i", sourceBits(s), s.shift, selectedBits_),
                       j + 1 == plan_.sources.size() ? ";" : "");
        }
        text_.blank();
    }

    void finalStages() {
        std::string in = "selected";
        int inBits = selectedBits_;
        for (int stage = 0; stage < plan_.finalStages; ++stage) {
            const int shift = 1 << stage;
            const int outBits = plan_.stageBits[static_cast<std::size_t>(stage)];
            const std::string out = fmt::format("shifted_{}", shift);
            // Bits that would leave at the top are zero for every level that shifts.
            const int kept = std::min(inBits, outBits - shift);
            const std::string low = kept == inBits ? in : fmt::format("{}[{}:0]", in, kept - 1);
            text_.line("  wire [{}:0] {} = final_shift[{}] ? {} : {};", outBits - 1, out, stage,
                       placed(low, kept, shift, outBits), placed(in, inBits, 0, outBits));
            in = out;
            inBits = outBits;
        }
        const std::string kept =
            dropped() == 0 ? in : fmt::format("{}[{}:{}]", in, inBits - 1, dropped());
        text_.line("{}  assign p_o = {} ^ {{{}{{sign}}}};", plan_.finalStages > 0 ? "\n" : "", kept,
                   keptBits());
        if (dropped() > 0) {
            text_.line("  wire unused_low = &{{1'b0, {}[{}:0]}};", in, dropped() - 1);
        }
        text_.blank();
        text_.line("endmodule");
    }

    const SlogFormat& format_;
    const ElementPlan& plan_;
    OddMultiple odd_;
    Text text_;
    int selectedBits_ = 0;
};

}  // namespace

std::string emitElement(const SlogFormat& format, const std::string& moduleName, OddMultiple odd) {
    Text title;
    title.line(
        "// Arithmetic element: raw = sign ? ~(L*q) : L*q, without a multiplier and without a");
    title.line("// carry. docs/arithmetic.md, sections 2 and 3. Combinational.");
    if (format.spec().droppedBits > 0) {
        title.line("// The lowest {} bits of raw are not formed.", format.spec().droppedBits);
    }
    title.line("//");
    return title.take() + ElementWriter(format, odd).write(moduleName);
}

}  // namespace aslog
