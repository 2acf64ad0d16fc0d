#include "tb/models/runtime.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/cache_folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/sha256.h"
#include "support/tools.h"
#include "tb/models/compiler.h"
#include "tb/models/kept_object.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

/// What is compiled, how, and what to call it.
struct Runtime {
    std::string text;
    std::vector<std::string> compiler;
    std::string key;
    std::string name;
};

/// Of all that the library may be compiled from: another build of the same version counts.
std::string hashesOf(const fs::path& include) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(include)) {
        if (entry.is_regular_file() && entry.path().filename().string().starts_with("verilated")) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::string hashes;
    for (const fs::path& file : files) {
        hashes += support::sha256OfFile(file);
    }
    return hashes;
}

Runtime runtimeFor(Waves waves) {
    const fs::path include = verilatorInclude();
    Runtime runtime;
    runtime.compiler = compilerCall(include, waves, "-O1");
    runtime.key = fmt::format("{}\n{}\n{}\n", support::toolVersion("verilator"),
                              support::toolVersion("g++"), fmt::join(runtime.compiler, " "));
    std::vector<std::string> sources = {"verilated.cpp", "verilated_threads.cpp"};
    runtime.name = "verilated";
    if (waves != Waves::none) {
        sources.push_back(fmt::format("verilated_{}_c.cpp", extensionOf(waves)));
        runtime.name += "_" + extensionOf(waves);
    }
    for (const std::string& source : sources) {
        runtime.text += fmt::format("#include \"{}\"\n", source);
    }
    runtime.key += runtime.text + hashesOf(include);
    runtime.key = support::sha256(runtime.key);
    return runtime;
}

/// False if the cache cannot be written: everything goes on without one.
bool copyToCache(const fs::path& object, const fs::path& cached, const std::string& key,
                 double seconds) {
    try {
        support::writeFile(cached, support::readFile(object));
        keepObject(cached, key, seconds);
        return true;
    } catch (const support::FileError&) {
        return false;
    }
}

}  // namespace

fs::path runtimeObject(const fs::path& buildFolder, Waves waves) {
    const Runtime runtime = runtimeFor(waves);
    const std::optional<fs::path> cache = support::cacheFolder();
    constexpr std::size_t kEnough = 16;  // digits of the key
    const fs::path cached =
        cache ? *cache / fmt::format("{}_{}.o", runtime.name, runtime.key.substr(0, kEnough))
              : fs::path();
    if (cache && keptObject(cached, runtime.key)) {
        return cached;
    }
    const fs::path folder = buildFolder / runtime.name;
    fs::path object = folder / "runtime.o";
    std::optional<double> seconds = keptObject(object, runtime.key);
    if (!seconds) {
        support::makeFolder(folder);
        support::writeFile(folder / "runtime.cpp", runtime.text);
        seconds = compileObject(folder, "runtime", runtime.compiler);
        keepObject(object, runtime.key, *seconds);
    }
    return cache && copyToCache(object, cached, runtime.key, *seconds) ? cached : object;
}

}  // namespace aslog::tb
