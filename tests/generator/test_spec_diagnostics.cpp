// Golden texts: what users see for the bad specs in tests/diagnostics/.
// After a wanted change of the messages, run the test with ASLOG_UPDATE_GOLDEN=1 and read the
// difference.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/error.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"
#include "tests/golden_file.h"

namespace fs = std::filesystem;
using namespace aslog;

namespace {

std::vector<fs::path> badSpecs() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(ASLOG_SOURCE_DIR "/tests/diagnostics")) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string textFor(const fs::path& path) {
    support::Diagnostics diagnostics;
    const ArchSpec spec = readSpec(path, diagnostics);
    CHECK_THROWS_AS(elaborate(spec, diagnostics), support::InputError);
    return diagnostics.text(path.filename().string());
}

std::size_t longestLine(const std::string& text) {
    std::size_t longest = 0;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        longest = std::max(longest, end - start);
        start = end + 1;
    }
    return longest;
}

}  // namespace

TEST_CASE("bad specs get the expected diagnostics") {
    const std::vector<fs::path> files = badSpecs();
    REQUIRE(files.size() >= 8);
    for (const fs::path& file : files) {
        CAPTURE(file.filename().string());
        CHECK_THAT(file.stem().string(), Catch::Matchers::EndsWith("_bad"));
        const std::string text = textFor(file);
        const fs::path expected = fs::path(file).replace_extension(".txt");
        CHECK(text == tests::goldenText(expected, text));
        CHECK(longestLine(text) <= 110);
    }
}
