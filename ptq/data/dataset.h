// Data sets: images, and labels or pairs, as a small JSON descriptor tells (docs/data.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aslog::data {

struct Descriptor;

struct ImageShape {
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;

    std::size_t size() const { return channels * height * width; }
    friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

// Two images of a data set, by index, and whether they show the same.
struct Pair {
    std::size_t first = 0;
    std::size_t second = 0;
    bool isSame = false;
};

// How pixels become what a network takes: (pixel · scale - mean[c]) / deviation[c], channels in the
// network's order.
struct Preprocessing {
    std::vector<std::size_t> channels;  // of the file, for each of the network
    double scale = 1;
    std::vector<double> mean;
    std::vector<double> deviation;
};

// What the reader is allowed to look at. Quantisation must not see an answer.
enum class Answers { Hidden, Wanted };

class Dataset {
  public:
    const std::string& name() const { return name_; }
    const ImageShape& shape() const { return shape_; }
    std::size_t size() const { return shape_.size() == 0 ? 0 : pixels_.size() / shape_.size(); }

    // [channel][y][x], as the network takes it. `index` < size().
    std::vector<float> image(std::size_t index) const;

    // One an image, or empty: the descriptor has none, or answers are hidden.
    const std::vector<int>& labels() const { return labels_; }
    // Likewise.
    const std::vector<Pair>& pairs() const { return pairs_; }

    // What was read, the descriptor apart: files, and the folder of pictures. A command that writes
    // must not write there.
    const std::vector<std::filesystem::path>& sources() const { return sources_; }

  private:
    friend class DatasetReader;

    std::string name_;
    ImageShape shape_;
    std::vector<std::uint8_t> pixels_;  // [image][channel][y][x], channels as in the file
    Preprocessing preprocessing_;
    std::vector<int> labels_;
    std::vector<Pair> pairs_;
    std::vector<std::filesystem::path> sources_;
};

// Reads a descriptor and its files, which are relative to `root`. With Answers::Hidden no file of
// labels or pairs is opened, and the labels that stand between pixels are skipped. Throws
// support::InputError with all faults of the descriptor, or with the file and the fault;
// support::FileError for a missing file, which names the root that was searched.
Dataset readDataset(const std::filesystem::path& descriptor, const std::filesystem::path& root,
                    Answers answers);

// The same of a descriptor that is no file. Of grey `files`, a picture with colours is refused.
Dataset readDataset(const Descriptor& descriptor, const std::filesystem::path& root,
                    Answers answers);

}  // namespace aslog::data
