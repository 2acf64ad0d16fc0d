#include "ptq/graph/image_input.h"

#include <optional>
#include <utility>
#include <vector>

namespace aslog::ptq {
namespace {

// What makes the input's shape, without the batch, of an image; nullopt if nothing does.
std::optional<std::vector<Operator>> operatorsFor(const Shape& shape, std::int64_t channels,
                                                  std::int64_t height, std::int64_t width) {
    if (shape == Shape{channels, height, width}) {
        return std::vector<Operator>{};
    }
    if (shape == Shape{height, width, channels}) {
        return std::vector<Operator>{Transpose{{0, 2, 3, 1}}};
    }
    if (shape == Shape{channels * height * width}) {
        return std::vector<Operator>{Flatten{1}};
    }
    if (shape == Shape{channels, width} && height == 1) {
        return std::vector<Operator>{Squeeze{{2}}};
    }
    if (shape == Shape{height, width} && channels == 1) {
        return std::vector<Operator>{Squeeze{{1}}};
    }
    if (shape == Shape{width, channels} && height == 1) {
        return std::vector<Operator>{Squeeze{{2}}, Transpose{{0, 2, 1}}};
    }
    return std::nullopt;
}

}  // namespace

ImageLayout imageLayoutOf(const Shape& input) {
    const auto isColours = [](std::int64_t size) { return size == 1 || size == 3; };
    if (input.size() == 4) {
        return isColours(input[3]) && !isColours(input[1])
                   ? ImageLayout{"NHWC", input[3], input[1], input[2]}
                   : ImageLayout{"NCHW", input[1], input[2], input[3]};
    }
    if (input.size() == 3) {
        return {"NHW", 1, input[1], input[2]};
    }
    return {input.size() == 2 ? "NK" : "", 0, 0, 0};
}

bool acceptImages(Graph& graph, std::int64_t channels, std::int64_t height, std::int64_t width) {
    GraphInput& input = graph.inputs.front();
    if (input.shape.empty()) {
        return false;
    }
    const Shape shape(input.shape.begin() + 1, input.shape.end());
    const auto operators = operatorsFor(shape, channels, height, width);
    if (!operators) {
        return false;
    }
    const ValueId original = input.value;
    const std::string name = graph.values[original].name;
    std::vector<Node> added;
    for (std::size_t i = 0; i < operators->size(); ++i) {
        const ValueId from = addValue(graph, name + ".image");
        if (i == 0) {
            input.value = from;
            input.shape = {input.shape.front(), channels, height, width};
        } else {
            added.back().output = from;
        }
        added.push_back({graph.values[from].name, (*operators)[i], {from}, original});
    }
    graph.nodes.insert(graph.nodes.begin(), added.begin(), added.end());
    return true;
}

}  // namespace aslog::ptq
