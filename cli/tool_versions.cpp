#include "cli/tool_versions.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "support/error.h"
#include "support/printable.h"
#include "support/tools.h"

namespace aslog::cli {

void warnOfUntriedVersions(std::initializer_list<const char*> programs) {
    for (const char* program : programs) {
        try {
            const std::string line =
                support::versionWarning(program, support::toolVersion(program));
            if (!line.empty()) {
                fmt::print(stderr, "aslog: {}\n", support::printable(line));
            }
        } catch (const support::MissingTool&) {
            continue;
        }
    }
}

}  // namespace aslog::cli
