#include "tests/ptq/evaluate/two_pixels.h"

#include "support/file.h"
#include "support/json_file.h"
#include "tests/ptq/onnx/model_builder.h"

namespace aslog::test {
namespace {

constexpr int kPixels = 2;
constexpr int kInputZero = 10;
constexpr int kOutputZero = 20;

int pixelOf(int index) {
    return 7 * index % 31;
}

}  // namespace

float inputOf(int index) {
    return static_cast<float>((pixelOf(index) * 0.5 - 5) / 5);
}

data::Dataset twoPixelImages(const tests::TemporaryFolder& folder) {
    std::string idx("\0\0\x8\3\0\0\0\x14\0\0\0\1\0\0\0\2", 16);
    for (int i = 0; i < kTwoPixelImages * kPixels; ++i) {
        idx += static_cast<char>(pixelOf(i));
    }
    support::writeFile(folder / "images.idx", idx);
    support::writeJson(folder / "set.json", {{"name", "pixels"},
                                             {"kind", "idx"},
                                             {"images", "images.idx"},
                                             {"channels", "grey"},
                                             {"scale", 0.5},
                                             {"mean", {5}},
                                             {"deviation", {5}}});
    return data::readDataset(folder / "set.json", folder.path(), data::Answers::Hidden);
}

ptq::Graph floatNetwork(std::int64_t channels) {
    ModelBuilder model;
    model.input("x", {-1, 1, 1, kPixels}).output("z");
    model.constant("w", ptq::filled({channels, 1, 1, 1}, 2));
    model.constant("b", ptq::filled({channels}, 1));
    model.node("Conv", {"x", "w", "b"}, "y");
    model.node("Relu", {"y"}, "z");
    return model.graph();
}

ptq::QuantisedNetwork integerNetwork(const std::string& middleName) {
    ptq::NumberFormat format;
    format.numerics.maxTaps = 1;
    const golden::Numerics numerics = ptq::numericsOf(format);
    golden::ConvLayer layer;
    layer.inputZeroPoint = kInputZero;
    layer.codes = {numerics.element->encodeValue(1)};
    layer.channels = {{0, {}, 1 << 15, 15}};
    layer.channels[0].bias = golden::zeroPointTerm(layer, numerics, 0) + 1;
    layer.offsets = {kOutputZero};
    layer.clamp = {0, 255};
    golden::NetworkSpec spec;
    spec.tensors = {{"x", 1, 1, kPixels, kInputZero},
                    {middleName, 1, 1, kPixels, kOutputZero},
                    {"z", 1, 1, kPixels, kOutputZero}};
    spec.steps = {{"conv", golden::ConvStep{{layer}, {}}, {0}, 1},
                  {"relu", golden::ClampStep{{kOutputZero, 255}}, {1}, 2}};
    spec.outputs = {2};
    return {format, golden::Network(spec, numerics), {0.5, 1, 1}};
}

}  // namespace aslog::test
