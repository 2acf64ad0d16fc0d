#include "generator/rtl/run_folder.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// The three steps that make the new state the current one. Between them `rtl/` is missing, or its
/// manifest has another hash than design.json: RunFolder refuses both.
void replace(const fs::path& folder, const Checkpoint& checkpoint) {
    const fs::path rtl = folder / "rtl";
    if (fs::exists(fs::symlink_status(rtl))) {
        fs::rename(rtl, folder / "rtl.old");
        checkpoint();
    }
    fs::rename(folder / "rtl.new", rtl);
    checkpoint();
    fs::rename(folder / "design.json.new", folder / "design.json");
    checkpoint();
}

/// What this or an earlier run, stopped on its way, has put beside the current state.
void removeLeftovers(const fs::path& folder) {
    for (const char* name : {"rtl.new", "rtl.old", "design.json.new"}) {
        fs::remove_all(folder / name);
    }
}

/// The hashes of the files by their paths.
Json readManifest(const fs::path& rtl, const std::string& designHash) {
    const fs::path path = rtl / kManifest;
    if (!fs::is_regular_file(path)) {
        throw InputError(fmt::format(
            "{} is missing: `aslog generate` was stopped on its way, or rtl/ was removed; run "
            "`aslog generate` again",
            path.string()));
    }
    const Json manifest = support::readJson(path);
    const auto isText = [](const Json& value) { return value.is_string(); };
    if (!manifest.is_object() || !isText(manifest.value("design_hash", Json())) ||
        !manifest.value("files", Json()).is_object() ||
        !std::all_of(manifest["files"].begin(), manifest["files"].end(), isText)) {
        throw InputError(fmt::format(
            "{} is damaged: it has no \"design_hash\" or no \"files\" with a hash each; run "
            "`aslog generate` again",
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

std::vector<RtlFile> writeRunFolder(const Design& design, const fs::path& folder,
                                    const Checkpoint& checkpoint) {
    std::vector<RtlFile> files = emitRtl(design);
    try {
        support::makeFolder(folder);
        removeLeftovers(folder);
        // All that can fail for want of space or of permission comes before the first rename.
        for (const RtlFile& file : files) {
            support::writeFile(folder / "rtl.new" / file.path, file.text);
            checkpoint();
        }
        support::writeJson(folder / "design.json.new", toJson(design));
        checkpoint();
        replace(folder, checkpoint);
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
    throw InputError(message + "\nrun `aslog generate` again" + alternative);
}

std::string changedNote(const std::vector<std::string>& files) {
    return files.empty() ? ""
                         : fmt::format("note: with files of rtl/ that are not as generated: {}\n",
                                       fmt::join(files, ", "));
}

}  // namespace aslog
