#include "report/answers_file.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "support/json_file.h"

namespace aslog::report {
namespace {

std::size_t winnerOf(const std::vector<float>& row) {
    return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

}  // namespace

std::string answersCsv(const data::Dataset& set, const std::vector<Answers>& answers) {
    std::string text = "image,label";
    for (const Answers& each : answers) {
        text += fmt::format(",{}_winner", each.network);
        const std::size_t count = each.rows.empty() ? 0 : each.rows.front().size();
        for (std::size_t i = 0; i < count; ++i) {
            text += fmt::format(",{}_{}", each.network, i);
        }
    }
    text += '\n';
    for (std::size_t image = 0; image < set.size(); ++image) {
        text += fmt::format("{},{}", image,
                            set.labels().empty() ? "" : fmt::to_string(set.labels()[image]));
        for (const Answers& each : answers) {
            const std::vector<float>& row = each.rows[image];
            text += fmt::format(",{}", winnerOf(row));
            for (const float value : row) {
                text += fmt::format(",{}", value);
            }
        }
        text += '\n';
    }
    return text;
}

std::string answersJson(const data::Dataset& set, const std::vector<Answers>& answers) {
    std::string text =
        fmt::format("{{\"data\": {}, \"images\": [", support::Json(set.name()).dump());
    for (std::size_t image = 0; image < set.size(); ++image) {
        text += fmt::format("{}\n{{\"image\": {}", image == 0 ? "" : ",", image);
        if (!set.labels().empty()) {
            text += fmt::format(", \"label\": {}", set.labels()[image]);
        }
        for (const Answers& each : answers) {
            const std::vector<float>& row = each.rows[image];
            text += fmt::format(", \"{}\": {{\"winner\": {}, \"answers\": [", each.network,
                                winnerOf(row));
            for (std::size_t i = 0; i < row.size(); ++i) {
                // JSON has no word for what is no number.
                text += fmt::format("{}{}", i == 0 ? "" : ", ",
                                    std::isfinite(row[i]) ? fmt::to_string(row[i]) : "null");
            }
            text += "]}";
        }
        text += '}';
    }
    return text + "\n]}\n";
}

}  // namespace aslog::report
