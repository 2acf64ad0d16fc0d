// The pictures in a folder, without a descriptor.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace aslog::data {

struct PictureFolder {
    std::vector<std::string> pictures;  // names of the files, sorted by their bytes
    std::vector<std::string> others;    // whatever else is in the folder, folders too; sorted
};

// Pictures are what ends in .png, .jpg or .jpeg, in capitals or not; no file is opened, no folder
// inside is looked into. Throws support::InputError if there is no picture, and
// support::FileError if the folder can not be read.
PictureFolder listPictures(const std::filesystem::path& folder);

}  // namespace aslog::data
