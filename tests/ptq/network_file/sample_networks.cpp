#include "tests/ptq/network_file/sample_networks.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace aslog::test {
namespace {

using namespace golden;

constexpr int kMaxTaps = 108;  // of the last layer

class Builder {
  public:
    Builder(Random& random, const ptq::NumberFormat& format)
        : random_(random), format_(format), numerics_(ptq::numericsOf(format)) {}

    TensorId tensor(int channels, int height, int width) {
        return tensor(channels, height, width,
                      small(0, static_cast<int>(numerics_.element->activationMax())));
    }

    // With the zero point of another one.
    TensorId tensorLike(TensorId other, int channels, int height, int width) {
        return tensor(channels, height, width, spec.tensors[other].zeroPoint);
    }

    void step(Operation operation, std::vector<TensorId> inputs, TensorId output) {
        const std::string name = std::string(operationName(operation)) + "/" +
                                 std::to_string(spec.steps.size()) + " \"\xC3\xA9\"";
        spec.steps.push_back({name, std::move(operation), std::move(inputs), output});
    }

    // The geometry is that of a group; its channels follow from the tensors.
    void conv(ConvGeometry geometry, int groups, const std::vector<TensorId>& inputs,
              TensorId output) {
        const TensorInfo& to = spec.tensors[output];
        geometry.inputChannels = spec.tensors[inputs[0]].channels / groups;
        geometry.outputChannels = to.channels / groups;
        ConvStep conv;
        const ClampRange range = clamp();
        for (int g = 0; g < groups; ++g) {
            ConvLayer layer = randomLayer(random_, geometry, numerics_);
            layer.inputZeroPoint = spec.tensors[inputs[0]].zeroPoint;
            layer.offsets.assign(layer.channels.size(), to.zeroPoint);
            layer.clamp = range;
            for (std::size_t c = 0; c < layer.channels.size(); ++c) {
                layer.channels[c].bias =
                    zeroPointTerm(layer, numerics_, static_cast<int>(c)) + small(-9, 9);
            }
            conv.groups.push_back(std::move(layer));
        }
        if (inputs.size() == 2) {
            conv.residual = ratio();
        }
        step(std::move(conv), inputs, output);
    }

    // Between 1/2 and 2.
    Ratio ratio() {
        return {static_cast<std::uint64_t>(draw(random_, 1 << 14, lowMask(kRatioBits))), 15};
    }

    ClampRange clamp() {
        const auto top = static_cast<int>(std::min<std::uint64_t>(
            numerics_.element->activationMax(), lowMask(numerics_.outputBits)));
        return {static_cast<std::uint32_t>(small(0, top / 4)),
                static_cast<std::uint32_t>(small(top / 2, top))};
    }

    TableStep tables(std::size_t count) {
        const auto top = static_cast<int>(std::min<std::uint64_t>(
            numerics_.element->activationMax(), lowMask(numerics_.outputBits)));
        TableStep step;
        step.tables.resize(count);
        for (std::vector<std::uint8_t>& table : step.tables) {
            for (std::uint32_t q = 0; q <= numerics_.element->activationMax(); ++q) {
                table.push_back(static_cast<std::uint8_t>(small(0, top)));
            }
        }
        return step;
    }

    ConstantStep constant(TensorId output) {
        ConstantStep step;
        for (std::size_t i = 0; i < spec.tensors[output].size(); ++i) {
            step.data.push_back(
                static_cast<std::uint8_t>(small(0, static_cast<int>(clamp().high))));
        }
        return step;
    }

    // Brings products of numbers of this many bits near to their sizes.
    MultiplyStep product() {
        Ratio small = ratio();
        small.shift += numerics_.element->activationBits() - 2;
        return {small, clamp()};
    }

    int small(int low, int high) { return static_cast<int>(draw(random_, low, high)); }

    ptq::StoredNetwork result() {
        std::vector<double> scales;
        std::vector<ptq::LayerError> layers;
        for (std::size_t i = 0; i < spec.tensors.size(); ++i) {
            scales.push_back(small(1, 1000) / 37.0);
        }
        for (const Step& step : spec.steps) {
            layers.push_back({step.name, small(1, 1000) / 7.0, small(0, 1000) / 1e9});
        }
        return {{format_, Network(spec, numerics_), scales}, layers, small(0, 99) / 300.0};
    }

    NetworkSpec spec;

  private:
    TensorId tensor(int channels, int height, int width, int zeroPoint) {
        const std::string name = "t" + std::to_string(spec.tensors.size());
        spec.tensors.push_back({name, channels, height, width, zeroPoint});
        return spec.tensors.size() - 1;
    }

    Random& random_;
    ptq::NumberFormat format_;
    Numerics numerics_;
};

ptq::NumberFormat formatOf(const std::string& element) {
    ptq::NumberFormat format;
    format.element = element;
    format.numerics.maxTaps = kMaxTaps;
    format.numerics.shiftMax = 64;
    return format;
}

PoolWindow poolWindow() {
    PoolWindow window;
    window.kernelHeight = 3;
    window.kernelWidth = 2;
    window.strideY = 2;
    window.padTop = 1;
    window.padBottom = 2;
    window.padLeft = 1;
    window.dilationX = 2;
    return window;
}

ConvGeometry square(int kernel, int pad) {
    ConvGeometry geometry;
    geometry.kernelHeight = geometry.kernelWidth = kernel;
    geometry.padTop = geometry.padBottom = geometry.padLeft = geometry.padRight = pad;
    return geometry;
}

// Keeps the size, and has no two numbers alike where that can be.
ConvGeometry oblong() {
    ConvGeometry geometry = square(3, 0);
    geometry.kernelWidth = 2;
    geometry.padTop = 2;
    geometry.padLeft = 1;
    return geometry;
}

}  // namespace

ptq::NumberFormat slogiiFormat(bool hasMu) {
    ptq::NumberFormat format = formatOf("slogii");
    if (hasMu) {
        format.numerics.mu = MuSpec{4, 3, 6};
    }
    return format;
}

ptq::NumberFormat narrowSlogiiFormat() {
    ptq::NumberFormat format = formatOf("slogii");
    format.slog = {6, 30, false, 5};
    format.numerics.outputBits = 5;
    format.numerics.accumulatorBits = 40;
    format.numerics.scaleBits = 9;
    format.numerics.shiftMin = 2;
    return format;
}

ptq::NumberFormat listedSlogiiFormat() {
    ptq::NumberFormat format = formatOf("slogii");
    format.slog.levels = {0, 1, 2, 3, 4, 6, 8};
    format.slog.droppedBits = 3;
    return format;
}

ptq::NumberFormat baselineFormat(const std::string& element) {
    return formatOf(element);
}

ptq::StoredNetwork sampleNetwork(Random& random, const ptq::NumberFormat& format) {
    Builder b(random, format);
    const TensorId image = b.tensor(4, 9, 8);
    const TensorId first = b.tensor(6, 9, 8);
    b.conv(oblong(), 1, {image}, first);
    const TensorId depthwise = b.tensor(6, 9, 8);
    b.conv(square(1, 0), 6, {first, first}, depthwise);
    const TensorId grouped = b.tensor(6, 9, 8);
    ConvGeometry dilated = square(3, 2);
    dilated.dilationY = dilated.dilationX = 2;
    b.conv(dilated, 3, {depthwise}, grouped);
    const TensorId sum = b.tensor(6, 9, 8);
    b.step(AddStep{{b.ratio().scale, b.ratio().scale}, 16, b.clamp()}, {grouped, first}, sum);
    const TensorId largest = b.tensorLike(sum, 6, 5, 7);
    b.step(MaxPoolStep{poolWindow()}, {sum}, largest);
    const TensorId mean = b.tensor(6, 5, 7);
    AveragePoolStep average{poolWindow(), true, {}, b.clamp()};
    for (int taps = 1; taps <= 6; ++taps) {
        average.ratios.push_back({b.ratio().scale / static_cast<std::uint64_t>(taps), 15});
    }
    b.step(average, {sum}, mean);
    const TensorId joined = b.tensor(12, 5, 7);
    b.step(ConcatStep{{b.ratio(), b.ratio()}}, {largest, mean}, joined);
    const TensorId padded = b.tensorLike(joined, 14, 6, 10);
    b.step(PadStep{1, 0, 2}, {joined}, padded);
    const TensorId sliced = b.tensorLike(padded, 6, 6, 3);
    b.step(SliceStep{{1, 0, 1}, {2, 1, 3}}, {padded}, sliced);
    const TensorId clamped = b.tensorLike(sliced, 6, 6, 3);
    b.step(ClampStep{b.clamp()}, {sliced}, clamped);
    const TensorId looked = b.tensor(6, 6, 3);
    b.step(b.tables(format.element == "slogii" ? 6 : 1), {clamped}, looked);
    const TensorId flat = b.tensorLike(looked, kMaxTaps, 1, 1);
    b.step(ReshapeStep{}, {looked}, flat);
    const TensorId scores = b.tensor(5, 1, 1);
    b.conv(square(1, 0), 1, {flat}, scores);
    const TensorId gate = b.tensor(6, 1, 3);
    b.step(b.constant(gate), {}, gate);
    const TensorId gated = b.tensor(6, 6, 3);
    b.step(b.product(), {looked, gate}, gated);
    const TensorId wide = b.tensorLike(gated, 6, 11, 7);
    b.step(WidenStep{{2, 3}, false}, {gated}, wide);
    const TensorId turned = b.tensorLike(wide, 11, 2, 21);
    b.step(TransposeStep{{2, 3, 11, 7}, {2, 0, 1, 3}}, {wide}, turned);
    b.spec.input = image;
    b.spec.sumsPlanes = format.element != "slogii";
    b.spec.outputs = {scores};
    if (!b.spec.sumsPlanes) {
        b.spec.outputs.push_back(turned);
    }
    return b.result();
}

ptq::NetworkFile sampleFile() {
    Random random(4);
    ptq::NetworkFile file;
    file.provenance = {"aslog 0.1.0",
                       "small.onnx",
                       std::string(64, 'a'),
                       "images",
                       std::string(64, 'b'),
                       256,
                       {},
                       {}};
    file.provenance.steps.scaleSearch = false;
    file.provenance.steps.compensation = false;
    file.provenance.doubled = {"last layer"};
    file.networks.emplace("slogii", sampleNetwork(random, slogiiFormat(true)));
    file.networks.emplace("int4", sampleNetwork(random, baselineFormat("int4_booth")));
    file.networks.emplace("int8", sampleNetwork(random, baselineFormat("int8_recoded")));
    return file;
}

}  // namespace aslog::test
