#include "ptq/quantise/options.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "support/error.h"

namespace aslog::ptq {
namespace {

using Switch = std::pair<const char*, bool QuantiseSteps::*>;
constexpr std::array<Switch, 8> kSteps{{
    {"range-calibration", &QuantiseSteps::rangeCalibration},
    {"scale-search", &QuantiseSteps::scaleSearch},
    {"mean-correction", &QuantiseSteps::meanCorrection},
    {"variance-correction", &QuantiseSteps::varianceCorrection},
    {"bias-correction", &QuantiseSteps::biasCorrection},
    {"output-scale-search", &QuantiseSteps::outputScaleSearch},
    {"compensation", &QuantiseSteps::compensation},
    {"clamp-weighting", &QuantiseSteps::clampWeighting},
}};

}  // namespace

const std::vector<std::string>& stepNames() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        names.reserve(kSteps.size());
        for (const Switch& step : kSteps) {
            names.emplace_back(step.first);
        }
        return names;
    }();
    return kNames;
}

bool& stepNamed(QuantiseSteps& steps, const std::string& name) {
    const Switch* const end = kSteps.data() + kSteps.size();
    const Switch* const step =
        std::find_if(kSteps.data(), end, [&](const Switch& s) { return name == s.first; });
    if (step == end) {
        throw support::InputError(
            fmt::format("no step \"{}\"; the steps are: {}", name, fmt::join(stepNames(), ", ")));
    }
    return steps.*step->second;
}

golden::Numerics numericsOf(const NumberFormat& format) {
    std::shared_ptr<const golden::Element> element;
    if (format.element == "slogii") {
        element = std::make_shared<golden::SlogElement>(format.slog);
    } else {
        element = golden::makeBaseline(format.element, format.slog.activationBits);
    }
    return golden::deriveNumerics(std::move(element), format.numerics);
}

std::string describe(const NumberFormat& format) {
    if (format.element != "slogii") {
        return format.element;
    }
    const golden::FormatSpec& slog = format.slog;
    const std::string dropped =
        slog.droppedBits > 0 ? fmt::format(", {} columns dropped", slog.droppedBits) : "";
    if (!slog.levels.empty()) {
        return fmt::format("{} bits, levels {}{}", slog.weightBits, fmt::join(slog.levels, " "),
                           dropped);
    }
    return fmt::format("{} bits, {} half-octave steps, {}zero{}", slog.weightBits, slog.sqrt2Steps,
                       slog.zero ? "" : "no ", dropped);
}

QuantiseOptions trialOptions(QuantiseOptions options) {
    constexpr std::size_t kWindows = 8192;  // enough to rank what differs by several percent
    options.largestWindows = std::min(options.largestWindows, kWindows);
    options.steps.clampWeighting = false;
    return options;
}

}  // namespace aslog::ptq
