#include "flows/library/technology.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gates/liberty.h"
#include "gates/liberty_text.h"
#include "gates/slew_load.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/version.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;
using support::Json;

constexpr const char* kProfile = "profile.json";

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
    for (const Json& each : library.at("files")) {
        technology.libertyFiles.push_back(each.is_string()
                                              ? std::vector<std::string>{each.get<std::string>()}
                                              : each.get<std::vector<std::string>>());
    }
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

std::vector<fs::path> foldersOf(std::string_view searchPath) {
    std::vector<fs::path> folders;
    while (!searchPath.empty()) {
        const std::size_t end = std::min(searchPath.find(':'), searchPath.size());
        if (end > 0) {
            folders.emplace_back(searchPath.substr(0, end));
        }
        searchPath.remove_prefix(std::min(end + 1, searchPath.size()));
    }
    return folders;
}

std::vector<fs::path> profileFolders(const std::string& searchPath) {
    std::vector<fs::path> folders = foldersOf(searchPath);
    folders.push_back(support::dataFolder() / "flows" / "tech");
    return folders;
}

std::vector<fs::path> libraryFolders(const Technology& technology, const std::string& searchPath) {
    std::vector<fs::path> folders;
    for (const fs::path& folder : foldersOf(searchPath)) {
        folders.push_back(folder / technology.name);
        folders.push_back(folder);
    }
    folders.push_back(technology.folder);
    folders.insert(folders.end(), technology.libertyFolders.begin(),
                   technology.libertyFolders.end());
    return folders;
}

// The files in a folder, each as it is named or compressed; nothing if one is not there.
std::vector<fs::path> filesIn(const fs::path& folder, const std::vector<std::string>& names) {
    std::vector<fs::path> files;
    for (const std::string& name : names) {
        for (const fs::path& file : {folder / name, folder / (name + ".gz")}) {
            if (fs::is_regular_file(file)) {
                files.push_back(file);
                break;
            }
        }
    }
    return files.size() == names.size() ? files : std::vector<fs::path>();
}

bool isNeverUsed(const Technology& technology, std::string_view cell) {
    return std::any_of(
        technology.neverUsed.begin(), technology.neverUsed.end(), [cell](std::string_view pattern) {
            return pattern.ends_with('*') ? cell.starts_with(pattern.substr(0, pattern.size() - 1))
                                          : cell == pattern;
        });
}

bool isSequential(const LibertyGroup& cell) {
    constexpr std::array<std::string_view, 5> kStates = {"ff", "latch", "statetable", "ff_bank",
                                                         "latch_bank"};
    return std::any_of(cell.groups.begin(), cell.groups.end(), [&](const LibertyGroup& part) {
        return std::find(kStates.begin(), kStates.end(), part.type) != kStates.end();
    });
}

// What neither mapping nor timing looks at: most of a library is about power, and a test_cell is a
// second opinion on a scan register.
bool isOfNoUse(const LibertyGroup& group) {
    return group.type == "internal_power" || group.type == "leakage_power" ||
           group.type == "test_cell" || group.type == "power_lut_template";
}

}  // namespace

std::vector<std::string> technologyNames(const std::string& searchPath) {
    std::set<std::string> names;
    for (const fs::path& folder : profileFolders(searchPath)) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            if (fs::is_regular_file(entry.path() / kProfile, error)) {
                names.insert(entry.path().filename().string());
            }
        }
    }
    return {names.begin(), names.end()};
}

Technology readTechnology(const TechnologyChoice& choice) {
    fs::path folder = choice.profile;
    for (const fs::path& each : profileFolders(choice.searchPath)) {
        if (folder.empty() && fs::is_regular_file(each / choice.name / kProfile)) {
            folder = each / choice.name;
        }
    }
    if (folder.empty()) {
        throw support::InputError(fmt::format("there is no technology \"{}\"; known are: {}",
                                              choice.name,
                                              fmt::join(technologyNames(choice.searchPath), ", ")));
    }
    const fs::path file = folder / kProfile;
    if (!fs::is_regular_file(file)) {
        throw support::InputError(fmt::format(
            "{} is not there; `aslog tech check --liberty FILE -o DIR` drafts one", file.string()));
    }
    try {
        const Json json = support::readJson(file);
        Technology technology = fromJson(json);
        technology.name = choice.name;
        technology.folder = folder;
        technology.cellsFile = (folder / json.value("cells_file", "cells.v")).lexically_normal();
        return technology;
    } catch (const nlohmann::json::exception& error) {
        throw support::InputError(
            fmt::format("{} is no profile of a technology: {}", file.string(), error.what()));
    }
}

std::vector<fs::path> findLibrary(const Technology& technology, const TechnologyChoice& choice) {
    for (const fs::path& given : choice.liberty) {
        if (!fs::is_regular_file(given)) {
            throw support::InputError(fmt::format("there is no file {}", given.string()));
        }
    }
    if (!choice.liberty.empty()) {
        return choice.liberty;
    }
    std::vector<std::string> tried;
    for (const fs::path& folder : libraryFolders(technology, choice.searchPath)) {
        for (const std::vector<std::string>& names : technology.libertyFiles) {
            std::vector<fs::path> files = filesIn(folder, names);
            if (!files.empty()) {
                return files;
            }
            tried.push_back(fmt::format(
                "    {}", (folder / fmt::format("{}", fmt::join(names, " + "))).string()));
        }
    }
    throw support::InputError(fmt::format(
        "the library of {} ({}) is not there\n"
        "  looked for:\n{}\n"
        "  get it:  {}\n"
        "  then:    name its files with --liberty FILE, or their folder in ASLOG_TECH_PATH",
        technology.name, technology.title, fmt::join(tried, "\n"), technology.howToGet));
}

CellLibrary cellsOf(const Technology& technology, const LibertyFile& liberty) {
    CellLibrary library = CellLibrary::of(liberty);
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
                                              liberty.name(), technology.name,
                                              fmt::join(missing, ", ")));
    }
    for (const auto& [cell, area] : technology.areasUm2) {
        library.completeArea(cell, area);
    }
    limitLoadsBySlew(library, liberty);
    return library;
}

std::string libraryForMapping(const Technology& technology, const LibertyFile& liberty) {
    return libertyText(liberty.root(), [&](const LibertyGroup& group) {
        const bool isLogic = group.type != "cell" ||
                             (!isNeverUsed(technology, group.name()) && !isSequential(group));
        return isLogic && !isOfNoUse(group);
    });
}

std::string libraryForTiming(const LibertyFile& liberty) {
    return libertyText(liberty.root(), [](const LibertyGroup& group) { return !isOfNoUse(group); });
}

}  // namespace aslog::flows
