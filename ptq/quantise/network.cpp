#include "ptq/quantise/network.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace aslog::ptq {

golden::Tensor QuantisedNetwork::quantiseImage(std::span<const float> image) const {
    const golden::TensorId id = network.spec().input;
    const golden::TensorInfo& info = network.spec().tensors[id];
    if (image.size() != info.size()) {
        throw std::invalid_argument(fmt::format("the network takes {} numbers an image, found {}",
                                                info.size(), image.size()));
    }
    const ActivationScale scale{scales[id], info.zeroPoint};
    const int top = largestActivation(network.numerics());
    golden::Tensor tensor{info.channels, info.height, info.width, {}};
    tensor.data.resize(image.size());
    std::transform(image.begin(), image.end(), tensor.data.begin(), [&](float x) {
        return static_cast<std::uint8_t>(quantiseActivation(x, scale, top));
    });
    return tensor;
}

std::vector<float> QuantisedNetwork::dequantise(golden::TensorId id,
                                                const golden::Tensor& tensor) const {
    const int zeroPoint = network.spec().tensors[id].zeroPoint;
    std::vector<float> values(tensor.data.size());
    std::transform(tensor.data.begin(), tensor.data.end(), values.begin(), [&](std::uint8_t q) {
        return static_cast<float>(scales[id] * (q - zeroPoint));
    });
    return values;
}

std::vector<float> QuantisedNetwork::answer(const std::vector<golden::Tensor>& outputs) const {
    const std::vector<std::int64_t> answer = network.answer(outputs);
    std::vector<float> values;
    values.reserve(answer.size());
    for (const golden::TensorId id : network.spec().outputs) {
        const golden::TensorInfo& info = network.spec().tensors[id];
        const auto channels = static_cast<std::size_t>(info.channels);
        const std::size_t count = network.spec().sumsPlanes ? channels : info.size();
        const double scale =
            scales[id] * static_cast<double>(count) / static_cast<double>(info.size());
        for (std::size_t i = 0; i < count; ++i) {
            values.push_back(
                static_cast<float>(scale * static_cast<double>(answer[values.size()])));
        }
    }
    return values;
}

std::vector<float> QuantisedNetwork::run(std::span<const float> image) const {
    return answer(network.run(quantiseImage(image)));
}

}  // namespace aslog::ptq
