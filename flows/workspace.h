// Where a synthesis run works: scripts, logs and intermediate files, and the programs that it runs
// there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/subprocess.h"

namespace aslog::flows {

// What a program did that may fail.
struct Attempt {
    support::CommandResult result;
    std::string log;
};

class Workspace {
  public:
    // Uses `folder`, which is emptied first, with folders logs/ and tmp/ in it.
    explicit Workspace(std::filesystem::path folder);

    const std::filesystem::path& folder() const { return folder_; }

    // A file that is of no use after the run.
    std::filesystem::path temporary(const std::string& name) const;

    // How the programs below are told of a file: support::safeName(), with links in tmp/.
    std::string nameOf(const std::filesystem::path& file) const;

    // The same for what yosys passes on to abc.
    std::string abcNameOf(const std::filesystem::path& file) const;

    // Runs yosys on a script and returns the log, which is logs/<name>.log. Throws support::Error,
    // with the end of the log, if it fails; support::MissingTool; support::Interrupted.
    std::string yosys(const std::string& name, const std::string& script) const;

    // Runs abc on one line of commands and returns what it printed, which is not kept; nothing if
    // it has not ended after so many seconds. Throws as yosys() does.
    std::optional<std::string> abc(const std::string& name, const std::string& commands,
                                   int seconds) const;

    // Runs OpenSTA on a script and returns what it printed. Throws as yosys() does.
    std::string sta(const std::string& name, const std::string& script) const;

    // Runs any program; its log is logs/<name>.log. Throws support::MissingTool and
    // support::Interrupted.
    Attempt attempt(const std::string& name, std::vector<std::string> argv) const;

    // Removes what temporary() named.
    void clean() const;

  private:
    // All programs run in the folder, and their own temporary files lie in tmp/.
    support::Command command(std::vector<std::string> argv,
                             const std::filesystem::path& output) const;
    std::string run(const std::filesystem::path& output, std::vector<std::string> argv) const;
    std::filesystem::path logOf(const std::string& name) const;

    std::filesystem::path folder_;
};

// `text` with each @KEY@ replaced by its value.
std::string filledIn(std::string text, const std::string& key, const std::string& value);

}  // namespace aslog::flows
