// Which aslog this is, to the byte. What generated Verilog says is support::version() alone: it
// must not change with each commit.
#pragma once

#include <string>

namespace aslog::support {

struct Build {
    // "0.1.0-12-g46ae652-dirty": version, commits since its tag, commit, "-dirty" if files under
    // version control were changed. "0.1.0-g46ae652" without a tag, "0.1.0" without git.
    std::string description;
    std::string commit;    // 40 digits, or "unknown"
    std::string compiler;  // "GNU 12.2.0, -std=c++20 -O3 -DNDEBUG"
};

const Build& build();

// SHA-256 of the running program, read once: it sees every change, also one that is not committed.
// Throws FileError if the program can not be read.
const std::string& programHash();

}  // namespace aslog::support
