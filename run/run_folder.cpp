#include "run/run_folder.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generator/elab/design_hash.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"

namespace aslog {
namespace {

namespace fs = std::filesystem;
using support::InputError;
using support::Json;

constexpr const char* kManifest = "manifest.json";

/// Beside the current state, while it is replaced.
constexpr const char* kNewRtl = ".rtl.new";
constexpr const char* kOldRtl = ".rtl.old";
constexpr const char* kNewDesign = ".design.json.new";

/// The three steps that make the new state the current one. Between them `rtl/` is missing, or its
/// manifest has another hash than design.json: RunFolder refuses both.
void replaceState(const fs::path& folder, const Checkpoint& checkpoint) {
    const fs::path rtl = folder / "rtl";
    if (fs::exists(fs::symlink_status(rtl))) {
        fs::rename(rtl, folder / kOldRtl);
        checkpoint();
    }
    fs::rename(folder / kNewRtl, rtl);
    checkpoint();
    fs::rename(folder / kNewDesign, folder / "design.json");
    checkpoint();
}

/// What this or an earlier run, stopped on its way, has put beside the current state.
void removeLeftovers(const fs::path& folder) {
    for (const char* name : {kNewRtl, kOldRtl, kNewDesign}) {
        fs::remove_all(folder / name);
    }
}

/// The hashes by the paths that a manifest has, whatever design it belongs to; empty if there is
/// none that can be read.
Json filesOfAnyManifest(const fs::path& rtl) {
    try {
        const Json files = support::readJson(rtl / kManifest).value("files", Json());
        return files.is_object() ? files : Json::object();
    } catch (const std::exception&) {
        return Json::object();
    }
}

/// True of a file that `aslog generate` wrote and nobody has changed since.
bool isGenerated(const fs::directory_entry& entry, const std::string& name, const Json& files) {
    return entry.symlink_status().type() == fs::file_type::regular && files.contains(name) &&
           files[name] == support::sha256OfFile(entry.path());
}

bool isDesign(const fs::path& file) {
    try {
        return matchesItsHash(support::readJson(file));
    } catch (const support::Error&) {
        return false;
    }
}

/// What a user may miss if it is replaced, relative to the run folder, sorted.
std::vector<std::string> foreignFiles(const fs::path& folder) {
    std::vector<std::string> foreign;
    const fs::path design = folder / "design.json";
    if (fs::exists(fs::symlink_status(design)) && !isDesign(design)) {
        foreign.emplace_back("design.json");
    }
    const fs::path rtl = folder / "rtl";
    if (!fs::is_directory(fs::symlink_status(rtl))) {
        if (fs::exists(fs::symlink_status(rtl))) {
            foreign.emplace_back("rtl");
        }
        return foreign;
    }
    const Json files = filesOfAnyManifest(rtl);
    for (const auto& entry : fs::recursive_directory_iterator(rtl)) {
        const std::string name = entry.path().lexically_relative(rtl).generic_string();
        const bool isManifest = name == kManifest && !files.empty();
        if (!fs::is_directory(entry.symlink_status()) && !isManifest &&
            !isGenerated(entry, name, files)) {
            foreign.push_back("rtl/" + name);
        }
    }
    std::sort(foreign.begin(), foreign.end());
    return foreign;
}

void requireNoForeignFiles(const fs::path& folder) {
    constexpr std::size_t kShown = 10;
    std::vector<std::string> foreign = foreignFiles(folder);
    if (foreign.empty()) {
        return;
    }
    const std::size_t count = foreign.size();
    foreign.resize(std::min(count, kShown));
    throw InputError(fmt::format(
        "{} holds what `aslog generate` did not write, or what was changed since:\n  {}{}\n"
        "nothing was written; give another folder with -o, or --force to replace these files",
        folder.string(), fmt::join(foreign, "\n  "),
        count > kShown ? fmt::format("\n  and {} more", count - kShown) : ""));
}

/// The hashes of the files by their paths.
Json readManifest(const fs::path& rtl, const std::string& designHash) {
    const fs::path path = rtl / kManifest;
    if (!fs::is_regular_file(path)) {
        throw InputError(fmt::format(
            "{} is missing: `aslog generate` was stopped on its way, or it was removed; run "
            "`aslog generate` again{}",
            path.string(), fs::exists(rtl) ? ", with --force because of the files in rtl/" : ""));
    }
    const Json manifest = support::readJson(path);
    const auto isText = [](const Json& value) { return value.is_string(); };
    if (!manifest.is_object() || !isText(manifest.value("design_hash", Json())) ||
        !manifest.value("files", Json()).is_object() ||
        !std::all_of(manifest["files"].begin(), manifest["files"].end(), isText)) {
        throw InputError(fmt::format(
            "{} is damaged: it has no \"design_hash\" or no \"files\" with a hash each; "
            "`aslog generate --force` writes it again",
            path.string()));
    }
    if (manifest["design_hash"] != designHash) {
        throw InputError(fmt::format(
            "{} belongs to another design than design.json: `aslog generate` was stopped on its "
            "way, or one of them was copied; run `aslog generate` again",
            path.string()));
    }
    return manifest["files"];
}

/// Other files, such as a log or a waveform, can not change what a tool reads.
bool isVerilog(const fs::path& file) {
    constexpr std::array<std::string_view, 5> kEndings = {".v", ".vh", ".sv", ".svh", ".f"};
    return std::find(kEndings.begin(), kEndings.end(), file.extension()) != kEndings.end();
}

std::vector<ChangedFile> changesOf(const fs::path& rtl, const Json& files) {
    std::vector<ChangedFile> changes;
    for (const auto& [name, hash] : files.items()) {
        if (!fs::is_regular_file(rtl / name)) {
            changes.push_back({name, FileChange::missing});
        } else if (support::sha256OfFile(rtl / name) != hash) {
            changes.push_back({name, FileChange::edited});
        }
    }
    for (const auto& entry : fs::recursive_directory_iterator(rtl)) {
        const std::string name = entry.path().lexically_relative(rtl).generic_string();
        if (isVerilog(entry.path()) && !files.contains(name)) {
            changes.push_back({name, FileChange::added});
        }
    }
    std::sort(changes.begin(), changes.end(),
              [](const ChangedFile& a, const ChangedFile& b) { return a.path < b.path; });
    return changes;
}

const char* textOf(FileChange change) {
    switch (change) {
        case FileChange::edited:
            return "edited";
        case FileChange::missing:
            return "missing";
        case FileChange::added:
            break;
    }
    return "added";
}

}  // namespace

fs::path runFolderOf(const Design& design, const std::string& given) {
    return given.empty() ? fs::path("out") / design.spec.name : fs::path(given);
}

std::vector<RtlFile> writeRunFolder(const Design& design, const fs::path& folder, Replace replace,
                                    const Checkpoint& checkpoint) {
    std::vector<RtlFile> files = emitRtl(design);
    try {
        if (replace == Replace::generated) {
            requireNoForeignFiles(folder);
        }
        if (fs::is_directory(folder / "design.json")) {
            throw InputError(fmt::format("{} is a folder, where a file should be",
                                         (folder / "design.json").string()));
        }
        support::makeFolder(folder);
        removeLeftovers(folder);
        // All that can fail for want of space or of permission comes before the first rename.
        for (const RtlFile& file : files) {
            support::writeFile(folder / kNewRtl / file.path, file.text);
            checkpoint();
        }
        support::writeJson(folder / kNewDesign, toJson(design));
        checkpoint();
        replaceState(folder, checkpoint);
        removeLeftovers(folder);
    } catch (const fs::filesystem_error& error) {
        throw support::FileError(
            fmt::format("cannot write {}: {}", (folder / "rtl").string(), error.code().message()));
    }
    return files;
}

RunFolder::RunFolder(fs::path path)
    : path_(std::move(path)),
      design_(readDesign(path_ / "design.json")),
      designHash_(aslog::designHash(design_)) {
    try {
        changes_ = changesOf(rtl(), readManifest(rtl(), designHash_));
    } catch (const fs::filesystem_error& error) {
        throw support::FileError(
            fmt::format("cannot read {}: {}", rtl().string(), error.code().message()));
    }
}

std::vector<std::string> RunFolder::changedFiles() const {
    std::vector<std::string> names;
    names.reserve(changes_.size());
    for (const ChangedFile& file : changes_) {
        names.push_back(file.path);
    }
    return names;
}

void RunFolder::requireUnchanged(const std::string& alternative) const {
    if (changes_.empty()) {
        return;
    }
    std::string message = fmt::format(
        "{} is not what `aslog generate` wrote, so its figures would not be those of the design:",
        rtl().string());
    for (const ChangedFile& file : changes_) {
        message += fmt::format("\n  {:<8} {}", textOf(file.change), file.path);
    }
    throw InputError(message + "\n`aslog generate --force` writes them again" + alternative);
}

std::string changedNote(const std::vector<std::string>& files) {
    return files.empty() ? ""
                         : fmt::format("note: with files of rtl/ that are not as generated: {}\n",
                                       fmt::join(files, ", "));
}

std::string notMeasuredNote(const std::vector<std::string>& names) {
    if (names.empty()) {
        return "";
    }
    const std::string twin = "_no_bce";  // of an array that has a BCE
    const auto isLeftOut = [&names](const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    };
    std::vector<std::string> both;
    std::vector<std::string> single;
    for (const std::string& name : names) {
        if (isLeftOut(name + twin)) {
            both.push_back(name);
        } else if (!name.ends_with(twin) || !isLeftOut(name.substr(0, name.size() - twin.size()))) {
            single.push_back(name);
        }
    }
    const std::string beginning = "note: \"strongest\" is that of the arrays asked for, ";
    constexpr std::size_t kMostNames = 6;
    if (both.size() + single.size() > kMostNames) {
        return fmt::format("{}without {} others, which the result files list as not_measured\n",
                           beginning, names.size());
    }
    const std::string of =
        both.empty() ? "" : fmt::format("{}, with BCE or not", fmt::join(both, ", "));
    return fmt::format("{}without {}{}{}\n", beginning, of,
                       both.empty() || single.empty() ? "" : "; ", fmt::join(single, ", "));
}

}  // namespace aslog
