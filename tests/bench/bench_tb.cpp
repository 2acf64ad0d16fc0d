// Speed of the Verilated array on one core: `bench_tb RUN_FOLDER [REPETITIONS]`.
//
// MAC/s of the full_rate suite: elements times accepted activation beats over wall time, everything
// that the bench does in a cycle included (driving, sampling, comparing). Prints every run and the
// median, and the time that Verilator and the compiler took.
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <vector>

#include <fmt/format.h>

#include "tb/verify.h"

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        fmt::print(stderr, "usage: bench_tb RUN_FOLDER [REPETITIONS]\n");
        return 2;
    }
    try {
        aslog::tb::VerifyOptions options;
        options.suite = "full_rate";
        options.baselines = false;
        std::vector<double> rates;
        double compileSeconds = 0;
        const int repetitions = argc == 3 ? std::max(1, std::atoi(argv[2])) : 5;
        for (int i = 0; i < repetitions; ++i) {
            const auto report = aslog::tb::verify(argv[1], options, [](const std::string&) {});
            if (!report.passed()) {
                fmt::print(stderr, "bench_tb: the array does not pass; no speed is reported\n");
                return 1;
            }
            rates.push_back(report.macsPerSecond);
            compileSeconds = report.compileSeconds;
            fmt::print("run {}: {:.1f} million MAC/s\n", i + 1, rates.back() / 1e6);
        }
        std::sort(rates.begin(), rates.end());
        fmt::print("median of {}: {:.1f} million MAC/s; compiled in {:.1f} s\n", rates.size(),
                   rates[rates.size() / 2] / 1e6, compileSeconds);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_tb: {}\n", error.what());
        return 1;
    }
    return 0;
}
