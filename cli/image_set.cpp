#include "cli/image_set.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ptq/data/descriptor.h"
#include "ptq/data/image_file.h"
#include "ptq/data/picture_folder.h"
#include "ptq/graph/image_input.h"
#include "support/error.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using data::ChannelOrder;
using support::InputError;
using support::Json;

constexpr double kLargestPixel = 255;

// Numbers with commas between; nullopt if the text is anything else.
std::optional<std::vector<double>> numbersOf(const std::string& text) {
    std::vector<double> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        double number = 0;
        const auto [rest, error] = std::from_chars(at, end, number);
        if (error != std::errc() || !std::isfinite(number)) {
            return std::nullopt;
        }
        numbers.push_back(number);
        if (rest == end) {
            return numbers;
        }
        if (*rest != ',') {
            return std::nullopt;
        }
        at = rest + 1;
    }
}

// One number a channel. `isLegal`: of each of them.
std::vector<double> channelNumbers(const char* option, const std::string& text,
                                   const data::Descriptor& pictures,
                                   const std::function<bool(double)>& isLegal, const char* what) {
    const bool isGrey = pictures.channels == ChannelOrder::Grey;
    auto numbers = numbersOf(text);
    if (!numbers || numbers->size() != (isGrey ? 1U : 3U) ||
        !std::ranges::all_of(*numbers, isLegal)) {
        throw InputError(fmt::format("{}: found \"{}\", allowed: {}{}", option, text,
                                     isGrey ? "one number" : "three numbers as R,G,B", what));
    }
    if (pictures.channels == ChannelOrder::Bgr) {
        std::ranges::reverse(*numbers);  // the option has red first, the descriptor the network's
    }
    return *numbers;
}

// Sets what becomes of a pixel. The words for it, which stand in the provenance.
std::string setScaling(const ImageSetOptions& options, data::Descriptor& pictures) {
    const std::size_t count = pictures.channels == ChannelOrder::Grey ? 1 : 3;
    pictures.scale = 1 / kLargestPixel;
    pictures.mean.assign(count, 0);
    pictures.deviation.assign(count, 1);
    if (!options.range.empty()) {
        if (!options.mean.empty() || !options.deviation.empty()) {
            throw InputError("--range and --mean or --std exclude each other; give one of them");
        }
        const auto range = numbersOf(options.range);
        if (!range || range->size() != 2 || range->front() >= range->back()) {
            throw InputError(
                fmt::format("--range: found \"{}\", allowed: LOW,HIGH with LOW below "
                            "HIGH, as -1,1; with = between: --range=-1,1",
                            options.range));
        }
        pictures.scale = (range->back() - range->front()) / kLargestPixel;
        pictures.mean.assign(count, -range->front());
        return fmt::format("pixel 0..255 to {}..{}", range->front(), range->back());
    }
    if (options.mean.empty() && options.deviation.empty()) {
        return "pixel/255, assumed";
    }
    if (!options.mean.empty()) {
        pictures.mean = channelNumbers(
            "--mean", options.mean, pictures, [](double) { return true; }, "");
    }
    if (!options.deviation.empty()) {
        pictures.deviation = channelNumbers(
            "--std", options.deviation, pictures, [](double x) { return x > 0; }, ", each above 0");
    }
    return fmt::format("(pixel/255 - {})/{}", options.mean.empty() ? "0" : options.mean,
                       options.deviation.empty() ? "1" : options.deviation);
}

struct ChannelName {
    const char* word;
    ChannelOrder order;
    std::int64_t count;
};

constexpr std::array<ChannelName, 3> kChannelNames{{{"RGB", ChannelOrder::Rgb, 3},
                                                    {"BGR", ChannelOrder::Bgr, 3},
                                                    {"grey", ChannelOrder::Grey, 1}}};

// What is given, or what as many channels as the network takes usually are.
const ChannelName& channelsOf(const ImageSetOptions& options, std::int64_t count) {
    for (const ChannelName& each : kChannelNames) {
        if (each.count == count && (options.channels.empty() || options.channels == each.word)) {
            return each;
        }
    }
    throw InputError(
        options.channels.empty()
            ? fmt::format("the network takes images of {} channels, pictures have 1 or 3; write a "
                          "data set of NumPy arrays (docs/data.md)",
                          count)
            : fmt::format("--channels: found {}, but the network takes images of {} channel{}; "
                          "allowed: {}",
                          options.channels, count, count == 1 ? "" : "s",
                          count == 1
                              ? "grey"
                              : (count == 3 ? "RGB, BGR" : "none, for pictures have 1 or 3")));
}

// The images that the input takes; a vector does not tell, but the size of a picture does.
ptq::ImageLayout layoutFor(const ptq::Graph& graph, const fs::path& path,
                           const data::Picture& picture) {
    if (graph.inputs.size() != 1) {
        throw InputError(fmt::format("the network has {} inputs; one, of images, is needed",
                                     graph.inputs.size()));
    }
    const ptq::Shape& shape = graph.inputs.front().shape;
    ptq::ImageLayout layout = ptq::imageLayoutOf(shape);
    const auto height = static_cast<std::int64_t>(picture.height);
    const auto width = static_cast<std::int64_t>(picture.width);
    if (layout.channels == 0 && shape.size() == 2) {
        layout.channels = shape[1] == height * width ? 1 : 3;
        layout.height = height;
        layout.width = width;
        if (shape[1] != layout.channels * height * width) {
            throw InputError(
                fmt::format("{}: {} x {} pixels; the network takes {} numbers an "
                            "image, which is neither a grey picture of this size nor "
                            "a coloured one; scale the pictures first",
                            path.string(), width, height, shape[1]));
        }
    }
    if (layout.channels == 0) {
        throw InputError(fmt::format("the network takes {}; pictures need an input of images",
                                     ptq::shapeText(shape)));
    }
    if (height != layout.height || width != layout.width) {
        throw InputError(fmt::format(
            "{}: {} x {} pixels (width x height), the network takes {} x {}; scale the pictures "
            "first, as mogrify -resize '{}x{}!' of ImageMagick does",
            path.string(), width, height, layout.width, layout.height, layout.width,
            layout.height));
    }
    return layout;
}

ImageSet readFolder(const ImageSetOptions& options, const ptq::Graph& graph, std::size_t most) {
    const fs::path folder = options.path;
    data::PictureFolder found = data::listPictures(folder);
    const std::size_t all = found.pictures.size();
    found.pictures.resize(std::min(all, most));
    const fs::path first = folder / found.pictures.front();
    const ptq::ImageLayout layout = layoutFor(graph, first, data::readPicture(first));
    const ChannelName& channels = channelsOf(options, layout.channels);
    data::Descriptor pictures;
    pictures.kind = data::Kind::Pictures;
    pictures.images = {fs::absolute(folder).string()};
    pictures.files = found.pictures;
    pictures.channels = channels.order;
    const std::string scaling = setScaling(options, pictures);
    pictures.name = fmt::format("{} ({}, {})", fs::weakly_canonical(folder).filename().string(),
                                scaling, channels.word);
    ImageSet result{data::readDataset(pictures, "", data::Answers::Hidden), {}, "", Json()};
    for (const std::string& name : found.pictures) {
        result.pictures.push_back(folder / name);
    }
    const bool isAssumed =
        options.mean.empty() && options.deviation.empty() && options.range.empty();
    result.text = fmt::format(
        "pictures: {} of {} in {}, {} x {}, {}, input {} {}\npixels: {}{}\n", found.pictures.size(),
        all, folder.string(), layout.width, layout.height, channels.word, layout.name,
        ptq::shapeText(graph.inputs.front().shape), scaling,
        isAssumed ? " (nothing was said: give --mean and --std, or --range, of the training)" : "");
    if (!found.others.empty()) {
        result.text += fmt::format("no pictures, skipped: {}\n", fmt::join(found.others, ", "));
    }
    result.json = {{"folder", folder.string()}, {"found", all},          {"skipped", found.others},
                   {"channels", channels.word}, {"layout", layout.name}, {"pixels", scaling},
                   {"is_assumed", isAssumed}};
    return result;
}

// A descriptor says all this itself.
void requireNoPictureOptions(const ImageSetOptions& options) {
    const std::array<std::pair<const char*, const std::string*>, 4> given{
        {{"--mean", &options.mean},
         {"--std", &options.deviation},
         {"--range", &options.range},
         {"--channels", &options.channels}}};
    for (const auto& [name, value] : given) {
        if (!value->empty()) {
            throw InputError(fmt::format(
                "{} is for {} with a folder of pictures; {} is none: a data set in JSON says "
                "it by its keys scale, mean, deviation and channels (docs/data.md)",
                name, options.name, options.path));
        }
    }
}

}  // namespace

void addImageSetOptions(CLI::App& command, const std::string& name, ImageSetOptions& options) {
    options.name = name;
    command
        .add_option(name, options.path, "Folder of PNG and JPEG files, or data set (docs/data.md)")
        ->required();
    command
        .add_option("--data-root", options.dataRoot,
                    "Folder that the paths of the data set are relative to")
        ->envname("ASLOG_DATA_ROOT");
    command.add_option("--mean", options.mean,
                       "Of a folder: R,G,B to take from pixel/255 (default: 0)");
    command.add_option("--std", options.deviation,
                       "Of a folder: R,G,B to divide pixel/255 - mean by (default: 1)");
    command.add_option("--range", options.range,
                       "Of a folder: LOW,HIGH that pixels 0 to 255 become (default: 0,1)");
    command
        .add_option("--channels", options.channels,
                    "Of a folder: order for the network (default: RGB or grey)")
        ->check(CLI::IsMember({"RGB", "BGR", "grey"}));
}

ImageSet readImageSet(const ImageSetOptions& options, const ptq::Graph* graph, std::size_t most,
                      data::Answers answers) {
    if (fs::is_directory(options.path)) {
        return readFolder(options, *graph, most);
    }
    requireNoPictureOptions(options);
    return {data::readDataset(options.path, options.dataRoot, answers), {}, "", Json()};
}

}  // namespace aslog::cli
