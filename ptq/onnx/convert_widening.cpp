// Operators that make a map larger by repetition, or turn blocks of it into channels and back.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "ptq/graph/shapes.h"
#include "ptq/onnx/converters.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using support::InputError;

// Which place of the input an output place falls on, before rounding. `factor` is whole.
using Place = double (*)(double at, double factor, double input);

const std::map<std::string, Place>& places() {
    static const std::map<std::string, Place> table = {
        {"asymmetric", [](double at, double factor, double /*input*/) { return at / factor; }},
        {"half_pixel",
         [](double at, double factor, double /*input*/) { return (at + 0.5) / factor - 0.5; }},
        // By a whole factor nothing is cut off that this one would make up for.
        {"half_pixel_symmetric",
         [](double at, double factor, double /*input*/) { return (at + 0.5) / factor - 0.5; }},
        {"pytorch_half_pixel",
         [](double at, double factor, double input) {
             return factor * input > 1 ? (at + 0.5) / factor - 0.5 : 0.0;
         }},
        {"tf_half_pixel_for_nn",
         [](double at, double factor, double /*input*/) { return (at + 0.5) / factor; }},
        {"align_corners",
         [](double at, double factor, double input) {
             return input > 1 ? at * (input - 1) / (factor * input - 1) : 0.0;
         }},
    };
    return table;
}

using Rounding = double (*)(double);

const std::map<std::string, Rounding>& roundings() {
    static const std::map<std::string, Rounding> table = {
        {"round_prefer_floor", [](double x) { return std::ceil(x - 0.5); }},
        {"round_prefer_ceil", [](double x) { return std::floor(x + 0.5); }},
        {"floor", [](double x) { return std::floor(x); }},
        {"ceil", [](double x) { return std::ceil(x); }},
    };
    return table;
}

template <typename Table>
const typename Table::mapped_type& choose(const Table& table, const std::string& what,
                                          const std::string& name) {
    const auto found = table.find(name);
    if (found == table.end()) {
        std::string allowed;
        for (const auto& [key, value] : table) {
            allowed += (allowed.empty() ? "" : ", ") + key;
        }
        throw InputError(fmt::format("{}: found \"{}\", allowed: {}", what, name, allowed));
    }
    return found->second;
}

// Modes differ in which element is the nearest; with whole factors most repeat each one in turn.
void requireRepetition(std::int64_t input, std::int64_t factor, const std::string& mode,
                       const std::string& nearest) {
    const Place place = choose(places(), "coordinate_transformation_mode", mode);
    const Rounding rounding = choose(roundings(), "nearest_mode", nearest);
    // No map that could be run is larger; the limit keeps a wild size from taking long.
    const std::int64_t count = std::min<std::int64_t>(input * factor, std::int64_t{1} << 20);
    for (std::int64_t at = 0; at < count; ++at) {
        const double from = rounding(place(static_cast<double>(at), static_cast<double>(factor),
                                           static_cast<double>(input)));
        const double last = static_cast<double>(input - 1);
        const std::int64_t wanted = at / factor;
        if (std::clamp(from, 0.0, last) != static_cast<double>(wanted)) {
            throw InputError(fmt::format(
                "coordinate_transformation_mode {} with nearest_mode {} does not repeat each of {} "
                "elements {} times; asymmetric with floor, or half_pixel with round_prefer_floor, "
                "does",
                mode, nearest, input, factor));
        }
    }
}

std::int64_t wholeFactor(double scale) {
    if (!(scale >= 1) || scale > static_cast<double>(kMaxElements) || scale != std::floor(scale)) {
        throw InputError(fmt::format(
            "a map is scaled by {}; only whole factors, which repeat elements, are supported",
            scale));
    }
    return static_cast<std::int64_t>(scale);
}

// The numbers of `scales`; none if the input is left out or empty.
std::vector<float> scalesOf(const Source& source, std::size_t index) {
    const FileConstant* found = source.constant(index, "scales");
    const auto* tensor = found != nullptr ? std::get_if<FloatTensor>(found) : nullptr;
    if (found != nullptr && (tensor == nullptr || tensor->shape.size() != 1)) {
        throw InputError("scales must be a list of floats");
    }
    return tensor != nullptr ? tensor->data : std::vector<float>{};
}

// One factor for each axis that is named; of the others 1.
Shape spread(const Shape& factors, const Shape& axes, std::size_t rank) {
    if (axes.empty() ? factors.size() != rank : factors.size() != axes.size()) {
        throw InputError(fmt::format("found {} scales or sizes for {} dimensions", factors.size(),
                                     axes.empty() ? rank : axes.size()));
    }
    if (axes.empty()) {
        return factors;
    }
    Shape all(rank, 1);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        all[axisIndex(axes[i], rank)] = factors[i];
    }
    return all;
}

Shape factorsOfScales(const std::vector<float>& scales) {
    Shape factors;
    std::transform(scales.begin(), scales.end(), std::back_inserter(factors),
                   [](float scale) { return wholeFactor(scale); });
    return factors;
}

// A size that depends on the batch is that of the batch.
Shape factorsOfSizes(const BatchShape& sizes, const BatchShape& input, const Shape& axes) {
    Shape factors;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (axes.empty() && i >= input.size()) {
            throw InputError(fmt::format("sizes {} for an input {}", batchShapeText(sizes),
                                         batchShapeText(input)));
        }
        const BatchNumber& from = input[axes.empty() ? i : axisIndex(axes[i], input.size())];
        if (sizes[i] == from) {
            factors.push_back(1);
            continue;
        }
        if (dependsOnBatch({sizes[i], from})) {
            throw InputError(fmt::format(
                "sizes {} of an input {}: only the batch itself may depend on the batch; where "
                "they "
                "have a number for it, export the model with this number, or give it with --shape",
                batchShapeText(sizes), batchShapeText(input)));
        }
        const Shape two = fixedNumbers({sizes[i], from}, "sizes");
        factors.push_back(wholeFactor(static_cast<double>(two[0]) /
                                      static_cast<double>(std::max<std::int64_t>(two[1], 1))));
    }
    return factors;
}

void requireNearest(Attributes& attributes) {
    const std::string mode = attributes.text("mode", "nearest");
    if (mode != "nearest") {
        throw InputError(fmt::format(
            "mode: found \"{}\", allowed: nearest; export the model with nearest resizing, or "
            "with a ConvTranspose of fixed weights",
            mode));
    }
}

ConvertedNode widened(const Shape& factors) {
    if (!factors.empty() && factors.front() != 1) {
        throw InputError("the batch is scaled");
    }
    if (std::ranges::all_of(factors, [](std::int64_t factor) { return factor == 1; })) {
        return withFirstInput(Identity{});
    }
    return withFirstInput(Widen{Widen::Kind::Resize, factors});
}

ConvertedNode convertResize(Source& source) {
    Attributes& a = source.attributes;
    requireNearest(a);
    for (const char* name : {"cubic_coeff_a", "exclude_outside", "extrapolation_value"}) {
        a.ignore(name);  // of other modes
    }
    const bool isOld = !source.since(11);
    const std::string mode =
        a.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel");
    const std::string nearest = a.text("nearest_mode", isOld ? "floor" : "round_prefer_floor");
    if (a.flag("antialias", false)) {
        throw InputError("antialias 1 is not supported");
    }
    if (a.text("keep_aspect_ratio_policy", "stretch") != "stretch") {
        throw InputError("keep_aspect_ratio_policy: only stretch is supported");
    }
    const Shape axes = a.integers("axes");
    const BatchShape input = source.shapeOf(0);
    const std::vector<float> scales = scalesOf(source, isOld ? 1 : 2);
    Shape factors;
    if (!scales.empty()) {
        factors = factorsOfScales(scales);
    } else if (!isOld && source.hasInput(3)) {
        factors = factorsOfSizes(source.targetShape(3, "sizes"), input, axes);
    } else {
        throw InputError("neither scales nor sizes are given");
    }
    factors = spread(factors, axes, input.size());
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (factors[i] != 1) {
            requireRepetition(fixedNumbers({input[i]}, "a size that is scaled")[0], factors[i],
                              mode, nearest);
        }
    }
    return widened(factors);
}

// The Resize of opset 9 and before.
ConvertedNode convertUpsample(Source& source) {
    requireNearest(source.attributes);
    std::vector<float> scales;
    if (source.since(9)) {
        scales = scalesOf(source, 1);
    } else if (const auto* list = source.attributes.find("scales", onnx::AttributeProto::FLOATS)) {
        scales.assign(list->floats().begin(), list->floats().end());
    }
    return widened(spread(factorsOfScales(scales), {}, source.shapeOf(0).size()));
}

// Sizes of 1 that are repeated.
ConvertedNode convertExpand(Source& source) {
    const BatchShape input = source.shapeOf(0);
    const BatchShape target = source.targetShape(1, "shape");
    if (target.size() > input.size()) {
        throw InputError(fmt::format("it gives {} the dimensions of {}; as many are needed",
                                     batchShapeText(input), batchShapeText(target)));
    }
    const std::size_t offset = input.size() - target.size();
    Shape factors(input.size(), 1);
    for (std::size_t i = 0; i < target.size(); ++i) {
        const BatchNumber& from = input[offset + i];
        if (target[i] != from && target[i] != BatchNumber(1)) {
            const Shape two = fixedNumbers({from, target[i]}, "shape");
            if (two[0] != 1 || two[1] < 1) {
                throw InputError(fmt::format("{} cannot be expanded to {}", batchShapeText(input),
                                             batchShapeText(target)));
            }
            factors[offset + i] = two[1];
        }
    }
    return widened(factors);
}

// Channels, height and width of the input, and the size of a block.
std::array<std::int64_t, 4> blocksOf(Source& source) {
    const std::int64_t block = source.attributes.integer("blocksize", 0);
    BatchShape shape = source.shapeOf(0);
    if (shape.size() != 4 || block < 1 || block > kMaxElements) {
        throw InputError(fmt::format(
            "blocksize {} for an input {}; a whole number above 0 and four dimensions are needed",
            block, batchShapeText(shape)));
    }
    shape.erase(shape.begin());
    const Shape sizes = fixedNumbers(shape, "the input's sizes");
    return {sizes[0], sizes[1], sizes[2], block};
}

ConvertedNode convertDepthToSpace(Source& source) {
    const auto [channels, height, width, block] = blocksOf(source);
    const std::string mode = source.attributes.text("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") {
        throw InputError(fmt::format("mode: found \"{}\", allowed: DCR, CRD", mode));
    }
    const std::int64_t depth = channels / block / block;
    if (depth * block * block != channels) {
        throw InputError(
            fmt::format("{} channels are no multiple of {} * {}", channels, block, block));
    }
    const Shape dims = {0, depth, height * block, width * block};
    if (mode == "DCR") {
        return withFirstInput(
            Rearrange{{0, block, block, depth, height, width}, {0, 3, 4, 1, 5, 2}, dims});
    }
    return withFirstInput(
        Rearrange{{0, depth, block, block, height, width}, {0, 1, 4, 2, 5, 3}, dims});
}

ConvertedNode convertSpaceToDepth(Source& source) {
    const auto [channels, height, width, block] = blocksOf(source);
    if (height % block != 0 || width % block != 0) {
        throw InputError(
            fmt::format("a plane of {} x {} has no whole blocks of {}", height, width, block));
    }
    return withFirstInput(Rearrange{{0, channels, height / block, block, width / block, block},
                                    {0, 3, 5, 1, 2, 4},
                                    {0, channels * block * block, height / block, width / block}});
}

}  // namespace

const Converters& wideningConverters() {
    static const Converters table = {
        {"DepthToSpace", convertDepthToSpace},
        {"Expand", convertExpand},
        {"Resize", convertResize},
        {"SpaceToDepth", convertSpaceToDepth},
        {"Upsample", convertUpsample},
    };
    return table;
}

}  // namespace aslog::ptq
