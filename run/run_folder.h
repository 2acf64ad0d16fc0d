// The run folder of a design, out/<name>/: written by `aslog generate`, read by every later stage.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "generator/elab/design.h"
#include "generator/rtl/emit_rtl.h"

namespace aslog {

/// The folder that the user named, or out/<name> below the current one.
[[nodiscard]] std::filesystem::path runFolderOf(const Design& design, const std::string& given);

/// Called after each change on disk; tests stop there.
using Checkpoint = std::function<void()>;

/// What writeRunFolder() may replace.
enum class Replace {
    generated,  ///< what `aslog generate` wrote and nobody has changed
    all,        ///< whatever lies in `rtl/`, and any `design.json`
};

/// Writes `design.json` and `rtl/` into the run folder, beside the old ones first, which they
/// replace as a whole at the end. Wherever it is stopped, the folder holds the old design, the new
/// one, or what RunFolder refuses. Returns the files. Throws support::FileError, and
/// support::InputError, before anything is written, that names each file that may not be replaced.
std::vector<RtlFile> writeRunFolder(
    const Design& design, const std::filesystem::path& folder, Replace replace = Replace::generated,
    const Checkpoint& checkpoint = [] {});

/// What became of a file of rtl/ since `aslog generate` wrote it.
enum class FileChange { edited, missing, added };

struct ChangedFile {
    std::string path;  // relative to rtl/
    FileChange change = FileChange::edited;
};

/// A run folder that was read and checked: what every stage that uses `rtl/` begins with.
class RunFolder {
  public:
    /// Reads design.json and rtl/manifest.json, and compares every file of rtl/ with the manifest.
    /// Throws support::InputError if one of the two is missing, damaged or changed by hand, or if
    /// they belong to different designs, as a `generate` leaves them that was stopped on its way.
    explicit RunFolder(std::filesystem::path path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path rtl() const { return path_ / "rtl"; }
    [[nodiscard]] const Design& design() const { return design_; }
    [[nodiscard]] const std::string& designHash() const { return designHash_; }

    /// Files that are not what the manifest says, or Verilog that it does not know; sorted.
    [[nodiscard]] const std::vector<ChangedFile>& changes() const { return changes_; }

    /// Their paths alone: `changed_files` of result files.
    [[nodiscard]] std::vector<std::string> changedFiles() const;

    /// Throws support::InputError that names every changed file and says how to go on;
    /// `alternative`: what else can be done, "...; or ...", may be empty.
    void requireUnchanged(const std::string& alternative = {}) const;

  private:
    std::filesystem::path path_;
    Design design_;
    std::string designHash_;
    std::vector<ChangedFile> changes_;
};

/// The line that stands below every table of figures from changed files; empty if there are none.
/// `files`: the `changed_files` of a result.
[[nodiscard]] std::string changedNote(const std::vector<std::string>& files);

/// The same for arrays of the folder that a result leaves out, so that "strongest" is not that of
/// all. `names`: the `not_measured` of a result; an array and its twin without BCE count as one.
[[nodiscard]] std::string notMeasuredNote(const std::vector<std::string>& names);

}  // namespace aslog
