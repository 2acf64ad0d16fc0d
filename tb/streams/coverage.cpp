#include "tb/streams/coverage.h"

#include "tb/models/device.h"

namespace aslog::tb {

void Coverage::add(const Coverage& other) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        counts[bin] += other.counts[bin];
    }
}

std::string whyUnreachable(const Situation& situation, const Device& device) {
    if (!situation.first && device.design.maxTaps < 2 * std::int64_t{device.shape.rows}) {
        return "the accumulators hold one beat";
    }
    return {};
}

std::string describe(const Situation& situation) {
    std::string text = situation.stalled ? "stalled" : "accepted";
    const auto add = [&text](bool applies, const char* word) {
        text += applies ? std::string(", ") + word : std::string();
    };
    add(situation.first, "first");
    add(situation.last, "last");
    add(situation.swap, "swap");
    add(situation.draining, "draining");
    return text;
}

CoverageReport reportCoverage(const Coverage& coverage, const Device& device) {
    CoverageReport report;
    for (std::size_t bin = 0; bin < Coverage::kBins; ++bin) {
        const Situation situation = Situation::ofBin(bin);
        if (const std::string why = whyUnreachable(situation, device); !why.empty()) {
            report.unreachable.push_back(describe(situation) + ": " + why);
            continue;
        }
        ++report.reachable;
        if (coverage.counts[bin] > 0) {
            ++report.hit;
        } else {
            report.missed.push_back(describe(situation));
        }
    }
    return report;
}

}  // namespace aslog::tb
