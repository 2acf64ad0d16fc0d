// Compiled models and Verilator's own library, kept for the next run.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"
#include "tests/catch.h"
#include "tests/cli/run_aslog.h"
#include "tests/cli/smallest_run.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::support::readFile;
using aslog::support::writeFile;
using aslog::tests::generatedSmallest;
using aslog::tests::runAslog;
using aslog::tests::TemporaryFolder;

TEST_CASE("a damaged model cache is made again") {
    const TemporaryFolder folder;
    const std::string run = generatedSmallest(folder);
    const auto verify = [&] {
        return runAslog({"verify", run, "--quick", "--no-baselines"}).exitCode;
    };
    REQUIRE(verify() == 0);
    const fs::path build = fs::path(run) / "verify" / "build";
    const fs::path model = build / "slogii_array" / "model.so";
    const std::uintmax_t size = fs::file_size(model);
    REQUIRE(size > 20000);
    fs::resize_file(model, 20000);
    CHECK(verify() == 0);
    CHECK(fs::file_size(model) == size);
    // Whatever the two parts hold: tests/tb/test_compile.cpp.
    writeFile(build / "slogii_array" / "model.json", "{");
    CHECK(verify() == 0);
}

TEST_CASE("Verilator's own library is kept for the next run folder, if it can be and is whole") {
    const TemporaryFolder folder;
    const std::string run = generatedSmallest(folder);
    const fs::path cache = folder / "cache";
    const auto verify = [&] {
        fs::remove_all(run + "/verify");
        return runAslog({"verify", run, "--suite", "ae"}, {{"XDG_CACHE_HOME", cache.string()}})
            .exitCode;
    };
    const fs::path compiledHere = fs::path(run) / "verify" / "build" / "verilated";
    REQUIRE(verify() == 0);
    CHECK(fs::exists(compiledHere));
    std::vector<fs::path> objects;
    for (const auto& entry : fs::directory_iterator(cache / "aslog")) {
        if (entry.path().extension() == ".o") {
            objects.push_back(entry.path());
        }
    }
    REQUIRE(objects.size() == 1);
    const std::string object = readFile(objects.front());

    CHECK(verify() == 0);
    CHECK_FALSE(fs::exists(compiledHere));

    writeFile(objects.front(), object.substr(0, object.size() / 2));
    CHECK(verify() == 0);
    CHECK(fs::exists(compiledHere));
    CHECK(readFile(objects.front()) == object);

    fs::remove_all(cache);
    writeFile(cache, "no folder");
    CHECK(verify() == 0);
    CHECK(fs::exists(compiledHere));
    CHECK(readFile(cache) == "no folder");

    // What cannot even be looked at is no cache either.
    fs::remove(cache);
    fs::create_symlink(cache, cache);
    CHECK(verify() == 0);
    CHECK(fs::exists(compiledHere));
}
