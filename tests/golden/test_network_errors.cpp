// Networks that are not well-formed are refused, with the name of what is wrong.
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "golden/network/network.h"
#include "tests/catch.h"
#include "tests/golden/layers.h"

namespace {

using namespace aslog::golden;
using Catch::Matchers::ContainsSubstring;

constexpr int kHuge = std::numeric_limits<int>::max();

Numerics theNumerics() {
    return aslog::test::numericsFor(std::make_shared<SlogElement>(FormatSpec{4, 4, true, 8}), 16,
                                    false);
}

ConvLayer layerOf(const Numerics& numerics) {
    ConvLayer layer;
    layer.geometry.inputChannels = layer.geometry.outputChannels = 2;
    layer.inputZeroPoint = 3;
    layer.codes.assign(4, numerics.element->encodeValue(1));
    layer.channels.assign(2, {});
    layer.offsets.assign(2, 5);
    return layer;
}

enum Tensors : TensorId {
    kInput,
    kConv,
    kSum,
    kMax,
    kMean,
    kJoined,
    kPadded,
    kCut,
    kFlat,
    kLast,
    kEnd,
    kGate,
    kProduct,
    kWide,
    kTurned
};
enum Steps : std::size_t {
    kConvStep,
    kAdd,
    kMaxPool,
    kMeanPool,
    kConcat,
    kPad,
    kSlice,
    kReshape,
    kClamp,
    kTable,
    kConstant,
    kMultiply,
    kWiden,
    kTranspose
};

/// One step of each kind, all legal; planes of 4 x 4.
NetworkSpec goodSpec() {
    const Numerics numerics = theNumerics();
    PoolWindow window;
    window.kernelHeight = window.kernelWidth = 2;
    window.strideY = window.strideX = 2;
    NetworkSpec spec;
    spec.tensors = {{"input", 2, 4, 4, 3},   {"conv", 2, 4, 4, 5}, {"sum", 2, 4, 4, 7},
                    {"max", 2, 2, 2, 7},     {"mean", 2, 2, 2, 9}, {"joined", 4, 2, 2, 0},
                    {"padded", 6, 4, 4, 0},  {"cut", 3, 2, 2, 0},  {"flat", 12, 1, 1, 0},
                    {"last", 12, 1, 1, 0},   {"end", 12, 1, 1, 3}, {"gate", 4, 1, 1, 2},
                    {"product", 4, 2, 2, 1}, {"wide", 4, 4, 3, 1}, {"turned", 3, 4, 4, 1}};
    spec.steps = {
        {"the conv", ConvStep{{layerOf(numerics)}, {1, 1}}, {kInput, kInput}, kConv},
        {"the sum", AddStep{}, {kInput, kConv}, kSum},
        {"the max", MaxPoolStep{window}, {kSum}, kMax},
        {"the mean", AveragePoolStep{window, true, std::vector<Ratio>(4), {}}, {kSum}, kMean},
        {"the concat", ConcatStep{{{1, 1}, {1, 1}}}, {kMax, kMean}, kJoined},
        {"the pad", PadStep{1, 1, 1}, {kJoined}, kPadded},
        {"the slice", SliceStep{{1, 1, 0}, {2, 2, 3}}, {kPadded}, kCut},
        {"the reshape", ReshapeStep{}, {kCut}, kFlat},
        {"the clamp", ClampStep{{1, 9}}, {kFlat}, kLast},
        {"the table", TableStep{{std::vector<std::uint8_t>(256)}}, {kLast}, kEnd},
        {"the constant", ConstantStep{{1, 2, 3, 4}}, {}, kGate},
        {"the product", MultiplyStep{}, {kJoined, kGate}, kProduct},
        {"the widening", WidenStep{{3, 2}, false}, {kProduct}, kWide},
        {"the transpose", TransposeStep{{4, 4, 3}, {2, 0, 1}}, {kWide}, kTurned},
    };
    spec.input = kInput;
    spec.outputs = {kEnd, kTurned};
    return spec;
}

template <typename Kind>
Kind& as(NetworkSpec& spec, Steps step) {
    return std::get<Kind>(spec.steps[step].operation);
}

ConvLayer& layer(NetworkSpec& spec) {
    return as<ConvStep>(spec, kConvStep).groups.front();
}

struct Fault {
    std::function<void(NetworkSpec&)> edit;
    std::string fragment;
};

void checkAll(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        INFO("expected: " << fault.fragment);
        NetworkSpec spec = goodSpec();
        fault.edit(spec);
        try {
            const Network network(std::move(spec), theNumerics());
            FAIL("accepted");
        } catch (const std::invalid_argument& error) {
            CHECK_THAT(error.what(), ContainsSubstring(fault.fragment));
        }
    }
}

}  // namespace

TEST_CASE("The network that the others are made from is legal") {
    const Network network(goodSpec(), theNumerics());
    CHECK(network.macs() == 2 * 2 * 16);
}

TEST_CASE("Tensors of no size, of too large a size or with a wrong zero point are refused") {
    checkAll({
        {[](auto& s) { s.tensors[kSum].width = 0; }, "tensor \"sum\": its size is 2x4x0"},
        {[](auto& s) { s.tensors[kSum].channels = -1; }, "tensor \"sum\": its size is -1x4x4"},
        {[](auto& s) {
             s.tensors[kMax] = {"big", kHuge, kHuge, kHuge, 0};
         },
         "more than 10737418"},
        {[](auto& s) {
             s.tensors[kMax] = {"big", 1 << 15, 1 << 15, 2, 0};
         },
         "more than 10737418"},
        {[](auto& s) { s.tensors[kSum].zeroPoint = 256; }, "its zero point is 256, allowed is 0 "},
        {[](auto& s) { s.tensors[kSum].zeroPoint = -1; }, "its zero point is -1, allowed is 0 to"},
    });
}

TEST_CASE("Tensors that are read before they are made, or made twice, are refused") {
    checkAll({
        {[](auto& s) { s.input = 99; }, "the input is no tensor of the network"},
        {[](auto& s) { s.outputs[1] = 99; }, "the network reads tensor 99, which does not exist"},
        {[](auto& s) { s.tensors.push_back({}), s.outputs[0] = 15; },
         "the network reads tensor 15"},
        {[](auto& s) { s.outputs.clear(); }, "the network has no output"},
        {[](auto& s) { s.sumsPlanes = true; }, "sums the planes of one output, but has 2"},
        {[](auto& s) { std::swap(s.steps[0], s.steps[1]); }, "step \"the sum\" reads tensor 1"},
        {[](auto& s) { s.steps[kAdd].inputs[1] = 99; }, "step \"the sum\" reads tensor 99, which"},
        {[](auto& s) { s.steps[kAdd].inputs[1] = kSum; }, "step \"the sum\" reads tensor 2, which"},
        {[](auto& s) { s.steps[kAdd].output = 99; }, "step \"the sum\" writes tensor 99, which"},
        {[](auto& s) { s.steps[kAdd].output = kInput; }, "step \"the sum\" writes tensor 0, which"},
        {[](auto& s) { s.steps[kAdd].output = kConv; }, "which does not exist or is made already"},
    });
}

TEST_CASE("Steps with a wrong number of inputs are refused") {
    const auto without = [](Steps step) {
        return [step](NetworkSpec& spec) { spec.steps[step].inputs.clear(); };
    };
    const auto doubled = [](Steps step) {
        return [step](NetworkSpec& spec) {
            auto& inputs = spec.steps[step].inputs;
            inputs.insert(inputs.end(), {inputs.front(), inputs.front()});
        };
    };
    checkAll({{without(kConvStep), "step \"the conv\" (conv): a convolution has one input, or two"},
              {doubled(kConvStep), "step \"the conv\" (conv): a convolution has one input, or two"},
              {without(kAdd), "step \"the sum\" (add): it has 0 inputs instead of 2"},
              {doubled(kAdd), "step \"the sum\" (add): it has 4 inputs instead of 2"},
              {without(kMaxPool), "step \"the max\" (max_pool): "},
              {doubled(kMaxPool), "step \"the max\" (max_pool): a pooling has one input"},
              {without(kMeanPool), "step \"the mean\" (average_pool): a pooling has one input"},
              {doubled(kMeanPool), "step \"the mean\" (average_pool): a pooling has one input"},
              {without(kConcat), "step \"the concat\" (concat): one ratio for each input"},
              {doubled(kConcat), "step \"the concat\" (concat): one ratio for each input"},
              {without(kPad), "step \"the pad\" (pad): it has 0 inputs instead of 1"},
              {doubled(kPad), "step \"the pad\" (pad): it has 3 inputs instead of 1"},
              {without(kSlice), "step \"the slice\" (slice): it has 0 inputs instead of 1"},
              {doubled(kReshape), "step \"the reshape\" (reshape): it has 3 inputs instead of 1"},
              {without(kReshape), "step \"the reshape\" (reshape): it has 0 inputs instead of 1"},
              {without(kClamp), "step \"the clamp\" (clamp): "},
              {doubled(kClamp), "step \"the clamp\" (clamp): it has 3 inputs instead of 1"}});
}

TEST_CASE("Convolutions that do not fit their tensors or the array are refused") {
    checkAll({
        {[](auto& s) { as<ConvStep>(s, kConvStep).groups.clear(); }, "at least one group"},
        {[](auto& s) { layer(s).inputZeroPoint = 4; }, "zero point is 4, that of tensor \"input\""},
        {[](auto& s) { layer(s).offsets.pop_back(); }, "1 offsets for 2 output channels"},
        {[](auto& s) { layer(s).offsets.assign(32, 5); }, "one output offset for each channel"},
        {[](auto& s) { layer(s).offsets[1] = 6; }, "offsets are not the output's zero point"},
        {[](auto& s) { layer(s).geometry.padTop = 1; }, "its output is not of 2x4x4"},
        {[](auto& s) { layer(s).geometry.padLeft = kHuge; }, "its output is not of 2x4x4"},
        {[](auto& s) { layer(s).geometry.strideX = 0; }, "stride or dilation is 0"},
        {[](auto& s) { layer(s).geometry.dilationY = -1; }, "stride or dilation is -1"},
        {[](auto& s) { layer(s).geometry.kernelWidth = kHuge; }, "number of taps"},
        {[](auto& s) { layer(s).geometry.inputChannels = 1, layer(s).codes.resize(2); },
         "its groups take 1 channels and give 2; the tensors have 2x4x4 and 2x4x4"},
        {[](auto& s) {
             auto& groups = as<ConvStep>(s, kConvStep).groups;
             groups.push_back(groups.front());
         },
         "its groups take 4 channels and give 4"},
        {[](auto& s) {
             layer(s).clamp = {9, 8};
         },
         "its clamp is 9 to 8; activations go from 0"},
        {[](auto& s) { layer(s).clamp.high = 256; }, "its clamp is 0 to 256; activations go from"},
        {[](auto& s) { layer(s).channels[0].shift = 0; }, "output channel 0: shift is 0"},
        {[](auto& s) { layer(s).channels[1].bias = 1LL << 60; }, "output channel 1: bias b_c is"},
        {[](auto& s) { as<ConvStep>(s, kConvStep).residual.scale = 65536; }, "a ratio is 65536 / "},
        {[](auto& s) { as<ConvStep>(s, kConvStep).residual.shift = 0; }, "a ratio is 1 / 2^0"},
        {[](auto& s) { as<ConvStep>(s, kConvStep).residual.shift = 63; }, "a ratio is 1 / 2^63"},
        {[](auto& s) {
             s.tensors.push_back({"small", 2, 2, 2, 0});
             s.steps.insert(s.steps.begin(), {"cut", SliceStep{}, {kInput}, 15});
             s.tensors[15].zeroPoint = 3;
             s.steps[1].inputs[1] = 15;
         },
         "step \"the conv\" (conv): its residual is 2x2x2, its output 2x4x4"},
    });
}

TEST_CASE("Sums, poolings and concatenations that do not fit are refused") {
    const auto window = [](NetworkSpec& s) -> PoolWindow& {
        return as<MaxPoolStep>(s, kMaxPool).window;
    };
    checkAll({
        {[](auto& s) { s.steps[kAdd].inputs[1] = kInput, s.tensors[kSum].height = 3; },
         "step \"the sum\" (add): it adds tensors of other sizes"},
        {[](auto& s) { as<AddStep>(s, kAdd).scales[1] = 1 << 16; }, "a ratio is 65536 / 2^1"},
        {[](auto& s) { as<AddStep>(s, kAdd).shift = 63; }, "and a shift of 1 to 62"},
        {[](auto& s) { as<AddStep>(s, kAdd).clamp.high = 256; }, "its clamp is 0 to 256"},
        {[](auto& s) { s.tensors[kMax].zeroPoint = 8; }, "a maximum keeps the zero point"},
        {[](auto& s) { s.tensors[kMax].channels = 3; }, "keeps the number of channels"},
        {[=](auto& s) { window(s).strideX = 0; }, "a kernel, stride or dilation is 0, allowed"},
        {[=](auto& s) { window(s).kernelHeight = 4097; }, "a kernel, stride or dilation is 4097"},
        {[=](auto& s) { window(s).dilationX = -1; }, "a kernel, stride or dilation is -1, allow"},
        {[=](auto& s) { window(s).padTop = -1; }, "a padding is -1, allowed is 0 to 4096"},
        {[=](auto& s) { window(s).padRight = kHuge; }, "a padding is 2147483647, allowed is 0"},
        {[=](auto& s) { window(s).padTop = 2; }, "a window has no tap inside the input"},
        {[](auto& s) { s.tensors[kMax].height = 3; }, "a window has no tap inside the input"},
        {[](auto& s) { as<AveragePoolStep>(s, kMeanPool).ratios.pop_back(); },
         "step \"the mean\" (average_pool): 3 ratios for a kernel of 4 taps"},
        {[](auto& s) { as<AveragePoolStep>(s, kMeanPool).ratios[2].shift = 0; }, "/ 2^0; allowed"},
        {[](auto& s) { as<AveragePoolStep>(s, kMeanPool).clamp.low = 256; }, "its clamp is 256"},
        {[](auto& s) { as<ConcatStep>(s, kConcat).ratios.pop_back(); }, "one ratio for each inpu"},
        {[](auto& s) { as<ConcatStep>(s, kConcat).ratios[1].scale = 1 << 16; }, "a ratio is 6553"},
        {[](auto& s) { s.tensors[kJoined].channels = 5; }, "its inputs have 4 channels, its outp"},
        {[](auto& s) { s.tensors[kJoined].height = 1; }, "it joins tensors of different sizes"},
    });
}

TEST_CASE("Steps that move elements and do not fit are refused") {
    checkAll({
        {[](auto& s) { s.tensors[kPadded].zeroPoint = 1; }, "(pad): it must keep the zero point"},
        {[](auto& s) { as<PadStep>(s, kPad).channels = 3; }, "the padded input does not fit"},
        {[](auto& s) { as<PadStep>(s, kPad).top = 3; }, "the padded input does not fit"},
        {[](auto& s) { as<PadStep>(s, kPad).left = kHuge; }, "the padded input does not fit"},
        {[](auto& s) { as<PadStep>(s, kPad).left = -1; }, "the padded input does not fit"},
        {[](auto& s) { s.tensors[kCut].zeroPoint = 1; }, "(slice): it must keep the zero point"},
        {[](auto& s) { as<SliceStep>(s, kSlice).starts[0] = 2; }, "from beyond the input"},
        {[](auto& s) { as<SliceStep>(s, kSlice).starts[1] = -1; }, "from beyond the input"},
        {[](auto& s) { as<SliceStep>(s, kSlice).steps[2] = 0; }, "from beyond the input"},
        {[](auto& s) { as<SliceStep>(s, kSlice).steps[2] = 4; }, "from beyond the input"},
        {[](auto& s) { as<SliceStep>(s, kSlice).steps[2] = kHuge; }, "from beyond the input"},
        {[](auto& s) { s.tensors[kFlat].zeroPoint = 1; }, "(reshape): it must keep the zero poi"},
        {[](auto& s) { s.tensors[kFlat].channels = 11; }, "its input is 3x2x2, its output 11x1x1"},
        {[](auto& s) { s.tensors[kLast].zeroPoint = 1; }, "(clamp): it must keep the zero point"},
        {[](auto& s) {
             s.tensors[kLast] = {"last", 1, 12, 1, 0};
         },
         "keeps the size of its input"},
        {[](auto& s) {
             as<ClampStep>(s, kClamp).clamp = {3, 2};
         },
         "its clamp is 3 to 2"},
        {[](auto& s) { as<TableStep>(s, kTable).tables.clear(); }, "it has 0 tables for 12 channe"},
        {[](auto& s) { as<TableStep>(s, kTable).tables.resize(2); }, "it has 2 tables for 12 cha"},
        {[](auto& s) { as<TableStep>(s, kTable).tables[0].pop_back(); }, "255 entries instead of"},
        {[](auto& s) { s.tensors[kEnd].channels = 11; }, "(table): it keeps the size of its inpu"},
        {[](auto& s) { s.steps[kTable].inputs.push_back(kLast); }, "2 inputs instead of 1"},
        {[](auto& s) { s.tensors[kWide].zeroPoint = 0; }, "(widen): it must keep the zero point"},
        {[](auto& s) { s.tensors[kWide].channels = 3; },
         "(widen): it keeps the number of channels"},
        {[](auto& s) { s.tensors[kWide].width = 4; }, "widens 4x2x2 by 3x2 to 4x4x4"},
        {[](auto& s) { as<WidenStep>(s, kWiden).repeats = true; }, "widens 4x2x2 by 3x2 to 4x4x3"},
        {[](auto& s) { as<WidenStep>(s, kWiden).factors[0] = kHuge; }, "by 2147483647x2"},
        {[](auto& s) { as<WidenStep>(s, kWiden).factors[1] = 0; }, "by 3x0 to"},
        {[](auto& s) { s.tensors[kTurned].zeroPoint = 0; }, "(transpose): it must keep the zero"},
        {[](auto& s) { s.tensors[kTurned].width = 3; }, "have 48 elements, its input 4x4x3, its o"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).sizes[0] = 3; }, "sizes have 36 elements"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).sizes[0] = 0; }, "of its dimensions is 0"},
        {[](auto& s) {
             as<TransposeStep>(s, kTranspose).sizes = {kHuge, kHuge, kHuge};
         },
         "of its dimensions is 2147483647"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).order[0] = 1; }, "is no permutation"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).order[0] = 3; }, "is no permutation"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).order[0] = -1; }, "is no permutation"},
        {[](auto& s) { as<TransposeStep>(s, kTranspose).order.pop_back(); }, "3 sizes in an order"},
        {[](auto& s) {
             as<TransposeStep>(s, kTranspose) = {std::vector<int>(9, 1), std::vector<int>(9, 0)};
         },
         "9 sizes in an order of 9"},
    });
}

TEST_CASE("Products and constants that do not fit are refused") {
    checkAll({
        {[](auto& s) { s.tensors[kProduct].height = 1; }, "it multiplies 4x2x2 and 4x1x1 to 4x1x2"},
        {[](auto& s) {
             s.tensors[kGate].channels = 2, as<ConstantStep>(s, kConstant).data = {1, 2};
         },
         "it multiplies 4x2x2 and 2x1x1 to 4x2x2"},
        {[](auto& s) { std::swap(s.steps[kMultiply].inputs[0], s.steps[kMultiply].inputs[1]); },
         "it multiplies 4x1x1 and 4x2x2"},
        {[](auto& s) { as<MultiplyStep>(s, kMultiply).ratio.shift = 0; }, "1 / 2^0; allowed is"},
        {[](auto& s) { as<MultiplyStep>(s, kMultiply).clamp.high = 256; }, "its clamp is 0 to 256"},
        {[](auto& s) { s.steps[kMultiply].inputs.pop_back(); }, "it has 1 inputs instead of 2"},
        {[](auto& s) { as<ConstantStep>(s, kConstant).data.pop_back(); },
         "step \"the constant\" (constant): it has 3 elements, its output is 4x1x1"},
        {[](auto& s) { s.steps[kConstant].inputs = {kInput}; }, "it has 1 inputs instead of 0"},
    });
}

TEST_CASE("Sums of channels that overflow are refused") {
    const TensorInfo wide{"wide", 1 << 30, 1, 1, 0};
    const Step step{"join", ConcatStep{{{}, {}, {}, {}}}, {0, 0, 0, 0}, 1};
    CHECK_THROWS_WITH(Network({{wide, {"out", 1, 1, 1, 0}}, {step}, 0, {1}}, theNumerics()),
                      ContainsSubstring("its inputs have 4294967296 channels, its output 1"));
}

TEST_CASE("Numerics of more than 8 bits are refused") {
    Numerics numerics = theNumerics();
    numerics.outputBits = 9;
    CHECK_THROWS_WITH(Network(goodSpec(), numerics), ContainsSubstring("at most 8 bits"));
    numerics = aslog::test::numericsFor(std::make_shared<SlogElement>(FormatSpec{4, 4, true, 9}),
                                        16, false);
    CHECK_THROWS_WITH(Network(goodSpec(), numerics), ContainsSubstring("at most 8 bits"));
}
