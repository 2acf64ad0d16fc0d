// One command at a time in a folder.
#pragma once

#include <filesystem>

namespace aslog::support {

// Holds a folder until it goes, or until its process ends however it may: the lock is the system's.
// Meanwhile the file .aslog.lock in the folder has the number of the process.
class FolderLock {
  public:
    // Creates the folder if it is missing. Throws Error, with the number of the process that holds
    // the folder, and FileError. A file system without locks is not locked.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace aslog::support
