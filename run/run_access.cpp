#include "run/run_access.h"

#include "run/run_folder.h"
#include "support/file.h"

namespace aslog {

support::FolderLock lockRunFolder(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "design.json")) {
        static_cast<void>(RunFolder(folder));  // says what is wrong with it
    }
    return support::FolderLock(folder);
}

void requireSpecKept(const std::filesystem::path& spec, const std::filesystem::path& folder) {
    for (const char* output : {"design.json", "rtl", "verify", "prove", "synth", "steps"}) {
        support::requireKept(spec, folder / output);
    }
}

}  // namespace aslog
