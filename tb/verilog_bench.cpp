#include "tb/verilog_bench.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "generator/rtl/file_list.h"
#include "generator/rtl/rtl_parameters.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"
#include "tb/models/ports.h"
#include "tb/streams/layer_traffic.h"
#include "tb/streams/random_layer.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

/// Fields of words of a beat, the first one lowest, as one hexadecimal number.
class HexLine {
  public:
    void add(std::span<const std::uint32_t> words, int bits) {
        for (int bit = 0; bit < bits; ++bit) {
            if (count_ % 4 == 0) {
                digits_.push_back(0);
            }
            const auto value = getBits(words, static_cast<std::size_t>(bit), 1);
            digits_.back() |= static_cast<unsigned>(value << (count_++ % 4));
        }
    }

    [[nodiscard]] std::string text() const {
        std::string line;
        for (const unsigned digit : digits_) {
            line += "0123456789abcdef"[digit];
        }
        std::reverse(line.begin(), line.end());
        return line + '\n';
    }

  private:
    std::vector<unsigned> digits_;
    std::size_t count_ = 0;
};

std::string hexText(const PackedStream& stream, int bits) {
    std::string text;
    for (std::size_t i = 0; i < stream.beats(); ++i) {
        HexLine line;
        line.add(stream.beat(i), bits);
        text += line.text();
    }
    return text;
}

/// Behind the data stand slot, first, last and swap, a word each.
std::string activationText(const PackedStream& stream, const Design& design) {
    std::string text;
    for (std::size_t i = 0; i < stream.beats(); ++i) {
        const auto beat = stream.beat(i);
        const auto flags = beat.last(4);
        HexLine line;
        line.add(beat, design.activationBeatBits);
        line.add(flags.subspan(0), design.slotBits);
        for (std::size_t flag = 1; flag < flags.size(); ++flag) {
            line.add(flags.subspan(flag), 1);
        }
        text += line.text();
    }
    return text;
}

std::string outputText(const Traffic& traffic, int bits) {
    std::string text;
    for (std::size_t i = 0; i < traffic.outputs.beats(); ++i) {
        HexLine line;
        line.add(traffic.outputs.beat(i), bits);
        line.add(traffic.outputMasks.beat(i), bits);
        text += line.text();
    }
    return text;
}

Parameters parametersOf(const Design& d, const Traffic& traffic) {
    const auto count = [](std::size_t beats) { return static_cast<std::int64_t>(beats); };
    Parameters all = rtlParameters(d);
    all.merge(Parameters{{"ActivationBeats", count(traffic.activations.beats())},
                         {"WeightBeats", count(traffic.weights.beats())},
                         {"ParameterBeats", count(traffic.parameters.beats())},
                         {"OutputBeats", count(traffic.outputs.beats())},
                         {"ClampLow", traffic.clamp.low},
                         {"ClampHigh", traffic.clamp.high}});
    return all;
}

/// The files that files.f of `rtl` names, as seen from `folder`.
std::string arrayFiles(const fs::path& rtl, const fs::path& folder) {
    std::string list;
    for (const fs::path& file : readFileList(rtl / "files.f")) {
        list += fs::proximate(fs::absolute(file), fs::absolute(folder)).string() + '\n';
    }
    return list;
}

/// Of some shapes the one with most beats that any simulator runs through in seconds.
LayerShape chooseShape(const Device& device, Random& random) {
    constexpr int kDraws = 40;
    constexpr std::int64_t kMostBeats = 2000;
    LayerShape chosen = drawShape(device, random);
    std::int64_t most = 0;
    for (int i = 0; i < kDraws; ++i) {
        const LayerShape shape = drawShape(device, random);
        compiler::LayerCase layer;
        layer.layer.geometry = shape.geometry;
        layer.expected = {shape.geometry.outputChannels,
                          shape.geometry.outputHeight(shape.height),
                          shape.geometry.outputWidth(shape.width),
                          {}};
        const std::int64_t beats = compiler::activationBeats(layer, device.shape);
        if (beats > most && beats <= kMostBeats) {
            chosen = shape;
            most = beats;
        }
    }
    return chosen;
}

/// Throws support::InputError if a file of the bench is there with another content.
void requireNothingElse(const fs::path& folder,
                        const std::vector<std::pair<const char*, std::string>>& texts) {
    std::string others;
    for (const auto& [name, text] : texts) {
        if (fs::exists(folder / name) && support::readFile(folder / name) != text) {
            others += fmt::format("{}{}", others.empty() ? "" : ", ", name);
        }
    }
    if (!others.empty()) {
        throw support::InputError(
            fmt::format("{} holds other files of these names: {}; another seed or design, or "
                        "changed by hand. Move them away, or replace them with --force",
                        folder.string(), others));
    }
}

}  // namespace

VerilogBench writeVerilogBench(const Device& device, const fs::path& rtl, const fs::path& folder,
                               std::uint64_t seed, Replace replace) {
    const Design& design = device.design;
    Random random(seed, "verilog bench");
    const LayerShape shape = chooseShape(device, random);
    const RandomLayer drawn = drawLayer(device, shape, random);
    const compiler::LayerCase layer{shape.name, drawn.layer, drawn.input,
                                    golden::convolve(drawn.layer, device.numerics, drawn.input)};
    const Traffic traffic = trafficOf(device, layer, compiler::WindowOrder::staggered);

    const std::string bench =
        withDefaults(support::readFile(support::dataFolder() / "tb" / "verilog" / "aslog_tb.v"),
                     parametersOf(design, traffic));
    const std::string files = arrayFiles(rtl, folder);
    const fs::path shell = fs::proximate(fs::absolute(rtl / "aslog_axis.v"), fs::absolute(folder));
    const std::vector<std::pair<const char*, std::string>> texts = {
        {"activations.hex", activationText(traffic.activations, design)},
        {"weights.hex", hexText(traffic.weights, design.weightBeatBits)},
        {"parameters.hex", hexText(traffic.parameters, design.parameterBeatBits)},
        {"outputs.hex", outputText(traffic, design.outputBeatBits)},
        {"aslog_tb.v", bench},
        {"files.f", files + "aslog_tb.v\n"},
        {"files_axis.f", "+define+ASLOG_AXIS=1\n" + files + shell.string() + "\naslog_tb.v\n"}};
    if (replace == Replace::generated) {
        requireNothingElse(folder, texts);
    }
    // What is stopped in between leaves no list, and so nothing that compiles.
    support::makeFolder(folder);
    fs::remove(folder / "files.f");
    fs::remove(folder / "files_axis.f");
    for (const auto& [name, text] : texts) {
        support::writeFile(folder / name, text);
    }
    return {folder, shape.name, traffic.activations.beats(), traffic.outputs.beats(),
            traffic.comparisons};
}

}  // namespace aslog::tb
