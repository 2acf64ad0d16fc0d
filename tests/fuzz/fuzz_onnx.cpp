// Fuzzing of everything that a model goes through before its codes: reading, folding, what inspect
// says, and for small networks float inference, quantisation and the integer network.
//   fuzz_onnx [--seconds N] [--cases N] [--first N] [--findings FOLDER] MODEL.onnx...
// Each case is one of the models with some damage, always the same one for a number and the same
// list of models. Allowed are the errors of aslog, which tell a user what is wrong; a crash,
// another exception or a case of more than 60 s is a finding: its file is kept, the exit code is 1.
// Build it with the preset `asan`, so that what is read beyond an end is a crash.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "ptq/graph/shapes.h"
#include "ptq/quantise/quantise.h"
#include "ptq/quantise/survey.h"
#include "support/error.h"
#include "support/file.h"
#include "support/stopwatch.h"
#include "tests/ptq/onnx/disturb_model.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace aslog;

constexpr std::uint64_t kCasesOfWorker = 100;
constexpr std::uint64_t kQuantiseEach = 8;  // of the cases of a model: it takes most of the time
constexpr double kLongestCase = 60;         // s
constexpr std::int64_t kSmallNetwork = 300'000;  // numbers of all values and weights, to be run

// What the worker tells the program that started it; in memory that both see.
struct Progress {
    std::atomic<std::uint64_t> next{0};  // case that is being done
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> quantised{0};
};

struct Fuzzer {
    std::vector<onnx::ModelProto> seeds;
    fs::path folder;

    std::string bytesOf(std::uint64_t number) const {
        std::mt19937 random(static_cast<std::uint32_t>(number));
        onnx::ModelProto model = seeds[number % seeds.size()];
        for (auto changes = random() % 4; changes > 0; --changes) {
            test::disturb(*model.mutable_graph(), random);
        }
        std::string bytes = model.SerializeAsString();
        if (random() % 4 == 0) {
            test::disturbBytes(bytes, random);
        }
        return bytes;
    }

    void run(std::uint64_t number, Progress& progress) const {
        const fs::path file = folder / "case.onnx";
        support::writeFile(file, bytesOf(number));
        try {
            const ptq::ModelSurvey survey = ptq::surveyModel(file);
            progress.refused += survey.refusals.empty() ? 0 : 1;
            const bool isChosen = number / seeds.size() % kQuantiseEach == 0;
            if (isChosen && survey.refusals.empty() && isSmall(survey.graph)) {
                quantise(survey.graph, static_cast<std::uint32_t>(number));
                ++progress.quantised;
            }
        } catch (const support::InputError&) {
            ++progress.refused;
        }
    }

    static bool isSmall(const ptq::Graph& graph) {
        std::int64_t numbers = 0;
        for (const ptq::Shape& shape : ptq::inferShapes(graph, ptq::inputShapes(graph, 1))) {
            numbers += ptq::elementCount(shape);
        }
        return graph.inputs.size() == 1 && numbers < kSmallNetwork;
    }

    static void quantise(const ptq::Graph& graph, std::uint32_t seed) {
        constexpr std::int64_t kImages = 2;
        std::mt19937 random(seed);
        std::normal_distribution<float> values;
        ptq::FloatTensor images{ptq::inputShapes(graph, kImages).front(), {}};
        images.data.resize(static_cast<std::size_t>(ptq::elementCount(images.shape)));
        std::generate(images.data.begin(), images.data.end(), [&] { return values(random); });
        const std::vector<float> first(images.data.begin(),
                                       images.data.begin() + std::ssize(images.data) / kImages);
        const ptq::Quantiser quantiser(graph, images);
        (void)quantiser.run({}, {}).network.run(first);
    }
};

// Cases from `first` on; ends the process.
[[noreturn]] void work(const Fuzzer& fuzzer, std::uint64_t first, std::uint64_t end,
                       Progress& progress) {
    const fs::path log = fuzzer.folder / "worker.txt";
    if (std::freopen(log.c_str(), "w", stderr) == nullptr) {
        std::_Exit(1);
    }
    std::setvbuf(stderr, nullptr, _IONBF, 0);  // what is said before a crash is there
    for (std::uint64_t number = first; number < end; ++number) {
        progress.next = number;
        try {
            fuzzer.run(number, progress);
        } catch (const std::exception& error) {
            fmt::print(stderr, "not an error of aslog: {}\n", error.what());
            std::_Exit(1);
        }
    }
    progress.next = end;
    std::_Exit(0);
}

// True if all cases went well; otherwise progress.next is the one that did not.
bool runWorker(const Fuzzer& fuzzer, std::uint64_t first, std::uint64_t end, Progress& progress) {
    progress.next = first;
    const pid_t child = fork();
    if (child < 0) {
        throw std::runtime_error("fork failed");
    }
    if (child == 0) {
        work(fuzzer, first, end, progress);
    }
    std::uint64_t seen = first;
    support::Stopwatch sinceChange;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (progress.next != seen) {
            seen = progress.next;
            sinceChange = support::Stopwatch();
        } else if (sinceChange.seconds() > kLongestCase) {
            kill(child, SIGKILL);
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void keepFinding(const Fuzzer& fuzzer, std::uint64_t number, const fs::path& findings) {
    fs::create_directories(findings);
    support::writeFile(findings / fmt::format("{}.onnx", number), fuzzer.bytesOf(number));
    const std::string log = support::readFile(fuzzer.folder / "worker.txt");
    support::writeFile(findings / fmt::format("{}.txt", number), log);
    fmt::print("case {}: {}\n", number, log.empty() ? "killed, or too slow" : log.substr(0, 2000));
}

int fuzz(const std::vector<std::string>& models, double seconds, std::uint64_t first,
         std::uint64_t cases, const fs::path& findings) {
    const tests::TemporaryFolder folder;
    Fuzzer fuzzer{{}, folder.path()};
    for (const std::string& model : models) {
        if (!fuzzer.seeds.emplace_back().ParseFromString(support::readFile(model))) {
            throw support::InputError(model + ": no ONNX model");
        }
    }
    void* const shared =
        mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        throw std::runtime_error("mmap failed");
    }
    auto& progress = *new (shared) Progress;
    const support::Stopwatch stopwatch;
    std::uint64_t next = first;
    std::uint64_t found = 0;
    while (next < first + cases && stopwatch.seconds() < seconds) {
        const std::uint64_t end = std::min(first + cases, next + kCasesOfWorker);
        if (runWorker(fuzzer, next, end, progress)) {
            next = end;
        } else {
            keepFinding(fuzzer, progress.next, findings);
            ++found;
            next = progress.next + 1;
        }
        fmt::print("{} cases in {:.0f} s: {} refused, {} quantised, {} findings\n", next - first,
                   stopwatch.seconds(), progress.refused.load(), progress.quantised.load(), found);
        std::fflush(stdout);
    }
    constexpr std::uint64_t kEnough = 100;  // cases that can not all be of one kind
    const std::uint64_t done = next - first;
    if (done == 0 || (done >= kEnough && (progress.quantised == 0 || progress.refused == done))) {
        throw support::Error("the cases do not reach what they are for");
    }
    return found == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Fuzzing of the ONNX reader and what follows it");
    std::vector<std::string> models;
    double seconds = 1e9;
    std::uint64_t first = 0;
    std::uint64_t cases = std::uint64_t{1} << 32;
    std::string findings = "findings";
    app.add_option("MODEL", models)->required();
    app.add_option("--seconds", seconds);
    app.add_option("--first", first);
    app.add_option("--cases", cases);
    app.add_option("--findings", findings);
    CLI11_PARSE(app, argc, argv);
    try {
        return fuzz(models, seconds, first, cases, findings);
    } catch (const std::exception& error) {
        fmt::print(stderr, "fuzz_onnx: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
