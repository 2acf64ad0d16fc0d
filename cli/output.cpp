#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "support/error.h"
#include "support/printable.h"

namespace aslog::cli {
namespace {

// Flushed at once: it may stand beside messages on standard error.
void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

void Output::text(const std::string& lines) const {
    if (!json_) {
        print(support::printable(lines));
    }
}

void Output::result(const support::Json& value) const {
    if (json_) {
        print(support::jsonText(value));
    }
}

void finishOutput() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        throw support::FileError("cannot write to standard output: " +
                                 std::generic_category().message(errno));
    }
}

}  // namespace aslog::cli
