#include "tb/models/compile.h"

#include <algorithm>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/build.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "support/safe_name.h"
#include "support/sha256.h"
#include "support/tools.h"
#include "support/version.h"
#include "tb/models/compiler.h"
#include "tb/models/kept_object.h"
#include "tb/models/runtime.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;

/// Models that are compiled at the same time: the compiler takes gigabytes for a large one.
constexpr int kAtOnce = 2;

constexpr const char* kPrefix = "Vaslog_bench";

std::string verilatorSettings(const ModelSource& source) {
    std::string settings = "`verilator_config\n";
    for (const KeptModule& module : source.keptModules) {
        settings += fmt::format("no_inline -module \"{}\"\n", module.name);
        for (const std::string& input : module.ownInputs) {
            settings +=
                fmt::format("public_flat_rd -module \"{}\" -var \"{}\"\n", module.name, input);
        }
    }
    return settings;
}

/// The generated C++ files: those that run in every cycle, or the others.
std::vector<std::string> generatedFiles(const fs::path& folder, bool slow) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool isGenerated = name.starts_with(kPrefix) && name.ends_with(".cpp");
        const bool isSlow = name.ends_with("__Slow.cpp") || name.ends_with("__Syms.cpp") ||
                            name.find("__Trace__") != std::string::npos;
        if (isGenerated && isSlow == slow) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// One C++ file that includes them.
std::string allOf(const fs::path& folder, bool slow) {
    std::string text;
    for (const std::string& name : generatedFiles(folder, slow)) {
        text += fmt::format("#include \"{}\"\n", name);
    }
    return text;
}

/// An optimiser's time grows faster than its input: 14 MB of one large array took 76 s with -O1 and
/// more than 25 minutes with -O2.
constexpr std::uintmax_t kLargeSource = 4 << 20;

std::string optimisationFor(const ModelSource& source, const fs::path& folder) {
    if (source.optimise == Optimise::nothing) {
        return "-O0";
    }
    std::uintmax_t bytes = 0;
    for (const std::string& name : generatedFiles(folder, false)) {
        bytes += fs::file_size(folder / name);
    }
    return source.optimise == Optimise::run && bytes <= kLargeSource ? "-O2" : "-O1";
}

void writeSources(const ModelSource& source, const fs::path& folder, const fs::path& adapter) {
    support::makeFolder(folder);
    support::writeFile(folder / "bench.v", source.wrapper);
    support::writeFile(folder / "bench_ports.h", portsHeader(source.ports));
    for (const char* name : {"adapter.cpp", "model_api.h"}) {
        support::writeFile(folder / name, support::readFile(adapter / name));
    }
    support::writeFile(folder / "bench.vlt", verilatorSettings(source));
}

/// Without the files of the design.
std::vector<std::string> verilatorCall(const ModelSource& source) {
    std::vector<std::string> argv = {"verilator",
                                     "--cc",
                                     "--prefix",
                                     kPrefix,
                                     "--top-module",
                                     "aslog_bench",
                                     "--Mdir",
                                     ".",
                                     "-O3",
                                     "--x-assign",
                                     "fast",
                                     "--x-initial",
                                     "unique",
                                     "--noassert",
                                     "--unroll-count",
                                     "4096",
                                     "--unroll-stmts",
                                     "1000000",
                                     "--output-split",
                                     "0"};
    if (source.waves != Waves::none) {
        argv.emplace_back(source.waves == Waves::vcd ? "--trace" : "--trace-fst");
    }
    if (source.allowsWarnings) {
        argv.emplace_back("-Wno-fatal");
    }
    argv.emplace_back("bench.vlt");
    argv.emplace_back("bench.v");
    return argv;
}

double verilate(const ModelSource& source, const fs::path& folder) {
    std::vector<std::string> argv = verilatorCall(source);
    for (const fs::path& file : source.files) {
        argv.push_back(support::safeName(file, folder));
    }
    return runTool(std::move(argv), folder, "verilator.log");
}

double link(const ModelSource& source, const fs::path& folder, const fs::path& runtime) {
    std::vector<std::string> argv = {"g++",      "-shared", "-o",
                                     "model.so", "model.o", support::safeName(runtime, folder),
                                     "-pthread"};
    if (source.waves == Waves::fst) {
        argv.emplace_back("-lz");
    }
    return runTool(std::move(argv), folder, source.name + ".link.log");
}

/// Verilator's output is large and of no use once it is compiled.
void removeGenerated(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with(kPrefix)) {
            std::error_code ignored;
            fs::remove(entry.path(), ignored);
        }
    }
}

double build(const ModelSource& source, const fs::path& folder, const fs::path& adapter,
             const fs::path& runtime) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    writeSources(source, folder, adapter);
    double seconds = verilate(source, folder);
    // What runs once, at the start of a simulation, is not worth an optimiser's time.
    support::writeFile(folder / "model.cpp", "#include \"adapter.cpp\"\n" + allOf(folder, false) +
                                                 "#pragma GCC optimize(\"O0\")\n" +
                                                 allOf(folder, true));
    seconds += compileObject(
        folder, "model",
        compilerCall(verilatorInclude(), source.waves, optimisationFor(source, folder)));
    seconds += link(source, folder, runtime);
    removeGenerated(folder);
    return seconds;
}

/// aslog itself, whose code decides how the parts are put together, the tools, and the flags.
std::string toolsKey(Waves waves) {
    return fmt::format("{}\n{}\n{}\n{}\n", support::programHash(),
                       support::toolVersion("verilator"), support::toolVersion("g++"),
                       fmt::join(compilerCall(verilatorInclude(), waves, "-O1"), " "));
}

/// Without the comment at the head, which names the spec: the same Verilog of another name or clock
/// is not compiled again.
std::string codeOf(const std::string& verilog) {
    std::size_t at = 0;
    while (verilog.compare(at, 2, "//") == 0) {
        at = std::min(verilog.find('\n', at), verilog.size() - 1) + 1;
    }
    return verilog.substr(at);
}

fs::path adapterFolder() {
    return support::dataFolder() / "tb" / "adapter";
}

/// Compiles a model, unless the one that is there was made from the same files by the same tools
/// and aslog. `runtime` is runtimeObject().
CompiledModel compileModel(const ModelSource& source, const fs::path& buildFolder,
                           const fs::path& runtime) {
    const fs::path folder = buildFolder / source.name;
    const std::string key = modelKey(source);
    CompiledModel compiled{.sharedObject = libraryOf(folder), .ports = source.ports};
    if (const auto seconds = keptObject(compiled.sharedObject, key)) {
        compiled.seconds = *seconds;
        compiled.reused = true;
        return compiled;
    }
    compiled.seconds = build(source, folder, adapterFolder(), runtime);
    keepObject(compiled.sharedObject, key, compiled.seconds);
    return compiled;
}

}  // namespace

std::string modelKey(const ModelSource& source) {
    std::string all = toolsKey(source.waves);
    all += fmt::format("{}\n", fmt::join(verilatorCall(source), " "));
    for (const char* name : {"adapter.cpp", "model_api.h"}) {
        all += support::readFile(adapterFolder() / name);
    }
    all += source.wrapper + portsHeader(source.ports) + verilatorSettings(source);
    all += fmt::format("{}", static_cast<int>(source.optimise));
    for (const fs::path& file : source.files) {
        all += codeOf(support::readFile(file));
    }
    return support::sha256(all);
}

std::vector<CompiledModel> compileModels(const std::vector<ModelSource>& sources,
                                         const fs::path& buildFolder) {
    std::vector<CompiledModel> models(sources.size());
    if (sources.empty()) {
        return models;
    }
    support::makeFolder(buildFolder);
    const fs::path runtime = runtimeObject(buildFolder, sources.front().waves);
    support::inParallel(sources.size(), kAtOnce, [&](std::size_t i) {
        models[i] = compileModel(sources[i], buildFolder, runtime);
    });
    return models;
}

}  // namespace aslog::tb
