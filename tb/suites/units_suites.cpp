#include <array>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "golden/arithmetic/bce.h"
#include "golden/arithmetic/integers.h"
#include "tb/streams/parameters.h"
#include "tb/suites/suites.h"

namespace aslog::tb {
namespace {

using golden::Code;
using golden::lowMask;

/// A field of a port list of one-word or two-word ports.
void set(std::span<std::uint32_t> port, std::uint64_t value) {
    port[0] = static_cast<std::uint32_t>(value);
    if (port.size() > 1) {
        port[1] = static_cast<std::uint32_t>(value >> 32U);
    }
}

std::uint64_t get(std::span<const std::uint32_t> port) {
    return port[0] | (port.size() > 1 ? std::uint64_t{port[1]} << 32U : 0);
}

/// The element with a code and an activation for each of its rows.
class ElementCheck {
  public:
    explicit ElementCheck(SuiteContext& context)
        : context_(context),
          element_(*context.device.numerics.element),
          model_(context.makeModel()),
          words_(model_.output("ae_p_o")),
          raw_(model_.output("element_raw_o")) {}

    void run(std::span<const Code> codes, std::span<const std::uint32_t> q) {
        const golden::PartialProductLayout layout = element_.layout();
        set(model_.input("ae_code_i"), packed(codes, element_.weightBits()));
        set(model_.input("ae_q_i"), packed(q, element_.activationBits()));
        set(model_.input("ae_t_i"), element_.laneWord(q));
        model_.eval();
        const auto place = [&](const char* what) {
            return Place{fmt::format("{} of code {:#x} times {:#x}", what,
                                     packed(codes, element_.weightBits()),
                                     packed(q, element_.activationBits())),
                         "", ""};
        };
        for (int k = 0; k < layout.count; ++k) {
            const auto at = static_cast<std::size_t>(layout.bitsBelow(k));
            context_.recorder.compare(element_.partialProduct(codes, q, k),
                                      getBits(words_, at, layout.bitsOf(k)), model_.cycles(),
                                      [&] { return place("aslog_ae, word"); });
        }
        context_.recorder.compare(element_.raw(codes, q), get(raw_), model_.cycles(),
                                  [&] { return place("aslog_element"); });
    }

  private:
    static std::uint32_t bits(Code code) { return golden::bitsOf(code); }
    static std::uint32_t bits(std::uint32_t q) { return q; }

    /// The fields of all rows, the first lowest.
    template <typename Field>
    static std::uint64_t packed(std::span<const Field> fields, int width) {
        std::uint64_t all = 0;
        for (std::size_t row = fields.size(); row-- > 0;) {
            all = all << static_cast<unsigned>(width) | bits(fields[row]);
        }
        return all;
    }

    SuiteContext& context_;
    const golden::Element& element_;
    Model model_;
    std::span<const std::uint32_t> words_;
    std::span<const std::uint32_t> raw_;
};

}  // namespace

void runAe(SuiteContext& context) {
    const golden::Element& element = *context.device.numerics.element;
    const auto rows = static_cast<std::size_t>(element.rows());
    ElementCheck check(context);
    // Every code with every activation in one row, in the others what the draw says.
    Random random(context.seed, "ae");
    std::vector<Code> codes(rows);
    std::vector<std::uint32_t> q(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        for (const Code code : element.codes()) {
            for (std::uint32_t value = 0; value <= element.activationMax(); ++value) {
                for (std::size_t other = 0; other < rows; ++other) {
                    codes[other] = element.codes()[random.below(element.codes().size())];
                    q[other] = static_cast<std::uint32_t>(
                        random.below(element.activationMax() + std::uint64_t{1}));
                }
                codes[row] = code;
                q[row] = value;
                check.run(codes, q);
            }
        }
    }
}

void runMultiplier(SuiteContext& context) {
    Model model = context.makeModel();
    const auto product = model.output("mult_p_o");
    for (int a = -128; a < 128; ++a) {
        for (int b = -128; b < 128; ++b) {
            set(model.input("mult_a_i"), static_cast<std::uint8_t>(a));
            set(model.input("mult_b_i"), static_cast<std::uint8_t>(b));
            model.eval();
            context.recorder.compare(static_cast<std::uint16_t>(a * b), get(product),
                                     model.cycles(), [&] {
                                         return Place{fmt::format("{} * {}", a, b), "", ""};
                                     });
        }
    }
}

void runMuAe(SuiteContext& context) {
    const golden::SlogFormat& format = *context.device.numerics.muFormat;
    const int sumBits = context.device.numerics.windowSumBits;
    const std::uint32_t codes = 1U << static_cast<unsigned>(format.weightBits());
    const int draws = context.quick ? 500 : 4000;
    Random random(context.seed, "mu_ae");
    Model model = context.makeModel();
    const auto product = model.output("mu_p_o");
    for (std::uint32_t code = 0; code < codes; ++code) {
        for (int draw = 0; draw < draws; ++draw) {
            // First zero and one bit at every place, with all below it.
            const std::uint64_t sum = draw <= sumBits ? lowMask(draw) : drawWord(sumBits, random);
            set(model.input("mu_code_i"), code);
            set(model.input("mu_q_i"), sum);
            model.eval();
            context.recorder.compare(
                golden::rawMu(format, Code{code}, sum), get(product), model.cycles(), [&] {
                    return Place{fmt::format("code {} times {}", code, sum), "", ""};
                });
        }
    }
}

void runBce(SuiteContext& context) {
    const Device& device = context.device;
    const int bits = device.design.spec.format.activationBits;
    Random random(context.seed, "bce");
    Model model = context.makeModel();
    // Sum, slot and drain have their pulses at the same edge, as in the array.
    const auto pulse = [&model](const char* port, std::uint64_t value) {
        set(model.input(port), value);
        model.eval();
    };
    struct Window {
        std::uint64_t sum = 0;
        std::int64_t taps = 0;
    };
    std::vector<Window> windows(static_cast<std::size_t>(device.shape.pixels));
    const int beats = context.quick ? 1000 : 10000;
    for (int beat = 0; beat < beats; ++beat) {
        const auto slot = random.below(windows.size());
        Window& window = windows[slot];
        if (window.taps + device.shape.rows > device.design.maxTaps || random.oneIn(8)) {
            window = {};
        }
        const auto q = model.input("bce_q_i");
        std::ranges::fill(q, 0U);
        const bool isLargest = random.oneIn(4);
        const bool isFirst = window.taps == 0;
        for (int row = 0; row < device.shape.rows; ++row) {
            const std::uint64_t value = isLargest ? lowMask(bits) : drawWord(bits, random);
            putBits(q, static_cast<std::size_t>(row) * static_cast<std::size_t>(bits), bits, value);
            window.sum += value;
        }
        window.taps += device.shape.rows;
        const std::uint64_t oneHot = std::uint64_t{1} << (slot % 32);
        model.eval();  // data stand before the edge that takes them
        pulse("bce_tree_clk_i", 1);
        pulse("bce_tree_clk_i", 0);
        const auto select = [&](const char* port, bool isOn) {
            std::ranges::fill(model.input(port), 0U);
            model.input(port)[slot / 32] = isOn ? static_cast<std::uint32_t>(oneHot) : 0;
        };
        select("bce_read_i", !isFirst);
        model.eval();
        select("bce_slot_clk_i", true);
        set(model.input("bce_drain_clk_i"), 1);
        pulse("bce_acc_clk_i", 1);
        select("bce_slot_clk_i", false);
        set(model.input("bce_drain_clk_i"), 0);
        pulse("bce_acc_clk_i", 0);
        context.recorder.compare(window.sum, get(model.output("bce_drain_o")), model.cycles(), [&] {
            return Place{fmt::format("beat {} in slot {}", beat, slot), "", ""};
        });
    }
}

namespace {

/// What the PCF unit holds after each of its three steps.
struct PcfPipeline {
    struct Stage {
        bool valid = false;
        std::int64_t t = 0;
        golden::PcfParameters parameters;
    };
    Stage corrected;
    Stage shifted;
    bool valid = false;
    std::uint64_t y = 0;
};

void setParameters(Model& model, const golden::Numerics& numerics,
                   const golden::PcfParameters& parameters) {
    set(model.input("pcf_mu_i"), golden::bitsOf(parameters.mu));
    set(model.input("pcf_bias_i"),
        static_cast<std::uint64_t>(parameters.bias) & lowMask(numerics.correctionBits));
    set(model.input("pcf_scale_i"), parameters.scale);
    set(model.input("pcf_shift_i"),
        static_cast<std::uint64_t>(parameters.shift - numerics.shiftMin));
    set(model.input("pcf_offset_i"),
        static_cast<std::uint64_t>(parameters.offset) & lowMask(numerics.outputBits + 2));
}

}  // namespace

void runPcfUnit(SuiteContext& context) {
    const golden::Numerics& numerics = context.device.numerics;
    Random random(context.seed, "pcf_unit");
    Model model = context.makeModel();
    PcfPipeline pipeline;
    golden::ClampRange clamp{0, 0};
    const int steps = context.quick ? 20000 : 200000;
    for (int step = 0; step < steps; ++step) {
        if (step % 64 == 0) {
            clamp = drawClamp(numerics.outputBits, random);
            set(model.input("pcf_clamp_low_i"), clamp.low);
            set(model.input("pcf_clamp_high_i"), clamp.high);
        }
        const std::uint64_t sum = drawWord(numerics.accumulatorBits, random);
        const std::uint64_t windowSum = drawWord(numerics.windowSumBits, random);
        const golden::PcfParameters parameters = drawParameters(numerics, sum, windowSum, random);
        set(model.input("pcf_raw_i"), sum);
        set(model.input("pcf_window_sum_i"), windowSum);
        setParameters(model, numerics, parameters);
        model.eval();

        const bool waits = random.oneIn(3);
        const bool scales = !waits || random.oneIn(2);
        const bool shifts = !waits || random.oneIn(2);
        const bool corrects = !waits || random.oneIn(2);
        if (scales) {
            pipeline.valid = pipeline.shifted.valid;
            pipeline.y = golden::requantise(pipeline.shifted.t, pipeline.shifted.parameters, clamp,
                                            numerics);
        }
        if (shifts) {
            pipeline.shifted = pipeline.corrected;
        }
        if (corrects) {
            pipeline.corrected = {true, golden::correctionSum(numerics, sum, windowSum, parameters),
                                  parameters};
        }
        set(model.input("pcf_scale_clk_i"), scales ? 1 : 0);
        set(model.input("pcf_shift_clk_i"), shifts ? 1 : 0);
        set(model.input("pcf_correct_clk_i"), corrects ? 1 : 0);
        model.eval();
        if (pipeline.valid) {
            context.recorder.compare(pipeline.y, get(model.output("pcf_y_o")), model.cycles(), [&] {
                return Place{fmt::format("step {}", step), "", ""};
            });
        }
        for (const char* clock : {"pcf_scale_clk_i", "pcf_shift_clk_i", "pcf_correct_clk_i"}) {
            set(model.input(clock), 0);
        }
        model.eval();
    }
}

}  // namespace aslog::tb
