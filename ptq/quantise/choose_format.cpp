#include "ptq/quantise/choose_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {
std::vector<FormatTrial> compareFormats(const Quantiser& quantiser, const NumberFormat& format,
                                        const QuantiseOptions& options,
                                        const FormatProgress& progress) {
    std::vector<golden::FormatSpec> candidates =
        golden::SlogFormat::all(format.slog.activationBits);
    std::erase_if(candidates, [&](const golden::FormatSpec& candidate) {
        return candidate.weightBits != format.slog.weightBits ||
               golden::SlogFormat(candidate).productBits() <= format.slog.droppedBits;
    });
    for (golden::FormatSpec& candidate : candidates) {
        candidate.droppedBits = format.slog.droppedBits;
    }
    const Quantiser part = quantiser.withFirstImages(kTrialImages);
    const QuantiseOptions quick = trialOptions(options);
    std::vector<FormatTrial> trials;
    std::string reason;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        progress(i, candidates.size(), candidates[i]);
        NumberFormat next = format;
        next.element = "slogii";
        next.slog = candidates[i];
        try {
            trials.push_back({candidates[i], part.run(next, quick).calibrationError});
        } catch (const support::DoesNotFit& error) {
            reason = error.what();
        }
    }
    if (trials.empty()) {
        throw support::InputError(fmt::format("no level set of {} bits can hold the network: {}",
                                              format.slog.weightBits, reason));
    }
    std::stable_sort(trials.begin(), trials.end(),
                     [](const FormatTrial& a, const FormatTrial& b) { return a.error < b.error; });
    return trials;
}

}  // namespace aslog::ptq
