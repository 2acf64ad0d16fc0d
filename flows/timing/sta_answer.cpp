#include "flows/timing/sta_answer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::flows {

StaAnswer::StaAnswer(const std::string& output, std::string name, const std::string& log)
    : name_(std::move(name)) {
    constexpr std::string_view kStart = "aslog ";
    std::istringstream stream(output);
    std::string last;
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with(kStart)) {
            continue;
        }
        const std::size_t end = std::min(line.find(' ', kStart.size()), line.size());
        last = line.substr(kStart.size(), end - kStart.size());
        lines_[last].push_back(line.substr(std::min(end + 1, line.size())));
    }
    if (last != "done" || lines_.at("done").size() != 1) {
        const std::size_t error = output.find("Error");
        throw support::Error(fmt::format(
            "OpenSTA failed ({}): {}", log,
            error == std::string::npos ? "it says nothing"
                                       : output.substr(error, output.find('\n', error) - error)));
    }
    lines_.erase("done");
}

std::vector<std::string> StaAnswer::take(const std::string& what) {
    const auto node = lines_.extract(what);
    return node.empty() ? std::vector<std::string>() : node.mapped();
}

std::string StaAnswer::takeOne(const std::string& what) {
    const std::vector<std::string> lines = take(what);
    if (lines.size() != 1) {
        fail(fmt::format("{} lines of \"{}\" where one should be", lines.size(), what));
    }
    return lines.front();
}

void StaAnswer::expectNoMore() const {
    if (!lines_.empty()) {
        fail(fmt::format("\"{}\", which nobody asked for", lines_.begin()->first));
    }
}

void StaAnswer::fail(const std::string& found) const {
    throw support::Error(fmt::format("OpenSTA's answer for {} has {}", name_, found));
}

}  // namespace aslog::flows
