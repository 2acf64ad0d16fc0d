// A folder of its own for what is of no use afterwards.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "support/error.h"

namespace aslog::support {

// Made where temporary files belong (TMPDIR), with a name that nothing else has; removed with all
// that is in it at the end. Throws FileError if it cannot be made.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "aslog_XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw FileError("cannot create a temporary folder " + pattern);
        }
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

}  // namespace aslog::support
