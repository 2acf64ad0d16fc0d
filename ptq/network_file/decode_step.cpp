#include "ptq/network_file/decode_step.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/network_file/layout.h"

namespace aslog::ptq {
namespace {

using golden::Operation;

constexpr int kMaxActivation = 255;

golden::Ratio ratioOf(const JsonValue& json) {
    const std::vector<JsonValue> pair = json.elements(2, 2);
    const auto largest = static_cast<std::int64_t>(golden::lowMask(golden::kRatioBits));
    return {static_cast<std::uint64_t>(pair[0].integer(0, largest)),
            pair[1].smallInteger(1, golden::kRatioShiftMax)};
}

std::vector<golden::Ratio> ratiosOf(const JsonValue& json) {
    std::vector<golden::Ratio> ratios;
    for (const JsonValue& ratio : json.elements(1, std::size_t{1} << 24U)) {
        ratios.push_back(ratioOf(ratio));
    }
    return ratios;
}

golden::ClampRange clampOf(const JsonValue& json) {
    const std::vector<JsonValue> ends = json.elements(2, 2);
    const int low = ends[0].smallInteger(0, kMaxActivation);
    return {static_cast<std::uint32_t>(low),
            static_cast<std::uint32_t>(ends[1].smallInteger(low, kMaxActivation))};
}

template <std::size_t Count>
std::array<int, Count> integersOf(const JsonValue& json, int low, int high) {
    const std::vector<JsonValue> values = json.elements(Count, Count);
    std::array<int, Count> integers{};
    std::transform(values.begin(), values.end(), integers.begin(),
                   [&](const JsonValue& value) { return value.smallInteger(low, high); });
    return integers;
}

// ConvGeometry and PoolWindow name these fields alike.
template <typename Window>
void readWindow(const JsonValue& json, Window& window) {
    json.requireMembers({"kernel", "stride", "padding", "dilation"});
    const auto kernel = integersOf<2>(json["kernel"], 1, kMaxWindow);
    const auto stride = integersOf<2>(json["stride"], 1, kMaxWindow);
    const auto padding = integersOf<4>(json["padding"], 0, kMaxWindow);
    const auto dilation = integersOf<2>(json["dilation"], 1, kMaxWindow);
    window.kernelHeight = kernel[0];
    window.kernelWidth = kernel[1];
    window.strideY = stride[0];
    window.strideX = stride[1];
    window.padTop = padding[0];
    window.padBottom = padding[1];
    window.padLeft = padding[2];
    window.padRight = padding[3];
    window.dilationY = dilation[0];
    window.dilationX = dilation[1];
}

golden::PoolWindow windowOf(const JsonValue& json) {
    golden::PoolWindow window;
    readWindow(json, window);
    return window;
}

// A tensor of the file with the range that its elements must have.
class Integers {
  public:
    Integers(std::string name, const StoredTensor& tensor, std::int64_t low, std::int64_t high)
        : name_(std::move(name)), tensor_(tensor), low_(low), high_(high) {}

    std::int64_t operator[](std::size_t index) const {
        const std::int64_t value = tensor_.at(index);
        if (value < low_ || value > high_) {
            failAt(fmt::format("tensor \"{}\", element {}", name_, index), std::to_string(value),
                   fmt::format("{} to {}", low_, high_));
        }
        return value;
    }

  private:
    std::string name_;
    const StoredTensor& tensor_;
    std::int64_t low_;
    std::int64_t high_;
};

// The groups of one convolution; sizes and tensors are checked before anything is allocated.
class ConvDecoder {
  public:
    ConvDecoder(const JsonValue& json, const StepPlace& place, const golden::Step& step,
                TensorSource& source)
        : json_(json), place_(place), source_(source) {
        const golden::TensorInfo& output = place.tensors[step.output];
        const golden::TensorInfo& input = place.tensors[step.inputs.front()];
        const JsonValue groups = json["groups"];
        groups_ = groups.smallInteger(1, kMaxGroups);
        if (input.channels % groups_ != 0 || output.channels % groups_ != 0) {
            groups.fail(
                fmt::format("a divisor of the {} channels that go in and the {} that come "
                            "out",
                            input.channels, output.channels));
        }
        layer_.geometry.inputChannels = input.channels / groups_;
        layer_.geometry.outputChannels = output.channels / groups_;
        readWindow(json["window"], layer_.geometry);
        layer_.inputZeroPoint = input.zeroPoint;
        layer_.clamp = clampOf(json["clamp"]);
        outputs_ = static_cast<std::uint64_t>(output.channels);
        offset_ = output.zeroPoint;
    }

    std::vector<golden::ConvLayer> run() {
        const golden::ConvGeometry& g = layer_.geometry;
        const auto size = [](int n) { return static_cast<std::uint64_t>(n); };
        const Integers codes = integers(
            "codes", codeType(*place_.numerics.element),
            {outputs_, size(g.inputChannels), size(g.kernelHeight), size(g.kernelWidth)}, 0,
            static_cast<std::int64_t>(golden::lowMask(place_.numerics.element->weightBits())));
        const std::vector<golden::ChannelParameters> channels = parameters();
        std::vector<golden::ConvLayer> groups(static_cast<std::size_t>(groups_), layer_);
        const auto perGroup = static_cast<std::size_t>(g.outputChannels);
        const std::size_t codesPerGroup = perGroup * static_cast<std::size_t>(g.taps());
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const auto first = channels.begin() + static_cast<std::ptrdiff_t>(i * perGroup);
            groups[i].channels.assign(first, first + g.outputChannels);
            groups[i].offsets.assign(perGroup, offset_);
            groups[i].codes.reserve(codesPerGroup);
            for (std::size_t k = i * codesPerGroup; k < (i + 1) * codesPerGroup; ++k) {
                groups[i].codes.push_back(golden::Code{static_cast<std::uint32_t>(codes[k])});
            }
        }
        return groups;
    }

  private:
    Integers integers(const char* what, Dtype dtype, const std::vector<std::uint64_t>& shape,
                      std::int64_t low, std::int64_t high) {
        const std::string name = tensorName(place_.variant, place_.index, what);
        return {name, source_.take(name, dtype, shape), low, high};
    }

    std::vector<golden::ChannelParameters> parameters() {
        const golden::Numerics& n = place_.numerics;
        const Integers bias = integers("bias", Dtype::I64, {outputs_}, INT64_MIN, INT64_MAX);
        const Integers scale = integers("scale", Dtype::I64, {outputs_}, 0,
                                        static_cast<std::int64_t>(golden::lowMask(n.scaleBits)));
        const Integers shift = integers("shift", Dtype::U8, {outputs_}, n.shiftMin, n.shiftMax);
        std::vector<golden::ChannelParameters> channels(outputs_);
        for (std::size_t c = 0; c < outputs_; ++c) {
            channels[c].bias = bias[c];
            channels[c].scale = static_cast<std::uint64_t>(scale[c]);
            channels[c].shift = static_cast<int>(shift[c]);
        }
        if (n.muFormat) {
            const Integers mu =
                integers("mu", Dtype::U8, {outputs_}, 0,
                         static_cast<std::int64_t>(golden::lowMask(n.muFormat->weightBits())));
            for (std::size_t c = 0; c < outputs_; ++c) {
                channels[c].mu = golden::Code{static_cast<std::uint32_t>(mu[c])};
            }
        }
        return channels;
    }

    const JsonValue& json_;
    const StepPlace& place_;
    TensorSource& source_;
    int groups_ = 1;
    golden::ConvLayer layer_;  // what the groups share
    std::uint64_t outputs_ = 0;
    std::int64_t offset_ = 0;
};

// Reads the members of one operation.
struct Reading {
    const JsonValue& json;
    const StepPlace& place;
    const golden::Step& step;
    TensorSource& source;
};

Operation readConv(const Reading& r) {
    golden::ConvStep conv;
    conv.groups = ConvDecoder(r.json, r.place, r.step, r.source).run();
    if (r.step.inputs.size() == 2) {
        conv.residual = ratioOf(r.json["residual"]);
    }
    return conv;
}

Operation readAdd(const Reading& r) {
    golden::AddStep add;
    const std::vector<JsonValue> scales = r.json["scales"].elements(2, 2);
    const auto largest = static_cast<std::int64_t>(golden::lowMask(golden::kRatioBits));
    for (std::size_t i = 0; i < 2; ++i) {
        add.scales.at(i) = static_cast<std::uint64_t>(scales[i].integer(0, largest));
    }
    add.shift = r.json["shift"].smallInteger(1, golden::kRatioShiftMax);
    add.clamp = clampOf(r.json["clamp"]);
    return add;
}

Operation readMultiply(const Reading& r) {
    return golden::MultiplyStep{ratioOf(r.json["ratio"]), clampOf(r.json["clamp"])};
}

Operation readMaxPool(const Reading& r) {
    return golden::MaxPoolStep{windowOf(r.json["window"])};
}

Operation readAveragePool(const Reading& r) {
    return golden::AveragePoolStep{windowOf(r.json["window"]), r.json["counts_padding"].boolean(),
                                   ratiosOf(r.json["ratios"]), clampOf(r.json["clamp"])};
}

Operation readConcat(const Reading& r) {
    return golden::ConcatStep{ratiosOf(r.json["ratios"])};
}

Operation readPad(const Reading& r) {
    const auto before = integersOf<3>(r.json["before"], 0, kMaxSide);
    return golden::PadStep{before[0], before[1], before[2]};
}

Operation readSlice(const Reading& r) {
    return golden::SliceStep{integersOf<3>(r.json["starts"], 0, kMaxSide),
                             integersOf<3>(r.json["steps"], 1, kMaxSide)};
}

Operation readWiden(const Reading& r) {
    return golden::WidenStep{integersOf<2>(r.json["factors"], 1, kMaxSide),
                             r.json["repeats"].boolean()};
}

Operation readTranspose(const Reading& r) {
    golden::TransposeStep step;
    for (const JsonValue& size : r.json["sizes"].elements(1, golden::kMostDimensions)) {
        step.sizes.push_back(size.smallInteger(1, kMaxSide));
    }
    const std::size_t rank = step.sizes.size();
    for (const JsonValue& place : r.json["order"].elements(rank, rank)) {
        step.order.push_back(place.smallInteger(0, static_cast<int>(rank) - 1));
    }
    return step;
}

Operation readConstant(const Reading& r) {
    const golden::TensorInfo& output = r.place.tensors[r.step.output];
    const auto size = [](int n) { return static_cast<std::uint64_t>(n); };
    const StoredTensor& values =
        r.source.take(tensorName(r.place.variant, r.place.index, "values"), Dtype::U8,
                      {size(output.channels), size(output.height), size(output.width)});
    golden::ConstantStep step;
    step.data.resize(output.size());
    for (std::size_t i = 0; i < step.data.size(); ++i) {
        step.data[i] = static_cast<std::uint8_t>(values.at(i));
    }
    return step;
}

Operation readReshape(const Reading& /*r*/) {
    return golden::ReshapeStep{};
}

Operation readClamp(const Reading& r) {
    return golden::ClampStep{clampOf(r.json["clamp"])};
}

Operation readTable(const Reading& r) {
    golden::TableStep step;
    const auto entries = std::size_t{r.place.numerics.element->activationMax()} + 1;
    const auto channels = static_cast<std::size_t>(r.place.tensors[r.step.output].channels);
    for (const JsonValue& table : r.json["tables"].elements(1, channels)) {
        std::vector<std::uint8_t>& values = step.tables.emplace_back();
        for (const JsonValue& value : table.elements(entries, entries)) {
            values.push_back(static_cast<std::uint8_t>(value.smallInteger(0, kMaxActivation)));
        }
    }
    return step;
}

struct OperationRow {
    const char* name;
    std::vector<std::string> members;  // besides those of every step
    std::size_t leastInputs;
    std::size_t mostInputs;
    Operation (*read)(const Reading&);
};

const std::vector<OperationRow>& operations() {
    static const std::vector<OperationRow> rows{
        {golden::ConvStep::kName, {"groups", "window", "clamp"}, 1, 2, readConv},
        {golden::AddStep::kName, {"scales", "shift", "clamp"}, 2, 2, readAdd},
        {golden::MultiplyStep::kName, {"ratio", "clamp"}, 2, 2, readMultiply},
        {golden::MaxPoolStep::kName, {"window"}, 1, 1, readMaxPool},
        {golden::AveragePoolStep::kName,
         {"window", "counts_padding", "ratios", "clamp"},
         1,
         1,
         readAveragePool},
        {golden::ConcatStep::kName, {"ratios"}, 1, kMaxInputs, readConcat},
        {golden::PadStep::kName, {"before"}, 1, 1, readPad},
        {golden::SliceStep::kName, {"starts", "steps"}, 1, 1, readSlice},
        {golden::WidenStep::kName, {"factors", "repeats"}, 1, 1, readWiden},
        {golden::TransposeStep::kName, {"sizes", "order"}, 1, 1, readTranspose},
        {golden::ReshapeStep::kName, {}, 1, 1, readReshape},
        {golden::ClampStep::kName, {"clamp"}, 1, 1, readClamp},
        {golden::TableStep::kName, {"tables"}, 1, 1, readTable},
        {golden::ConstantStep::kName, {}, 0, 0, readConstant},
    };
    return rows;
}

const OperationRow& rowOf(const JsonValue& operation) {
    const std::string name = operation.text(kMaxNameBytes);
    std::vector<std::string> names;
    for (const OperationRow& row : operations()) {
        if (name == row.name) {
            return row;
        }
        names.emplace_back(row.name);
    }
    operation.fail(fmt::format("one of: {}", fmt::join(names, ", ")));
}

}  // namespace

golden::Step decodeStep(const JsonValue& json, const StepPlace& place, TensorSource& source) {
    const OperationRow& row = rowOf(json["operation"]);
    golden::Step step;
    const auto largestId = static_cast<std::int64_t>(place.tensors.size()) - 1;
    for (const JsonValue& id : json["inputs"].elements(row.leastInputs, row.mostInputs)) {
        step.inputs.push_back(static_cast<golden::TensorId>(id.integer(0, largestId)));
    }
    std::vector<std::string> members{"name", "operation", "inputs", "output"};
    members.insert(members.end(), row.members.begin(), row.members.end());
    if (row.read == readConv && step.inputs.size() == 2) {
        members.emplace_back("residual");
    }
    json.requireMembers(members);
    step.name = json["name"].text(kMaxNameBytes);
    step.output = static_cast<golden::TensorId>(json["output"].integer(0, largestId));
    step.operation = row.read({json, place, step, source});
    return step;
}

}  // namespace aslog::ptq
