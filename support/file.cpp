#include "support/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "support/error.h"
#include "support/interrupt.h"

namespace aslog::support {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
    return std::generic_category().message(error);
}

// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }

    // Some file systems tell that the disk is full only here.
    bool close() {
        const int number = number_;
        number_ = -1;
        return ::close(number) == 0;
    }

  private:
    int number_;
};

// Writes all bytes and closes the file; returns 0 or the error number.
int writeAndClose(Descriptor& file, std::string_view bytes, bool sync) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written < 0 ? errno : EIO;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (sync && ::fsync(file.number()) != 0) {
        return errno;
    }
    return file.close() ? 0 : errno;
}

[[noreturn]] void throwCannotWrite(const fs::path& path, int error) {
    throw FileError(fmt::format("cannot write {}: {}", path.string(), reason(error)));
}

void writeDirectly(const fs::path& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) {
        throwCannotWrite(path, errno);
    }
    if (const int error = writeAndClose(file, bytes, false); error != 0) {
        throwCannotWrite(path, error);
    }
}

constexpr int kPipeSeconds = 20;

// Waits for data in a pipe, or for its end; false if the first data does not come. Later on someone
// writes for certain, and may take the time.
bool waitForData(int descriptor, bool isFirst) {
    pollfd wanted{descriptor, POLLIN, 0};
    for (int tenths = 0; !isFirst || tenths < 10 * kPipeSeconds; ++tenths) {
        throwIfInterrupted();
        if (::poll(&wanted, 1, 100) > 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string readFile(const fs::path& path, std::uintmax_t maxBytes) {
    const auto fail = [&path](const std::string& why) {
        throw FileError(fmt::format("cannot read {}: {}", path.string(), why));
    };
    // To open a pipe must not wait for a writer, who may never come.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.valid() || ::fstat(file.number(), &status) != 0) {
        fail(reason(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        fail("it is a folder");
    }
    std::string bytes;
    std::array<char, 1 << 16> block{};
    while (true) {
        if (!S_ISREG(status.st_mode) && !waitForData(file.number(), bytes.empty())) {
            fail(fmt::format("it is a pipe that gave nothing for {} s", kPipeSeconds));
        }
        const ssize_t count = ::read(file.number(), block.data(), block.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (count < 0) {
            fail(reason(errno));
        }
        if (count == 0) {
            return bytes;
        }
        bytes.append(block.data(), static_cast<std::size_t>(count));
        if (bytes.size() > maxBytes) {
            fail(fmt::format("it is larger than {} bytes", maxBytes));
        }
    }
}

void requireKept(const fs::path& input, const fs::path& output) {
    std::error_code ignored;
    const fs::path from = fs::weakly_canonical(input, ignored);
    const fs::path to = fs::weakly_canonical(output, ignored);
    const auto [rest, last] = std::mismatch(to.begin(), to.end(), from.begin(), from.end());
    if (!from.empty() && !to.empty() && rest == to.end()) {
        throw InputError(
            fmt::format("{} is read by this command, and {} would replace it; give another output",
                        input.string(), output.string()));
    }
}

void makeFolder(const fs::path& path) {
    if (path.empty()) {
        return;
    }
    std::error_code error;
    fs::create_directories(path, error);
    if (!error && !fs::is_directory(path)) {
        error = std::make_error_code(std::errc::not_a_directory);
    }
    if (error) {
        throw FileError(
            fmt::format("cannot create the folder {}: {}", path.string(), error.message()));
    }
}

void writeFile(const fs::path& linkOrPath, std::string_view bytes) {
    std::error_code ignored;
    // Behind a link the file itself is replaced, not the link (think of /dev/stdout).
    const fs::path path = fs::is_symlink(fs::symlink_status(linkOrPath, ignored))
                              ? fs::weakly_canonical(linkOrPath, ignored)
                              : linkOrPath;
    const fs::file_status status = fs::status(linkOrPath, ignored);
    if (fs::is_directory(status)) {
        throwCannotWrite(path, EISDIR);
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        writeDirectly(linkOrPath, bytes);
        return;
    }
    makeFolder(path.parent_path());
    const fs::path temporary =
        path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file.valid()) {
        throwCannotWrite(path, errno);
    }
    int error = writeAndClose(file, bytes, true);
    if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
        error = errno;
    }
    if (error != 0) {
        ::unlink(temporary.c_str());
        throwCannotWrite(path, error);
    }
}

}  // namespace aslog::support
