#include "flows/timing_loop.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "flows/carry_save.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::flows {
namespace {

constexpr const char* kReset = "rst_ni";
constexpr const char* kClock = "clk_i";
constexpr int kMaxRounds = 12;
constexpr std::array<int, 3> kFasterAdders = {16, 8, 0};  // ripple bits
constexpr std::array<double, 3> kCrossingRatios = {0.9, 0.5, 0.3};
constexpr double kMargin = 0.005;  // of the period, that a part must have left on its own
constexpr double kWorthwhile = 0.1;  // share of a path below which a module is left as it is
constexpr double kFirstArrival = 0.1;  // of the period, at the inputs of a part, before an analysis
                                       // of the array says more

// What surrounds a part of the array: when its inputs arrive, and how long before the next clock
// edge its outputs must be there.
struct Surroundings {
    double arrivalNs = 0;
    double departureNs = 0;
};

class Loop {
  public:
    Loop(const TimingInputs& inputs, ArrayDesign& design) : inputs_(inputs), design_(design) {
        inputs_.fanout.crossingRatio = kCrossingRatios.front();
        for (const std::string& module : design_.modules()) {
            smallest_[module] = design_.chosen(module).areaUm2;
        }
    }

    ClosedArray run() {
        speedUpSlowParts();
        ClosedArray best;
        best.timing.slackNs = -std::numeric_limits<double>::infinity();
        std::size_t ratio = 0;
        int rounds = 0;
        while (rounds < kMaxRounds) {
            ClosedArray now = analyse(++rounds);
            const bool met = now.timing.slackNs >= 0;
            const std::vector<PathPoint> path = now.timing.path;
            if (now.timing.slackNs > best.timing.slackNs) {
                best = std::move(now);
            }
            if (met) {
                break;
            }
            if (!speedUpPath(path)) {
                if (++ratio == kCrossingRatios.size()) {
                    break;
                }
                inputs_.fanout.crossingRatio = kCrossingRatios[ratio];
            }
        }
        best.rounds = rounds;
        return best;
    }

  private:
    std::string fileName(const std::string& what) {
        return fmt::format("{}_{}_{}", design_.variant().name, what, files_++);
    }

    // The cells of a part with its fan-out buffers, written for OpenSTA.
    TimedNetlist write(const std::string& top, const Surroundings& around, Netlist& netlist) {
        netlist = design_.cells(top);
        TimedNetlist timed;
        for (const std::string& port :
             bufferFanout(netlist, inputs_.mapper.library(), inputs_.fanout)) {
            (port == kReset ? timed.idealPorts : timed.clockPorts).push_back(port);
        }
        timed.verilog = inputs_.workspace.temporary(fileName(top) + ".v");
        timed.top = top;
        timed.periodNs = inputs_.periodNs;
        timed.arrivalNs = around.arrivalNs;
        timed.departureNs = around.departureNs;
        support::writeFile(timed.verilog, toVerilog(netlist));
        return timed;
    }

    TimedNetlist write(const std::string& top, const Surroundings& around) {
        Netlist netlist;
        return write(top, around, netlist);
    }

    ClosedArray analyse(int round) {
        ClosedArray result;
        const double share = kPortShare * inputs_.periodNs;
        TimedNetlist timed = write(design_.words().top, {share, share}, result.netlist);
        timed.clockPorts = {kClock};
        timed.idealPorts = {kReset};
        result.timing = inputs_.sta.analyse(
            fmt::format("timing_{}_{}", design_.variant().name, round), timed, true);
        result.crossingRatio = inputs_.fanout.crossingRatio;
        for (const std::string& module : design_.modules()) {
            const Candidate& chosen = design_.chosen(module);
            if (chosen.areaUm2 > smallest_.at(module)) {
                result.choices.push_back({module, chosen.recipe, chosen.rippleBits,
                                          chosen.areaUm2 - smallest_.at(module)});
            }
        }
        return result;
    }

    // Types of the array's own instances, each once.
    std::vector<std::string> parts() const {
        std::set<std::string> types;
        for (const Cell& cell : design_.words().modules.at(design_.words().top).cells) {
            if (design_.words().modules.contains(cell.type)) {
                types.insert(cell.type);
            }
        }
        return {types.begin(), types.end()};
    }

    // Before the first analysis of the whole array: parts that are too slow by themselves.
    void speedUpSlowParts() {
        const Surroundings around = {kFirstArrival * inputs_.periodNs, 0};
        std::vector<TimedNetlist> netlists;
        for (const std::string& part : parts()) {
            netlists.push_back(write(part, around));
        }
        const std::vector<double> slacks = inputs_.sta.slacks(fileName("parts"), netlists);
        for (std::size_t i = 0; i < netlists.size(); ++i) {
            if (slacks[i] < 0) {
                speedUpPart(netlists[i].top, around);
            }
        }
    }

    // The parts on a path of the array, the one that takes longest first; true if one got faster.
    bool speedUpPath(const std::vector<PathPoint>& path) {
        struct Stay {
            double delayNs = 0;
            Surroundings around;
        };
        std::map<std::string, Stay> stays;
        const double end = path.back().arrivalNs;
        std::string before;
        for (const PathStretch& stretch : stretchesOf(design_, path)) {
            const std::string part = stretch.instance.substr(0, stretch.instance.find('/'));
            if (part.empty()) {
                before.clear();
                continue;
            }
            const std::string type = design_.placeOf(part + "/x").module;
            Stay& stay = stays[type];
            if (part != before) {
                stay.around.arrivalNs = stretch.endsAtNs - stretch.delayNs;
            }
            stay.delayNs += stretch.delayNs;
            stay.around.departureNs = end - stretch.endsAtNs;
            before = part;
        }
        std::vector<std::pair<double, std::string>> order;
        for (const auto& [type, stay] : stays) {
            order.emplace_back(-stay.delayNs, type);
        }
        std::sort(order.begin(), order.end());
        return std::any_of(order.begin(), order.end(), [&](const auto& each) {
            return speedUpPart(each.second, stays.at(each.second).around);
        });
    }

    // Exchanges modules of a part until it meets its target; true if it got faster.
    bool speedUpPart(const std::string& part, const Surroundings& around) {
        const double wanted = kMargin * inputs_.periodNs;
        std::set<std::string> exhausted;
        bool faster = false;
        while (true) {
            const Timing timing =
                inputs_.sta.analyse(fileName("part_" + part), write(part, around), false);
            if (timing.slackNs >= wanted) {
                return faster;
            }
            const std::string module = slowestModule(part, timing.path, exhausted);
            if (module.empty()) {
                return faster;
            }
            faster = exchange(part, around, module, timing.slackNs) || faster;
            exhausted.insert(module);
        }
    }

    // The module that takes most of a path inside a part, none of those in `exhausted`.
    std::string slowestModule(const std::string& part, const std::vector<PathPoint>& path,
                              const std::set<std::string>& exhausted) const {
        Netlist below = design_.words();
        below.top = part;
        const ArrayDesign partDesign({}, below);
        std::map<std::string, double> delays;
        for (const PathStretch& stretch : stretchesOf(partDesign, path)) {
            delays[stretch.module] += stretch.delayNs;
        }
        std::string slowest;
        for (const auto& [module, delay] : delays) {
            if (!exhausted.contains(module) && delay > kWorthwhile * path.back().arrivalNs &&
                (slowest.empty() || delay > delays.at(slowest))) {
                slowest = module;
            }
        }
        return slowest;
    }

    // Takes the smallest version of the module with which the part meets its target, or the
    // fastest; true if the part got faster than `slackNs`.
    bool exchange(const std::string& part, const Surroundings& around, const std::string& module,
                  double slackNs) {
        const Candidate before = design_.chosen(module);
        const CandidateList candidates = alternatives(module);
        if (candidates.size() == 1) {
            return false;
        }
        std::vector<TimedNetlist> netlists;
        for (const Candidate& candidate : candidates) {
            design_.choose(module, candidate);
            netlists.push_back(write(part, around));
        }
        const std::vector<double> slacks =
            inputs_.sta.slacks(fileName("choices_" + module), netlists);
        const double wanted = std::min(kMargin * inputs_.periodNs,
                                       *std::max_element(slacks.begin(), slacks.end()));
        const auto chosen = static_cast<std::size_t>(
            std::find_if(slacks.begin(), slacks.end(),
                         [wanted](double slack) { return slack >= wanted; }) -
            slacks.begin());
        const bool faster = slacks[chosen] > slackNs + 1e-6;
        design_.choose(module, faster ? candidates[chosen] : before);
        return faster;
    }

    // All versions of a module, smallest first.
    CandidateList alternatives(const std::string& module) {
        std::vector<MappingRequest> requests;
        for (const int ripple : kFasterAdders) {
            requests.push_back({&design_.words(), module, design_.variant().method, ripple, true});
        }
        CandidateList all = *inputs_.mapper
                                 .map(fileName("map_" + module),
                                      {{&design_.words(), module, design_.variant().method,
                                        kRippleOnly, false}},
                                      1)
                                 .front();
        std::set<std::pair<double, std::size_t>> seen;
        for (const Candidate& each : all) {
            seen.emplace(each.areaUm2, each.module.cells.size());
        }
        if (design_.variant().method == Method::Plain) {
            return all;
        }
        for (const auto& list : inputs_.mapper.map(fileName("map_" + module), requests, 1)) {
            for (const Candidate& each : *list) {
                if (seen.emplace(each.areaUm2, each.module.cells.size()).second) {
                    all.push_back(each);
                }
            }
        }
        std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
            return a.areaUm2 < b.areaUm2;
        });
        return all;
    }

    TimingInputs inputs_;
    ArrayDesign& design_;
    std::map<std::string, double> smallest_;
    int files_ = 0;
};

}  // namespace

ClosedArray closeTiming(const TimingInputs& inputs, ArrayDesign& design) {
    return Loop(inputs, design).run();
}

}  // namespace aslog::flows
