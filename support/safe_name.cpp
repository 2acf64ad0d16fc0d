#include "support/safe_name.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "support/error.h"
#include "support/sha256.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOthers = "._+-/";

bool isSafe(std::string_view name) {
    return !name.starts_with('-') && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               kOthers.find(c) != std::string_view::npos;
    });
}

}  // namespace

std::string safeName(const fs::path& file, const fs::path& folder) {
    std::error_code error;
    const fs::path relative = fs::proximate(file, folder, error);
    if (error) {
        throw FileError(fmt::format("cannot find {}: {}", file.string(), error.message()));
    }
    if (isSafe(relative.string())) {
        return relative.string();
    }
    const fs::path target = fs::absolute(file);
    const std::string ending = target.extension().string();
    const std::string name = fmt::format("link_{}{}", sha256(target.string()).substr(0, 12),
                                         isSafe(ending) ? ending : "");
    fs::create_symlink(target, folder / name, error);
    if (error && error != std::errc::file_exists) {
        throw FileError(
            fmt::format("cannot create {}: {}", (folder / name).string(), error.message()));
    }
    return name;
}

std::string absoluteSafeName(const fs::path& file, const fs::path& folder) {
    const std::string path = fs::absolute(folder).string();
    return (isSafe(path) ? path : "/proc/self/cwd") + "/" + safeName(file, folder);
}

}  // namespace aslog::support
