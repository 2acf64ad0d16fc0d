#include "ptq/data/dataset.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "ptq/data/csv.h"
#include "ptq/data/descriptor.h"
#include "ptq/data/idx.h"
#include "ptq/data/image_file.h"
#include "ptq/data/npy.h"
#include "ptq/data/npy_images.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::data {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCifarPixels = std::size_t{3} * 32 * 32;
constexpr int kCifarClasses = 10;
constexpr int kMostClasses = 1 << 20;

Preprocessing preprocessingOf(const Descriptor& descriptor) {
    Preprocessing result;
    switch (descriptor.channels) {
        case ChannelOrder::Rgb:
            result.channels = {0, 1, 2};
            break;
        case ChannelOrder::Bgr:
            result.channels = {2, 1, 0};
            break;
        case ChannelOrder::Grey:
            result.channels = {0};
            break;
    }
    result.scale = descriptor.scale;
    result.mean = descriptor.mean;
    result.deviation = descriptor.deviation;
    return result;
}

// The pictures of a folder by name, if there is no list.
std::vector<std::string> picturesIn(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".png" || extension == ".jpg" || extension == ".jpeg") {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    if (names.empty()) {
        throw support::InputError(fmt::format("{}: holds no .png, .jpg or .jpeg", folder.string()));
    }
    return names;
}

}  // namespace

class DatasetReader {
  public:
    DatasetReader(Descriptor descriptor, fs::path root, Answers answers)
        : descriptor_(std::move(descriptor)), root_(std::move(root)), answers_(answers) {}

    Dataset run() {
        set_.name_ = descriptor_.name;
        set_.preprocessing_ = preprocessingOf(descriptor_);
        switch (descriptor_.kind) {
            case Kind::Idx:
                readIdx();
                break;
            case Kind::Cifar:
                readCifar();
                break;
            case Kind::Npy:
                readNpy();
                break;
            case Kind::Pictures:
                readPictures();
                break;
        }
        return std::move(set_);
    }

  private:
    bool wantsAnswers() const { return answers_ == Answers::Wanted; }

    fs::path pathOf(const std::string& name) {
        fs::path path = root_ / name;
        if (!fs::exists(path)) {
            throw support::FileError(fmt::format(
                "{} does not exist; the data set {} wants {} below the data root {}; set another "
                "with --data-root or ASLOG_DATA_ROOT",
                path.string(), descriptor_.name, name,
                fs::absolute(root_ / ".").lexically_normal().string()));
        }
        set_.sources_.push_back(path);
        return path;
    }

    std::size_t countOf(std::size_t available) const {
        const std::size_t count = descriptor_.first.value_or(available);
        if (count > available) {
            throw support::InputError(fmt::format("{}: \"first\" wants {} images, there are {}",
                                                  descriptor_.name, count, available));
        }
        return count;
    }

    void readIdx() {
        IdxImages images = readIdxImages(pathOf(descriptor_.images.front()));
        set_.shape_ = {1, images.height, images.width};
        const std::size_t all = images.count;
        const std::size_t count = countOf(all);
        set_.pixels_ = std::move(images.pixels);
        set_.pixels_.resize(count * set_.shape_.size());
        if (wantsAnswers() && !descriptor_.labels.empty()) {
            const std::vector<std::uint8_t> labels = readIdxLabels(pathOf(descriptor_.labels));
            if (labels.size() != all) {
                throw support::InputError(fmt::format("{}: {} labels for {} images",
                                                      descriptor_.labels, labels.size(), all));
            }
            set_.labels_.assign(labels.begin(),
                                labels.begin() + static_cast<std::ptrdiff_t>(count));
        }
    }

    // Records of a label and three planes of 32 x 32.
    void readCifar() {
        const fs::path path = pathOf(descriptor_.images.front());
        const std::string bytes = support::readFile(path);
        constexpr std::size_t kRecord = 1 + kCifarPixels;
        if (bytes.empty() || bytes.size() % kRecord != 0) {
            throw support::InputError(fmt::format("{}: {} bytes are no CIFAR-10 records of {}",
                                                  path.string(), bytes.size(), kRecord));
        }
        set_.shape_ = {3, 32, 32};
        const std::size_t count = countOf(bytes.size() / kRecord);
        set_.pixels_.reserve(count * kCifarPixels);
        for (std::size_t i = 0; i < count; ++i) {
            const auto record = bytes.begin() + static_cast<std::ptrdiff_t>(i * kRecord);
            set_.pixels_.insert(set_.pixels_.end(), record + 1, record + kRecord);
            if (wantsAnswers()) {
                const int label = static_cast<unsigned char>(*record);
                if (label >= kCifarClasses) {
                    throw support::InputError(
                        fmt::format("{}: record {} has the label {}; 0 to {} "
                                    "are allowed",
                                    path.string(), i, label, kCifarClasses - 1));
                }
                set_.labels_.push_back(label);
            }
        }
    }

    void readNpy() {
        NpyFile images(pathOf(descriptor_.images.front()));
        set_.shape_ = npyImageShape(images, descriptor_);
        const std::size_t count = countOf(images.rows());
        set_.pixels_ = images.pixels(count);
        if (descriptor_.layout == Layout::Nhwc) {
            separateChannels(set_.pixels_, set_.shape_);
        }
        if (wantsAnswers() && !descriptor_.labels.empty()) {
            NpyFile labels(pathOf(descriptor_.labels));
            if (labels.shape().size() != 1 || labels.rows() != images.rows()) {
                labels.fail(
                    fmt::format("has the shape {}; one label for each of {} images is "
                                "needed",
                                labels.shapeText(), images.rows()));
            }
            set_.labels_ = labels.integers(count, 0, kMostClasses);
        }
    }

    void readPictures() {
        std::vector<fs::path> pictures;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < descriptor_.images.size(); ++i) {
            const fs::path folder = pathOf(descriptor_.images[i]);
            for (const std::string& name : picturesOf(i, folder)) {
                pictures.push_back(folder / name);
                names.push_back(name);
            }
        }
        pictures.resize(countOf(pictures.size()));
        if (!set_.labels_.empty()) {
            set_.labels_.resize(pictures.size());
        }
        for (const fs::path& picture : pictures) {
            addPicture(picture);
        }
        if (wantsAnswers() && !descriptor_.pairs.empty()) {
            readPairs(names);
        }
    }

    // Names in one of the folders; adds their labels.
    std::vector<std::string> picturesOf(std::size_t index, const fs::path& folder) {
        if (!descriptor_.files.empty()) {
            return descriptor_.files;
        }
        if (descriptor_.lists.empty()) {
            return picturesIn(folder);
        }
        const CsvTable list = CsvTable::read(pathOf(descriptor_.lists[index]));
        const bool hasLabels = wantsAnswers() && list.has("label");
        if (hasLabels_.value_or(hasLabels) != hasLabels) {
            throw support::InputError(fmt::format(
                "{}: all lists of a data set have labels, or none has", descriptor_.lists[index]));
        }
        hasLabels_ = hasLabels;
        std::vector<std::string> names;
        for (std::size_t row = 0; row < list.rows(); ++row) {
            names.push_back(list.text(row, "file"));
            if (hasLabels) {
                set_.labels_.push_back(list.integer(row, "label", 0, kMostClasses));
            }
        }
        return names;
    }

    void addPicture(const fs::path& path) {
        const Picture picture = readPicture(path);
        const std::size_t channels = descriptor_.channels == ChannelOrder::Grey ? 1 : 3;
        const ImageShape shape = {channels, picture.height, picture.width};
        if (set_.pixels_.empty()) {
            set_.shape_ = shape;
        } else if (!(shape == set_.shape_)) {
            throw support::InputError(
                fmt::format("{}: {} x {} pixels, the first picture has {} x {}", path.string(),
                            shape.width, shape.height, set_.shape_.width, set_.shape_.height));
        }
        const std::size_t size = picture.width * picture.height;
        if (channels == 1 && !descriptor_.files.empty()) {
            requireGrey(path, picture);
        }
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < size; ++i) {
                set_.pixels_.push_back(picture.rgb[3 * i + c]);
            }
        }
    }

    static void requireGrey(const fs::path& path, const Picture& picture) {
        for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
            if (picture.rgb[i] != picture.rgb[i + 1] || picture.rgb[i] != picture.rgb[i + 2]) {
                throw support::InputError(fmt::format(
                    "{}: has colours, the network takes grey pictures; convert it first",
                    path.string()));
            }
        }
    }

    void readPairs(const std::vector<std::string>& names) {
        std::map<std::string, std::size_t> indices;
        for (std::size_t i = 0; i < std::min(names.size(), set_.size()); ++i) {
            indices[names[i]] = i;
        }
        const CsvTable table = CsvTable::read(pathOf(descriptor_.pairs));
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const auto indexOf = [&](const char* column) {
                const auto found = indices.find(table.text(row, column));
                if (found == indices.end()) {
                    throw support::InputError(
                        fmt::format("{}:{}: the picture {} is not in the data set",
                                    descriptor_.pairs, row + 2, table.text(row, column)));
                }
                return found->second;
            };
            set_.pairs_.push_back(
                {indexOf("img_a"), indexOf("img_b"), table.integer(row, "same", 0, 1) == 1});
        }
    }

    Descriptor descriptor_;
    fs::path root_;
    Answers answers_;
    Dataset set_;
    std::optional<bool> hasLabels_;  // as the lists say
};

std::vector<float> Dataset::image(std::size_t index) const {
    const std::size_t plane = shape_.height * shape_.width;
    const std::uint8_t* pixels = pixels_.data() + index * shape_.size();
    std::vector<float> values(shape_.size());
    for (std::size_t c = 0; c < shape_.channels; ++c) {
        const std::uint8_t* from = pixels + preprocessing_.channels[c] * plane;
        for (std::size_t i = 0; i < plane; ++i) {
            values[c * plane + i] =
                static_cast<float>((from[i] * preprocessing_.scale - preprocessing_.mean[c]) /
                                   preprocessing_.deviation[c]);
        }
    }
    return values;
}

Dataset readDataset(const fs::path& descriptor, const fs::path& root, Answers answers) {
    return readDataset(readDescriptor(descriptor), root, answers);
}

Dataset readDataset(const Descriptor& descriptor, const fs::path& root, Answers answers) {
    return DatasetReader(descriptor, root, answers).run();
}

}  // namespace aslog::data
