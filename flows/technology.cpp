#include "flows/technology.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gates/liberty.h"
#include "gates/slew_load.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;
using support::Json;

std::vector<BufferCell> buffersFrom(const Json& json) {
    std::vector<BufferCell> buffers;
    for (const Json& each : json) {
        buffers.push_back({each.at("cell"), each.at("input"), each.at("output")});
    }
    return buffers;
}

Technology fromJson(const Json& json) {
    Technology technology;
    technology.title = json.at("title");
    technology.nodeNm = json.at("node_nm");
    const Json& library = json.at("library");
    technology.libertyFiles = library.at("files").get<std::vector<std::string>>();
    technology.libertyFolders = library.at("folders").get<std::vector<std::string>>();
    technology.howToGet = library.at("get");
    technology.neededCells = json.at("cells").get<std::vector<std::string>>();
    technology.neverUsed = json.value("never", std::vector<std::string>());
    technology.buffers = buffersFrom(json.at("buffers"));
    technology.defaultMaxLoadFf = json.at("default_max_load_ff");
    if (json.contains("areas")) {
        technology.areasUm2 = json.at("areas").at("um2").get<std::map<std::string, double>>();
        technology.areaSource = json.at("areas").at("source");
    }
    return technology;
}

std::vector<fs::path> searchFolders(const Technology& technology, const std::string& searchPath) {
    std::vector<fs::path> folders;
    std::string_view rest = searchPath;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        if (end > 0) {
            const fs::path folder = rest.substr(0, end);
            folders.push_back(folder / technology.name);
            folders.push_back(folder);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    folders.insert(folders.end(), technology.libertyFolders.begin(),
                   technology.libertyFolders.end());
    return folders;
}

bool isNeverUsed(const Technology& technology, std::string_view cell) {
    return std::any_of(
        technology.neverUsed.begin(), technology.neverUsed.end(), [cell](std::string_view pattern) {
            return pattern.ends_with('*') ? cell.starts_with(pattern.substr(0, pattern.size() - 1))
                                          : cell == pattern;
        });
}

// A cell that logic may be mapped to.
bool isLogic(const Technology& technology, const LibertyGroup& cell) {
    return !isNeverUsed(technology, cell.name()) &&
           std::none_of(cell.groups.begin(), cell.groups.end(), [](const LibertyGroup& part) {
               return part.type == "ff" || part.type == "latch" || part.type == "statetable";
           });
}

// Most of a library is about power, which mapping does not look at.
template <typename LeaveOut>
void leaveOutPower(const LibertyGroup& group, const LeaveOut& leaveOut) {
    for (const LibertyGroup& part : group.groups) {
        if (part.type == "internal_power" || part.type == "leakage_power") {
            leaveOut(part);
        } else {
            leaveOutPower(part, leaveOut);
        }
    }
}

}  // namespace

std::vector<std::string> technologyNames(const fs::path& techFolder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(techFolder, error)) {
        if (fs::exists(entry.path() / "profile.json")) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

Technology readTechnology(const fs::path& techFolder, const std::string& name) {
    const std::vector<std::string> names = technologyNames(techFolder);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        throw support::InputError(fmt::format("there is no technology \"{}\"; known are: {}", name,
                                              fmt::join(names, ", ")));
    }
    const fs::path file = techFolder / name / "profile.json";
    try {
        Technology technology = fromJson(support::readJson(file));
        technology.name = name;
        technology.cellsFile = techFolder / name / "cells.v";
        return technology;
    } catch (const nlohmann::json::exception& error) {
        throw support::InputError(
            fmt::format("{} is no profile of a technology: {}", file.string(), error.what()));
    }
}

fs::path findLibrary(const Technology& technology, const fs::path& given,
                     const std::string& searchPath) {
    if (!given.empty()) {
        if (!fs::is_regular_file(given)) {
            throw support::InputError(fmt::format("there is no file {}", given.string()));
        }
        return given;
    }
    std::vector<std::string> tried;
    for (const fs::path& folder : searchFolders(technology, searchPath)) {
        for (const std::string& file : technology.libertyFiles) {
            if (fs::is_regular_file(folder / file)) {
                return folder / file;
            }
            tried.push_back("    " + (folder / file).string());
        }
    }
    throw support::InputError(fmt::format(
        "the library of {} ({}) is not there\n"
        "  looked for:\n{}\n"
        "  get it:  {}\n"
        "  then:    name the file with --liberty FILE, or its folder in ASLOG_TECH_PATH",
        technology.name, technology.title,
        tried.empty() ? "    nothing: ASLOG_TECH_PATH is empty"
                      : fmt::format("{}", fmt::join(tried, "\n")),
        technology.howToGet));
}

CellLibrary readLibrary(const Technology& technology, const fs::path& file) {
    const LibertyFile liberty = LibertyFile::read(file);
    CellLibrary library = CellLibrary::of(liberty, file.string());
    std::vector<std::string> missing;
    for (const std::string& cell : technology.neededCells) {
        if (library.find(cell) == nullptr) {
            missing.push_back(cell);
        }
    }
    for (const BufferCell& buffer : technology.buffers) {
        if (library.find(buffer.cell) == nullptr) {
            missing.push_back(buffer.cell);
        }
    }
    if (!missing.empty()) {
        throw support::InputError(fmt::format("{} is not the library of {}: it has no {}",
                                              file.string(), technology.name,
                                              fmt::join(missing, ", ")));
    }
    for (const auto& [cell, area] : technology.areasUm2) {
        library.completeArea(cell, area);
    }
    limitLoadsBySlew(library, liberty);
    return library;
}

std::string libraryForMapping(const Technology& technology, const fs::path& file) {
    const LibertyFile liberty = LibertyFile::read(file);
    const std::string_view text = liberty.text();
    std::string result;
    std::size_t copied = 0;
    const auto leaveOut = [&](const LibertyGroup& group) {
        const auto start = static_cast<std::size_t>(group.text.data() - text.data());
        result += text.substr(copied, start - copied);
        copied = start + group.text.size();
    };
    for (const LibertyGroup& group : liberty.root().groups) {
        if (group.type == "cell" && isLogic(technology, group)) {
            leaveOutPower(group, leaveOut);
        } else if (group.type == "cell") {
            leaveOut(group);
        }
    }
    result += text.substr(copied);
    return result;
}

}  // namespace aslog::flows
