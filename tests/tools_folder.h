// Programs that only tell a version, for tests of what depends on versions.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/file.h"
#include "tests/temporary_folder.h"

namespace aslog::tests {

// A variable of the environment with another value, as long as this lives.
class Environment {
  public:
    Environment(std::string name, const std::string& value) : name_(std::move(name)) {
        const char* old = std::getenv(name_.c_str());  // NOLINT(concurrency-mt-unsafe)
        old_ = old != nullptr ? old : "";
        ::setenv(name_.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    ~Environment() {
        // NOLINTBEGIN(concurrency-mt-unsafe)
        old_.empty() ? ::unsetenv(name_.c_str()) : ::setenv(name_.c_str(), old_.c_str(), 1);
        // NOLINTEND(concurrency-mt-unsafe)
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    std::string name_;
    std::string old_;
};

// The only folder of PATH, as long as this lives.
class ToolsFolder {
  public:
    // From now on `tool` answers any call with this line.
    void setVersion(const std::string& tool, const std::string& line) {
        namespace fs = std::filesystem;
        support::writeFile(folder_ / tool, "#!/bin/sh\necho '" + line + "'\n");
        fs::permissions(folder_ / tool, fs::perms::owner_all);
    }

  private:
    TemporaryFolder folder_;
    Environment path_{"PATH", folder_.path().string()};
};

}  // namespace aslog::tests
