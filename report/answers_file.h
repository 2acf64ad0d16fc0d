// What networks answer to each image, as a file for other programs (docs/data.md).
#pragma once

#include <string>
#include <vector>

#include "ptq/data/dataset.h"

namespace aslog::report {

// Of one network, "float" or a variant: for each image of the set its scores or its descriptor, all
// of one size, as real numbers.
struct Answers {
    std::string network;
    std::vector<std::vector<float>> rows;
};

// A line for each image, after one of titles: image, label, then of each network NETWORK_winner and
// NETWORK_0, NETWORK_1, ...; numbers count from 0, an image without label has an empty cell. Floats
// have as many digits as they need to be read back exactly. The winner is the first of the largest
// answers. `answers`: each with a row, not empty, for every image of the set.
std::string answersCsv(const data::Dataset& set, const std::vector<Answers>& answers);

// The same as JSON: {"data": NAME, "images": [{"image": 0, "label": 3, "float": {"winner": 3,
// "answers": [...]}, ...}, ...]}, one line an image; without a label there is no "label".
std::string answersJson(const data::Dataset& set, const std::vector<Answers>& answers);

}  // namespace aslog::report
