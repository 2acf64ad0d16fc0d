#include "tune/search.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aslog::tune {
namespace {

template <typename T>
std::vector<T> orOwn(const std::vector<T>& values, const T& own) {
    return values.empty() ? std::vector<T>{own} : values;
}

void addIfNew(std::vector<Candidate>& list, const Candidate& candidate) {
    if (std::ranges::find(list, candidate) == list.end()) {
        list.push_back(candidate);
    }
}

bool beats(const Figures& a, const Figures& b) {
    const bool isAsGood = a.areaUm2 <= b.areaUm2 && a.energyFj <= b.energyFj && a.noise <= b.noise;
    return isAsGood && (a.areaUm2 < b.areaUm2 || a.energyFj < b.energyFj || a.noise < b.noise);
}

}  // namespace

Candidate candidateOf(const Design& design) {
    return {.levels = design.format.values(),
            .droppedBits = design.spec.format.droppedBits,
            .pixels = design.pixels,
            .rows = design.rows(),
            .lanes = design.lanes};
}

std::string formatName(const Candidate& candidate) {
    return fmt::format("{}-d{}", fmt::join(candidate.levels, "_"), candidate.droppedBits);
}

std::string nameOf(const Candidate& candidate) {
    return fmt::format("{}-p{}-r{}-l{}", formatName(candidate), candidate.pixels, candidate.rows,
                       candidate.lanes);
}

ArchSpec specOf(const ArchSpec& base, const Candidate& candidate) {
    ArchSpec spec = base;
    const golden::FormatSpec defaults;
    spec.format.levels = candidate.levels;
    spec.format.sqrt2Steps = defaults.sqrt2Steps;
    spec.format.zero = defaults.zero;
    spec.format.droppedBits = candidate.droppedBits;
    spec.array.pixels = candidate.pixels;
    spec.array.rows = candidate.rows;
    spec.pcf.lanes = candidate.lanes;
    return spec;
}

std::vector<Candidate> formatsToTry(const Space& space, const Candidate& base) {
    std::vector<Candidate> list = {base};
    for (const auto& levels : orOwn(space.levels, base.levels)) {
        for (const int dropped : orOwn(space.droppedBits, base.droppedBits)) {
            Candidate candidate = base;
            candidate.levels = levels;
            candidate.droppedBits = dropped;
            addIfNew(list, candidate);
        }
    }
    return list;
}

std::vector<Candidate> arraysToTry(const Space& space, const Candidate& base,
                                   const std::vector<Candidate>& formats) {
    std::vector<Candidate> list;
    for (Candidate candidate : formats) {
        for (const int rows : orOwn(space.rows, base.rows)) {
            for (const int pixels : orOwn(space.pixels, base.pixels)) {
                for (const int lanes : orOwn(space.lanes, base.lanes)) {
                    candidate.rows = rows;
                    candidate.pixels = pixels;
                    candidate.lanes = lanes;
                    if (rows != base.rows || pixels != base.pixels || lanes != base.lanes) {
                        addIfNew(list, candidate);
                    }
                }
            }
        }
    }
    return list;
}

std::vector<bool> paretoFront(const std::vector<Figures>& figures) {
    std::vector<bool> front;
    front.reserve(figures.size());
    for (const Figures& each : figures) {
        front.push_back(std::ranges::none_of(
            figures, [&each](const Figures& other) { return beats(other, each); }));
    }
    return front;
}

std::vector<Trial> bestOf(const std::vector<Trial>& trials) {
    std::vector<Trial> possible;
    std::vector<Figures> figures;
    for (const Trial& trial : trials) {
        if (trial.reason.empty()) {
            possible.push_back(trial);
            figures.push_back(trial.figures);
        }
    }
    const std::vector<bool> front = paretoFront(figures);
    std::vector<Trial> best;
    for (std::size_t i = 0; i < possible.size(); ++i) {
        if (front[i]) {
            best.push_back(possible[i]);
        }
    }
    std::ranges::stable_sort(best, [](const Trial& a, const Trial& b) {
        return a.figures.noise < b.figures.noise ||
               (a.figures.noise == b.figures.noise && a.figures.areaUm2 < b.figures.areaUm2);
    });
    return best;
}

}  // namespace aslog::tune
