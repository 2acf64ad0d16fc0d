// sinkTransposes() of fold.h.
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/fold.h"
#include "ptq/graph/shapes.h"
#include "ptq/reference/kernels.h"

namespace aslog::ptq {
namespace {

using Permutation = std::vector<std::size_t>;  // output dimension i is input dimension p[i]

Transpose transposeBy(const Permutation& p) {
    Transpose transpose;
    transpose.permutation.assign(p.begin(), p.end());
    return transpose;
}

Permutation inverse(const Permutation& p) {
    Permutation result(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
        result[p[i]] = i;
    }
    return result;
}

FloatTensor transposed(const FloatTensor& tensor, const Permutation& p) {
    const Operator op = transposeBy(p);
    return computeOperator(op, {&tensor}, outputShape(op, {tensor.shape}));
}

template <typename... Ops>
bool isOneOf(const Operator& op) {
    return (std::holds_alternative<Ops>(op) || ...);
}

// Sinks one Transpose by one node at a time.
class Sinker {
  public:
    explicit Sinker(Graph& graph)
        : graph_(graph),
          shapes_(inferShapes(graph, inputShapes(graph, 1))),
          producers_(producers(graph)),
          readers_(readerCounts(graph)) {}

    bool sinkOne() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (becomesReshape(i) || joins(i) || passes(i) || dissolvesInMatrix(i)) {
                return true;
            }
        }
        return false;
    }

  private:
    // Of the Transpose that makes a value.
    std::optional<Permutation> permutationBefore(ValueId id) const {
        if (!producers_[id]) {
            return std::nullopt;
        }
        const Node& node = graph_.nodes[*producers_[id]];
        const auto* transpose = std::get_if<Transpose>(&node.op);
        if (transpose == nullptr) {
            return std::nullopt;
        }
        return permutationOf(*transpose, shapes_[id].size());
    }

    ValueId beforeTranspose(ValueId id) const {
        return graph_.nodes[*producers_[id]].inputs.front();
    }

    // One that moves nothing but sizes of 1 keeps the order of the elements. The batch, of size 1
    // here, counts as a size.
    bool becomesReshape(std::size_t index) {
        Node& node = graph_.nodes[index];
        const auto* transpose = std::get_if<Transpose>(&node.op);
        if (transpose == nullptr) {
            return false;
        }
        const Shape& from = shapes_[node.inputs.front()];
        const Permutation p = permutationOf(*transpose, from.size());
        std::size_t last = 0;
        for (const std::size_t dimension : p) {
            const bool counts = dimension == 0 || from[dimension] != 1;
            if (counts && dimension < last) {
                return false;
            }
            last = counts ? dimension : last;
        }
        if (p.empty() || p.front() != 0) {
            return false;
        }
        Reshape reshape;
        reshape.dims = shapes_[node.output];
        reshape.dims.front() = 0;
        if (reshape.dims.size() == from.size() &&
            std::equal(from.begin() + 1, from.end(), reshape.dims.begin() + 1)) {
            node.op = Identity{};
        } else {
            node.op = reshape;
        }
        return true;
    }

    // Two in a row are one.
    bool joins(std::size_t index) {
        Node& node = graph_.nodes[index];
        const auto* transpose = std::get_if<Transpose>(&node.op);
        const auto before = transpose != nullptr ? permutationBefore(node.inputs.front())
                                                 : std::optional<Permutation>();
        if (!before) {
            return false;
        }
        Permutation both;
        for (const std::size_t dimension : permutationOf(*transpose, before->size())) {
            both.push_back((*before)[dimension]);
        }
        node.inputs.front() = beforeTranspose(node.inputs.front());
        node.op = transposeBy(both);
        return true;
    }

    // The permutation of all inputs that are activations, if it is one; at least one input is.
    std::optional<Permutation> commonPermutation(const Node& node) const {
        std::optional<Permutation> common;
        for (const ValueId id : node.inputs) {
            if (constantOf(graph_, id) != nullptr) {
                continue;
            }
            const auto p = permutationBefore(id);
            if (!p || (common && *common != *p)) {
                return std::nullopt;
            }
            common = p;
        }
        return common;
    }

    // The operator on what was not yet transposed by p; none if it does not allow that.
    static std::optional<Operator> untransposed(const Operator& op, const Permutation& p) {
        const auto axisOf = [&p](std::int64_t axis) {
            return static_cast<std::int64_t>(p[axisIndex(axis, p.size())]);
        };
        if (isOneOf<Relu, Clip, Function, Arithmetic, Variadic, PRelu, Identity, Dropout>(op)) {
            return op;
        }
        if (const auto* concat = std::get_if<Concat>(&op)) {
            return Concat{axisOf(concat->axis)};
        }
        if (const auto* pad = std::get_if<Pad>(&op)) {
            Pad result = *pad;
            for (std::size_t i = 0; i < p.size(); ++i) {
                result.begin[p[i]] = pad->begin[i];
                result.end[p[i]] = pad->end[i];
            }
            return result;
        }
        if (const auto* slice = std::get_if<Slice>(&op)) {
            Slice result = *slice;
            std::ranges::transform(slice->axes, result.axes.begin(), axisOf);
            return result;
        }
        if (const auto* widen = std::get_if<Widen>(&op)) {
            Widen result = *widen;
            for (std::size_t i = 0; i < p.size(); ++i) {
                result.factors[p[i]] = widen->factors[i];
            }
            return result;
        }
        const auto* reduce = std::get_if<Reduce>(&op);
        if (reduce != nullptr && reduce->keepDims) {
            Reduce result = *reduce;
            std::ranges::transform(reduce->axes, result.axes.begin(), axisOf);
            return result;
        }
        return std::nullopt;
    }

    bool passes(std::size_t index) {
        const Node node = graph_.nodes[index];
        if (dropsDimensions(index)) {
            return true;
        }
        const std::optional<Permutation> p = commonPermutation(node);
        if (!p || shapes_[node.output].size() != p->size()) {
            return false;
        }
        std::optional<Operator> op = untransposed(node.op, *p);
        if (!op) {
            return false;
        }
        std::vector<ValueId> inputs;
        for (const ValueId id : node.inputs) {
            inputs.push_back(constantOf(graph_, id) == nullptr ? beforeTranspose(id)
                                                               : constantBefore(node, id, *p));
        }
        const ValueId result = addValue(graph_, node.name + ".untransposed");
        graph_.nodes[index] = {node.name, std::move(*op), std::move(inputs), result};
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                            {node.name + ".transpose", transposeBy(*p), {result}, node.output});
        return true;
    }

    // A Reduce without its dimensions, as one with them and a Reshape.
    bool dropsDimensions(std::size_t index) {
        const Node node = graph_.nodes[index];
        const auto* reduce = std::get_if<Reduce>(&node.op);
        if (reduce == nullptr || reduce->keepDims || !permutationBefore(node.inputs.front()) ||
            shapes_[node.output].empty()) {
            return false;
        }
        Reduce kept = *reduce;
        kept.keepDims = true;
        Reshape reshape;
        reshape.dims = shapes_[node.output];
        const bool keepsBatch =
            std::ranges::none_of(reduce->axes,
                                 [&](std::int64_t axis) {
                                     return axisIndex(axis, shapes_[node.inputs.front()].size()) ==
                                            0;
                                 }) &&
            !reduce->axes.empty();
        if (!keepsBatch) {
            return false;
        }
        reshape.dims.front() = 0;
        const ValueId result = addValue(graph_, node.name + ".kept");
        graph_.nodes[index] = {node.name, kept, node.inputs, result};
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                            {node.name + ".reshape", reshape, {result}, node.output});
        return true;
    }

    // A constant that is broadcast to what p has transposed, as it is broadcast before.
    ValueId constantBefore(const Node& node, ValueId id, const Permutation& p) {
        FloatTensor tensor = *constantOf(graph_, id);
        if (tensor.data.size() == 1) {
            tensor.shape.clear();
        } else {
            tensor.shape.insert(tensor.shape.begin(), p.size() - tensor.shape.size(), 1);
            tensor = transposed(tensor, inverse(p));
        }
        return addConstant(graph_, node.name + ".constant", std::move(tensor));
    }

    // Behind a Flatten it is an order of the columns of the matrices that read it.
    bool dissolvesInMatrix(std::size_t index) {
        const Node flat = graph_.nodes[index];
        if (!isOneOf<Flatten, Reshape>(flat.op) || shapes_[flat.output].size() != 2) {
            return false;
        }
        const std::optional<Permutation> p = permutationBefore(flat.inputs.front());
        if (!p || p->front() != 0 || shapes_[flat.output].front() != 1) {
            return false;
        }
        std::vector<std::size_t> matrices;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (std::ranges::count(graph_.nodes[i].inputs, flat.output) > 0) {
                matrices.push_back(i);
            }
        }
        if (matrices.size() != readers_[flat.output] ||
            !std::ranges::all_of(matrices, [&](std::size_t i) { return takesColumns(i, flat); })) {
            return false;
        }
        // Where column k of the matrix comes to lie: the places of the elements, transposed.
        const ValueId source = beforeTranspose(flat.inputs.front());
        FloatTensor places = filled(shapes_[source], 0);
        std::iota(places.data.begin(), places.data.end(), 0.0F);
        places = transposed(places, *p);
        for (const std::size_t i : matrices) {
            Node& gemm = graph_.nodes[i];
            FloatTensor weights = *constantOf(graph_, gemm.inputs[1]);
            const FloatTensor old = weights;
            const auto columns = static_cast<std::size_t>(old.shape[1]);
            for (std::size_t k = 0; k < old.data.size(); ++k) {
                const auto to = static_cast<std::size_t>(places.data[k % columns]);
                weights.data[k - k % columns + to] = old.data[k];
            }
            gemm.inputs[1] = addConstant(graph_, gemm.name + ".weights", std::move(weights));
        }
        graph_.nodes[index].op = Flatten{1};
        graph_.nodes[index].inputs.front() = source;
        return true;
    }

    // A Gemm in its normal form, of a matrix that floats can number the columns of.
    bool takesColumns(std::size_t index, const Node& flat) const {
        const Node& node = graph_.nodes[index];
        const auto* gemm = std::get_if<Gemm>(&node.op);
        const FloatTensor* weights = gemm != nullptr ? constantOf(graph_, node.inputs[1]) : nullptr;
        return weights != nullptr && node.inputs.front() == flat.output && !gemm->transA &&
               gemm->transB && weights->shape[1] < (std::int64_t{1} << 24);
    }

    Graph& graph_;
    std::vector<Shape> shapes_;
    std::vector<std::optional<std::size_t>> producers_;
    std::vector<std::size_t> readers_;
};

}  // namespace

bool sinkTransposes(Graph& graph) {
    bool changed = false;
    while (std::ranges::any_of(
               graph.nodes,
               [](const Node& node) { return std::holds_alternative<Transpose>(node.op); }) &&
           Sinker(graph).sinkOne()) {
        changed = true;
    }
    return changed;
}

}  // namespace aslog::ptq
