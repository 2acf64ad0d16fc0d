#include "ptq/data/picture_folder.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::data {
namespace {

namespace fs = std::filesystem;

bool isPicture(const fs::directory_entry& entry) {
    std::string ending = entry.path().extension().string();
    std::ranges::transform(ending, ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::error_code ignored;
    return !entry.is_directory(ignored) &&
           (ending == ".png" || ending == ".jpg" || ending == ".jpeg");
}

}  // namespace

PictureFolder listPictures(const fs::path& folder) {
    PictureFolder found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        (isPicture(*entry) ? found.pictures : found.others)
            .push_back(entry->path().filename().string());
    }
    if (error) {
        throw support::FileError(
            fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
    }
    if (found.pictures.empty()) {
        throw support::InputError(fmt::format(
            "{}: {} files found, none ends in .png, .jpg or .jpeg; name a folder of pictures, or "
            "a data set in JSON (docs/data.md)",
            folder.string(), found.others.size()));
    }
    std::ranges::sort(found.pictures);
    std::ranges::sort(found.others);
    return found;
}

}  // namespace aslog::data
