#include "report/accuracy_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "golden/arithmetic/baselines.h"
#include "report/markdown.h"
#include "support/error.h"
#include "support/json_file.h"

namespace aslog::report {
namespace {

namespace fs = std::filesystem;
using support::Json;

struct Measurement {
    std::string name;
    Json quantize;
    Json evaluate;

    bool hasBaselines() const { return evaluate.contains("int4"); }
};

struct Column {
    const char* key;
    const char* title;
    int digits;
};

constexpr std::array<Column, 4> kMeasures{{{"top1", "top-1, %", 2},
                                           {"top5", "top-5, %", 2},
                                           {"accuracy", "pairs told apart, %", 2},
                                           {"auc", "area under ROC", 4}}};

std::vector<Measurement> readMeasurements(const fs::path& folder) {
    constexpr std::string_view kEnding = ".evaluate.json";
    std::vector<std::string> names;
    if (fs::is_directory(folder)) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            const std::string file = entry.path().filename().string();
            if (file.ends_with(kEnding)) {
                names.push_back(file.substr(0, file.size() - kEnding.size()));
            }
        }
    }
    if (names.empty()) {
        throw support::InputError(fmt::format(
            "no NAME.evaluate.json in {}; docs/update_accuracy makes them", folder.string()));
    }
    std::sort(names.begin(), names.end());
    std::vector<Measurement> measurements;
    for (const std::string& name : names) {
        Measurement next{name, support::readJson(folder / (name + ".quantize.json")),
                         support::readJson(folder / (name + ".evaluate.json"))};
        if (next.quantize.at("model_sha256") != next.evaluate.at("model_sha256")) {
            throw support::InputError(fmt::format(
                "{}: the two results of {} are of different models", folder.string(), name));
        }
        measurements.push_back(std::move(next));
    }
    return measurements;
}

std::string cell(const Json& network, const Json& reference, const Column& measure) {
    const double value = network.at(measure.key);
    const double loss = reference.at(measure.key).get<double>() - value;
    return fmt::format("{:.{}f} ({:+.{}f})", value, measure.digits, -loss, measure.digits);
}

void addNetworks(Markdown& page, const std::vector<Measurement>& measurements) {
    page.heading("Networks");
    page.paragraph(
        "All weights of all layers, activations of 8 bits, exact integer inference by the golden "
        "model. The same pipeline for all three; in brackets the difference from float. Where a "
        "class is meant, of equal scores the first class wins. `±` is half of the 95 % interval "
        "that so few images leave for one such figure; differences between networks on the same "
        "images scatter less.");
    page.header({"network", "level set", "measure", "float", "SLogII", "int4", "int8", "±", "of"});
    for (const Measurement& m : measurements) {
        if (!m.hasBaselines()) {
            continue;
        }
        const Json& reference = m.evaluate.at("float");
        for (const Column& measure : kMeasures) {
            if (!reference.contains(measure.key)) {
                continue;
            }
            const Json& intervals = reference.at("interval_95");
            std::string half = "-";
            if (intervals.contains(measure.key)) {
                const Json& interval = intervals.at(measure.key);
                half = fmt::format("{:.2f}", 0.5 * (interval.at("high").get<double>() -
                                                    interval.at("low").get<double>()));
            }
            page.row(
                {m.name, m.evaluate.at("slogii").at("format"), measure.title,
                 fmt::format("{:.{}f}", reference.at(measure.key).get<double>(), measure.digits),
                 cell(m.evaluate.at("slogii"), reference, measure),
                 cell(m.evaluate.at("int4"), reference, measure),
                 cell(m.evaluate.at("int8"), reference, measure), half,
                 reference.contains("images")
                     ? fmt::format("{} images", reference.at("images").get<int>())
                     : fmt::format("{} pairs", reference.at("pairs").get<int>())});
        }
    }
    page.end();
}

std::string agreementText(const Json& network) {
    return network.contains("agreement")
               ? fmt::format("{:.2f}", network.at("agreement").get<double>())
               : "-";
}

std::string divergenceText(const Json& network) {
    return network.contains("divergence")
               ? fmt::format("{:.2f}", 1000 * network.at("divergence").get<double>())
               : "-";
}

// The probability that two networks which are equally good differ as much as ours and `other` do.
std::string mcnemarText(const Json& ours, const char* other) {
    const auto found = ours.find("mcnemar");
    if (found == ours.end() || !found->contains(other)) {
        return "-";
    }
    const Json& test = found->at(other);
    const double p = test.at("p");
    return fmt::format("{} ({} : {})", p < 1e-6 ? "below 1e-6" : fmt::format("{:.2g}", p),
                       test.at("right_alone").get<int>(), test.at("wrong_alone").get<int>());
}

void addDistance(Markdown& page, const std::vector<Measurement>& measurements) {
    page.heading("Distance from the float network");
    page.paragraph(
        "Less noisy than an accuracy: the mean over the convolutions of noise to signal at their "
        "outputs on the calibration images; on the test images the share for which the same class "
        "comes first as in float, and the divergence (Kullback and Leibler) of the probabilities "
        "from those of float, in thousandths of a nat.");
    page.header({"network", "noise/signal SLogII, %", "int4", "int8", "same class SLogII, %",
                 "int4", "int8", "divergence SLogII", "int4", "int8"});
    for (const Measurement& m : measurements) {
        if (!m.hasBaselines()) {
            continue;
        }
        std::vector<std::string> row{m.name};
        for (const char* name : golden::kFamilies) {
            row.push_back(fmt::format(
                "{:.3f}", 100 * m.quantize.at(name).at("calibration_error").get<double>()));
        }
        for (const char* name : golden::kFamilies) {
            row.push_back(agreementText(m.evaluate.at(name)));
        }
        for (const char* name : golden::kFamilies) {
            row.push_back(divergenceText(m.evaluate.at(name)));
        }
        page.row(row);
    }
    page.end();
}

void addMcnemar(Markdown& page, const std::vector<Measurement>& measurements) {
    page.heading("More than luck?");
    page.paragraph(
        "McNemar's exact test ([quantisation](quantisation.md), \"What evaluate measures\"): the "
        "probability that two equally good networks differ as much on these images (or pairs). In "
        "brackets how often SLogII alone is right, and how often the other alone.");
    page.header({"network", "against float", "against int4", "against int8"});
    for (const Measurement& m : measurements) {
        if (m.hasBaselines()) {
            const Json& ours = m.evaluate.at("slogii");
            page.row({m.name, mcnemarText(ours, "float"), mcnemarText(ours, "int4"),
                      mcnemarText(ours, "int8")});
        }
    }
    page.end();
}

// What is measured with one calibration set, of each array that the same set is quantised for.
struct Sample {
    double loss = 0;  // of the first measure, in points below float
    double noise = 0;
    double divergence = 0;
};

struct Spread {
    double mean = 0;
    double deviation = 0;  // of one sample, from the mean of these
    double least = 0;
    double most = 0;
};

Spread spreadOf(const std::vector<Sample>& samples, double Sample::*member) {
    Spread spread{0, 0, samples.front().*member, samples.front().*member};
    const auto count = static_cast<double>(samples.size());
    for (const Sample& sample : samples) {
        spread.mean += sample.*member / count;
        spread.least = std::min(spread.least, sample.*member);
        spread.most = std::max(spread.most, sample.*member);
    }
    for (const Sample& sample : samples) {
        const double difference = sample.*member - spread.mean;
        spread.deviation += difference * difference / std::max(1.0, count - 1);
    }
    spread.deviation = std::sqrt(spread.deviation);
    return spread;
}

std::string spreadCell(const std::vector<Sample>& samples, double Sample::*member, double factor,
                       int digits) {
    const Spread spread = spreadOf(samples, member);
    return fmt::format("{:.{}f} ± {:.{}f} ({:.{}f} to {:.{}f})", factor * spread.mean, digits,
                       factor * spread.deviation, digits, factor * spread.least, digits,
                       factor * spread.most, digits);
}

// NETWORK.ARRAY.SET: the same network and pictures, for several arrays and calibration sets.
void addSets(Markdown& page, const std::vector<Measurement>& measurements) {
    std::map<std::pair<std::string, std::string>, std::vector<Sample>> rows;
    for (const Measurement& m : measurements) {
        const std::string network = m.name.substr(0, m.name.find('.'));
        const Json& reference = m.evaluate.at("float");
        const char* measure = reference.contains("top1") ? "top1" : "accuracy";
        for (const char* family : golden::kFamilies) {
            if (!m.evaluate.contains(family)) {
                continue;
            }
            const Json& own = m.evaluate.at(family);
            const std::string weights =
                std::string_view(family) == "slogii" ? own.at("format").get<std::string>() : family;
            rows[{network, weights}].push_back(
                {own.at("loss").at(measure).get<double>(),
                 m.quantize.at(family).at("calibration_error").get<double>(),
                 own.value("divergence", 0.0)});
        }
    }
    if (rows.empty()) {
        return;
    }
    page.heading("Several calibration sets");
    page.paragraph(
        "What one draw of calibration images decides is no figure: the mean over several sets, ± "
        "the standard deviation of one, in brackets the least and the most. CIFAR-10: four "
        "disjoint sets of 256 images; faces: four "
        "of 32 out of 64, which overlap. Loss: points of top-1, or of pairs told apart, below "
        "float; below 0 it is better. Divergence (Kullback and Leibler) of the probabilities from "
        "those of float, in thousandths of a nat.");
    page.header({"network", "weights", "sets", "loss", "noise/signal, %", "divergence"});
    for (const auto& [key, samples] : rows) {
        page.row({key.first, key.second, fmt::to_string(samples.size()),
                  spreadCell(samples, &Sample::loss, 1, 2),
                  spreadCell(samples, &Sample::noise, 100, 3),
                  samples.front().divergence > 0 ? spreadCell(samples, &Sample::divergence, 1000, 2)
                                                 : "-"});
    }
    page.end();
}

void addSteps(Markdown& page, const std::vector<Measurement>& measurements) {
    page.heading("What each step is worth");
    page.paragraph(
        "SLogII alone, other level sets or steps left out ([quantisation](quantisation.md)); of "
        "names with `double` the layers that `--double auto` chooses have two codes a weight, "
        "and each image counts mirrored too.");
    page.header({"network", "level set", "without", "top-1, %", "against float",
                 "same class as float, %", "divergence", "noise/signal, %", "tool"});
    for (const Measurement& m : measurements) {
        const Json& network = m.evaluate.at("slogii");
        if (m.hasBaselines() && m.name != "resnet20") {
            continue;
        }
        const auto without = m.quantize.at("without").get<std::vector<std::string>>();
        page.row({m.name, network.at("format"),
                  without.empty() ? "-" : fmt::format("{}", fmt::join(without, ", ")),
                  cell(network, m.evaluate.at("float"), kMeasures[0]),
                  mcnemarText(network, "float"), agreementText(network), divergenceText(network),
                  fmt::format("{:.3f}",
                              100 * m.quantize.at("slogii").at("calibration_error").get<double>()),
                  m.quantize.at("tool")});
    }
    page.end();
}

void addSpeed(Markdown& page, const std::vector<Measurement>& measurements) {
    page.heading("Speed and conditions");
    page.paragraph(
        "Seconds as the clock on the wall has them, whatever else the machine did. Quantisation: "
        "reading, calibration, and all "
        "networks of the file. Inference: exact, of the golden model, SLogII.");
    page.header({"network", "quantise, s", "calibration images", "inference, s", "10^9 MAC/s",
                 "cores", "model, SHA-256", "tool"});
    for (const Measurement& m : measurements) {
        if (!m.hasBaselines()) {
            continue;
        }
        const Json& network = m.evaluate.at("slogii");
        page.row({m.name, fmt::format("{:.1f}", m.quantize.at("seconds").get<double>()),
                  fmt::format("{} of {}", m.quantize.at("images").get<int>(),
                              m.quantize.at("calibration").get<std::string>()),
                  fmt::format("{:.1f}", network.at("seconds").get<double>()),
                  fmt::format("{:.1f}", network.at("macs_per_second").get<double>() / 1e9),
                  fmt::to_string(m.evaluate.at("cores").get<int>()),
                  fmt::format("{:.12}", m.quantize.at("model_sha256").get<std::string>()),
                  m.quantize.at("tool")});
    }
    page.end();
}

}  // namespace

std::string accuracyPage(const fs::path& folder) {
    const std::vector<Measurement> measurements = readMeasurements(folder);
    Markdown page;
    addNetworks(page, measurements);
    addDistance(page, measurements);
    addMcnemar(page, measurements);
    if (fs::is_directory(folder / "sets")) {
        addSets(page, readMeasurements(folder / "sets"));
    }
    addSteps(page, measurements);
    addSpeed(page, measurements);
    return "# Accuracy\n\nWritten by `docs/update_accuracy` from result files; not edited by "
           "hand.\n\n" +
           page.text();
}

}  // namespace aslog::report
