#include "support/folder_lock.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/interrupt.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

// False if the holder before removed the file between our opening it and our locking it.
bool isStill(const fs::path& file, int descriptor) {
    struct stat here {};
    struct stat there {};
    return ::fstat(descriptor, &here) == 0 && ::stat(file.c_str(), &there) == 0 &&
           here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

std::string holderOf(const fs::path& file) {
    try {
        const std::string text = readFile(file);
        return " by process " + text.substr(0, text.find('\n'));
    } catch (const FileError&) {
        return "";  // it ended just now
    }
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : file_(folder / ".aslog.lock") {
    makeFolder(folder);
    while (true) {
        throwIfInterrupted();
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor_ < 0) {
            throw FileError(fmt::format("cannot write {}: {}", file_.string(),
                                        std::generic_category().message(errno)));
        }
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(descriptor_);
            throw Error(fmt::format("{} is in use{}; wait until it has ended", folder.string(),
                                    holderOf(file_)));
        }
        if (isStill(file_, descriptor_)) {
            break;
        }
        ::close(descriptor_);
    }
    const std::string text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        const int error = errno;
        ::unlink(file_.c_str());
        ::close(descriptor_);
        throw FileError(fmt::format("cannot write {}: {}", file_.string(),
                                    std::generic_category().message(error)));
    }
}

FolderLock::~FolderLock() {
    ::unlink(file_.c_str());
    ::close(descriptor_);
}

}  // namespace aslog::support
