#include "flows/timing/timing_loop.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "flows/mapping/carry_save.h"
#include "flows/timing/representative.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::flows {

using namespace gates;

namespace {

namespace fs = std::filesystem;

constexpr const char* kReset = "rst_ni";
constexpr const char* kTestEnable = "test_en_i";
constexpr const char* kClock = "clk_i";
constexpr const char* kColumn = "aslog_column";
constexpr int kMaxRounds = 12;
constexpr std::array<int, 2> kFasterAdders = {8, 0};  // ripple bits
constexpr std::array<double, 3> kCrossingRatios = {0.9, 0.5, 0.3};
constexpr double kMargin = 0.005;       // of the period, that a part must have left on its own
constexpr double kArrayMargin = 0.001;  // and the array with two columns, at first
constexpr int kMaxAttempts = 3;
constexpr int kMaxExchanges = 8;        // of modules in a part
constexpr double kLeastGain = 0.001;    // of the period; less is no gain
constexpr std::size_t kBatch = 6;       // exchanges that are weighed in one run of OpenSTA
constexpr double kWorthwhile = 0.1;     // share of a path below which a module is left as it is
constexpr double kFirstArrival = 0.06;  // of the period, at the inputs of a part, before an
                                        // analysis of the array says more

// What surrounds a part of the array: when its inputs arrive, and how long before the next clock
// edge its outputs must be there.
struct Surroundings {
    double arrivalNs = 0;
    double departureNs = 0;
};

TimedNetlist arrayTiming(const fs::path& verilog, double periodNs) {
    const double share = kPortShare * periodNs;
    return {verilog, "", kArrayTop, {kClock}, {kReset, kTestEnable}, periodNs, share, share};
}

class Loop {
  public:
    Loop(TimingInputs inputs, ArrayDesign& design) : inputs_(std::move(inputs)), design_(design) {
        inputs_.fanout.crossingRatio = kCrossingRatios.front();
    }

    // Before the first analysis of the array: parts that are too slow by themselves.
    void speedUpSlowParts() {
        const Surroundings around = {kFirstArrival * inputs_.periodNs, 0};
        std::vector<TimedNetlist> netlists;
        for (const std::string& part : parts()) {
            netlists.push_back(write(part, around));
        }
        const std::vector<Slack> slacks = inputs_.sta.slacks(fileName("parts"), netlists);
        for (std::size_t i = 0; i < netlists.size(); ++i) {
            if (slacks[i].worstNs < 0) {
                speedUpPart(netlists[i].top, {around, 0, {}});
            }
        }
    }

    // Exchanges modules until the array with two columns has the slack that is wanted; true if it
    // has.
    bool run(double wantedNs) {
        double bestSlack = -std::numeric_limits<double>::infinity();
        std::map<std::string, Candidate> best;
        FanoutRules bestFanout = inputs_.fanout;
        while (rounds_ < kMaxRounds) {
            ++rounds_;
            const Timing timing = analyseRepresentative(fmt::to_string(rounds_), false);
            if (timing.slack.worstNs > bestSlack) {
                bestSlack = timing.slack.worstNs;
                best = design_.allChosen();
                bestFanout = inputs_.fanout;
            }
            if (timing.slack.worstNs >= wantedNs) {
                break;
            }
            const double missingNs = wantedNs - timing.slack.worstNs;
            if (!speedUpPath(timing.path, missingNs) && !nextCrossingRatio()) {
                break;
            }
        }
        for (const auto& [module, candidate] : best) {
            design_.choose(module, candidate);
        }
        slackNs_ = bestSlack;
        inputs_.fanout = bestFanout;
        return bestSlack >= wantedNs;
    }

    // The worst path of the array, with two of its columns.
    Timing analyseRepresentative(const std::string& label, bool wantsPeriod) const {
        Netlist netlist = design_.cells(kArrayTop);
        const InputLoads loads = bufferFanout(netlist, inputs_.mapper.cells(), inputs_.fanout);
        const Representative small = representativeOf(netlist, loads, kColumn);
        const std::string name = fmt::format("timing_{}_{}", design_.variant().name, label);
        TimedNetlist timed =
            arrayTiming(inputs_.workspace.temporary(name + ".v"), inputs_.periodNs);
        timed.extraLibrary = inputs_.workspace.temporary(name + ".lib");
        support::writeFile(timed.verilog, toVerilog(small.netlist));
        support::writeFile(timed.extraLibrary, small.loadLibrary);
        return inputs_.sta.analyse(name, timed, wantsPeriod);
    }

    // The slack of the array with two columns, as run() left it.
    double slackNs() const { return slackNs_; }
    int rounds() const { return rounds_; }
    const FanoutRules& fanout() const { return inputs_.fanout; }

  private:
    std::string fileName(const std::string& what) {
        return fmt::format("{}_{}_{}", design_.variant().name, what, files_++);
    }

    // A part of the array with its fan-out buffers, written for OpenSTA.
    TimedNetlist write(const std::string& part, const Surroundings& around) {
        Netlist netlist = design_.cells(part);
        const InputLoads loads = bufferFanout(netlist, inputs_.mapper.cells(), inputs_.fanout);
        TimedNetlist timed;
        for (const std::string& port : idealInputs(loads, netlist.modules.at(part), part)) {
            (port == kReset ? timed.idealPorts : timed.clockPorts).push_back(port);
        }
        timed.verilog = inputs_.workspace.temporary(fileName(part) + ".v");
        timed.top = part;
        timed.periodNs = inputs_.periodNs;
        timed.arrivalNs = around.arrivalNs;
        timed.departureNs = around.departureNs;
        support::writeFile(timed.verilog, toVerilog(netlist));
        return timed;
    }

    bool nextCrossingRatio() {
        if (ratio_ + 1 == kCrossingRatios.size()) {
            return false;
        }
        inputs_.fanout.crossingRatio = kCrossingRatios[++ratio_];
        return true;
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

    // What a path of the array asks of a part.
    struct Demand {
        Surroundings around;
        double missingNs = 0;           // slack that the path lacks
        std::set<std::string> modules;  // of the part, that take a good share of the path
    };

    // The parts on a path of the array, the one that takes longest first; true if one got faster.
    bool speedUpPath(const std::vector<PathPoint>& path, double missingNs) {
        std::map<std::string, double> delays;
        std::map<std::string, Demand> demands;
        const double end = path.back().arrivalNs;
        std::string before;
        for (const PathStretch& stretch : stretchesOf(design_, path)) {
            const std::string part = stretch.instance.substr(0, stretch.instance.find('/'));
            if (part.empty()) {
                before.clear();
                continue;
            }
            const std::string type = design_.placeOf(part + "/x").module;
            Demand& demand = demands[type];
            if (part != before) {
                demand.around.arrivalNs = stretch.endsAtNs - stretch.delayNs;
            }
            demand.around.departureNs = end - stretch.endsAtNs;
            demand.missingNs = missingNs;
            if (stretch.delayNs >= kWorthwhile * end) {
                demand.modules.insert(stretch.module);
            }
            delays[type] += stretch.delayNs;
            before = part;
        }
        std::vector<std::pair<double, std::string>> order;
        order.reserve(delays.size());
        for (const auto& [type, delay] : delays) {
            order.emplace_back(-delay, type);
        }
        std::sort(order.begin(), order.end());
        return std::any_of(order.begin(), order.end(), [&](const auto& each) {
            return speedUpPart(each.second, demands.at(each.second));
        });
    }

    // One module of a part, exchanged for another version.
    struct Exchange {
        std::string module;
        Candidate candidate;
        double addedUm2 = 0;  // all instances in the part
        Slack slack;          // of the part
    };

    // Exchanges modules of a part until it meets its target; true if it got faster. A part alone is
    // not quite as fast as in the array: all inputs arrive as late as those of the array's path,
    // but their edges are ideal. So the path's modules count even if others are slower here, and
    // the part must gain what the path lacks even if it is fast enough here.
    bool speedUpPart(const std::string& part, const Demand& demand) {
        double wanted = kMargin * inputs_.periodNs;
        std::set<std::pair<std::string, double>> hopeless;  // module, area of a version
        bool faster = false;
        for (int step = 0; step < kMaxExchanges; ++step) {
            const Timing timing =
                inputs_.sta.analyse(fileName("part_" + part), write(part, demand.around), false);
            if (step == 0) {
                wanted = std::max(wanted, timing.slack.worstNs + demand.missingNs);
            }
            if (timing.slack.worstNs >= wanted) {
                return faster;
            }
            std::vector<Exchange> exchanges =
                exchangesOf(part, timing.path, demand.modules, hopeless);
            weigh(part, demand.around, wanted, exchanges);
            std::erase_if(exchanges, [&](const Exchange& each) {
                const bool isHopeless = !gains(each, timing.slack, demand);
                if (isHopeless) {
                    hopeless.emplace(each.module, each.candidate.areaUm2);
                }
                return isHopeless;
            });
            const Exchange* best = bestOf(exchanges, timing.slack, wanted);
            if (best == nullptr) {
                return faster;
            }
            design_.choose(best->module, best->candidate);
            faster = true;
        }
        return faster;
    }

    // Several paths may be equally slow, and then no exchange alone makes the worst one faster. One
    // that takes some of them away is a gain too, if its module is on the array's path.
    bool gains(const Exchange& exchange, const Slack& before, const Demand& demand) const {
        const double least = kLeastGain * inputs_.periodNs;
        const Slack& now = exchange.slack;
        return now.worstNs > before.worstNs + least ||
               (demand.modules.contains(exchange.module) && now.worstNs >= before.worstNs &&
                now.negativeNs > before.negativeNs + least);
    }

    // The modules that take a good share of a path, and those named, with all their other versions.
    std::vector<Exchange> exchangesOf(const std::string& part, const std::vector<PathPoint>& path,
                                      const std::set<std::string>& modules,
                                      const std::set<std::pair<std::string, double>>& hopeless) {
        Netlist below = design_.words();
        below.top = part;
        const ArrayDesign partDesign({}, below);
        std::map<std::string, double> delays;
        for (const PathStretch& stretch : stretchesOf(partDesign, path)) {
            delays[stretch.module] += stretch.delayNs;
        }
        std::set<std::string> worthwhile = modules;
        for (const auto& [module, delay] : delays) {
            if (delay >= kWorthwhile * path.back().arrivalNs) {
                worthwhile.insert(module);
            }
        }
        std::vector<Exchange> exchanges;
        for (const std::string& module : worthwhile) {
            const Candidate& now = design_.chosen(module);
            const int instances = partDesign.instancesOf(module);
            for (const Candidate& each : alternatives(module)) {
                const bool isNow = each.recipe == now.recipe && each.rippleBits == now.rippleBits;
                if (!isNow && !hopeless.contains({module, each.areaUm2})) {
                    exchanges.push_back(
                        {module, each, instances * (each.areaUm2 - now.areaUm2), {}});
                }
            }
        }
        return exchanges;
    }

    // The slack of the part with each exchange alone, cheapest first; those behind one that
    // suffices are dropped.
    void weigh(const std::string& part, const Surroundings& around, double wanted,
               std::vector<Exchange>& exchanges) {
        std::stable_sort(
            exchanges.begin(), exchanges.end(),
            [](const Exchange& a, const Exchange& b) { return a.addedUm2 < b.addedUm2; });
        const auto suffices = [wanted](const Exchange& each) {
            return each.slack.worstNs >= wanted;
        };
        for (std::size_t first = 0; first < exchanges.size(); first += kBatch) {
            const std::size_t last = std::min(first + kBatch, exchanges.size());
            weighBatch(part, around, {exchanges.data() + first, last - first});
            const auto end = exchanges.begin() + static_cast<std::ptrdiff_t>(last);
            const auto found = std::find_if(exchanges.begin(), end, suffices);
            if (found != end) {
                exchanges.erase(found + 1, exchanges.end());
            }
        }
    }

    void weighBatch(const std::string& part, const Surroundings& around,
                    std::span<Exchange> batch) {
        std::vector<TimedNetlist> netlists;
        for (const Exchange& each : batch) {
            const Candidate before = design_.chosen(each.module);
            design_.choose(each.module, each.candidate);
            netlists.push_back(write(part, around));
            design_.choose(each.module, before);
        }
        const std::vector<Slack> slacks = inputs_.sta.slacks(fileName("choices_" + part), netlists);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            batch[i].slack = slacks[i];
        }
    }

    // `exchanges` all gain something. Of those that suffice the cheapest; if none does, the one
    // that gains most for its area, at the worst end or else at all ends.
    const Exchange* bestOf(const std::vector<Exchange>& exchanges, const Slack& before,
                           double wanted) const {
        const Exchange* best = nullptr;
        const auto worth = [&](const Exchange& each) {
            const double area = std::max(each.addedUm2, 0.1);
            const bool suffices = each.slack.worstNs >= wanted;
            const double worst = std::min(each.slack.worstNs, wanted) - before.worstNs;
            const bool isFaster = worst > kLeastGain * inputs_.periodNs;
            return std::tuple(
                suffices, suffices ? -each.addedUm2 : 0, isFaster,
                (isFaster ? worst : each.slack.negativeNs - before.negativeNs) / area);
        };
        for (const Exchange& each : exchanges) {
            if (best == nullptr || worth(each) > worth(*best)) {
                best = &each;
            }
        }
        return best;
    }

    // All versions of a module, smallest first.
    CandidateList alternatives(const std::string& module) {
        std::vector<MappingRequest> requests;
        requests.reserve(kFasterAdders.size());
        for (const int ripple : kFasterAdders) {
            requests.push_back({&design_.words(), module, design_.variant().method, ripple, true});
        }
        CandidateList all =
            *inputs_.mapper
                 .map(fileName("map_" + module),
                      {{&design_.words(), module, design_.variant().method, kRippleOnly, false}}, 1)
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
    std::size_t ratio_ = 0;
    int rounds_ = 0;
    int files_ = 0;
    double slackNs_ = 0;
};

// The timing that is reported; the netlist of the whole array is written in any case.
void analyseArray(const TimingInputs& inputs, const ArrayDesign& design, const Loop& loop,
                  ClosedArray& result) {
    result.crossingRatio = loop.fanout().crossingRatio;
    result.rounds = loop.rounds();
    result.twoColumnSlackNs = loop.slackNs();
    result.netlist = design.cells(kArrayTop);
    static_cast<void>(bufferFanout(result.netlist, inputs.mapper.cells(), loop.fanout()));
    result.verilog = inputs.workspace.folder() / "netlists" / (design.variant().name + ".v");
    support::writeFile(result.verilog, toVerilog(result.netlist));
    result.timing = inputs.isTimedWhole
                        ? inputs.sta.analyse("timing_" + design.variant().name,
                                             arrayTiming(result.verilog, inputs.periodNs), true)
                        : loop.analyseRepresentative("final", true);
}

}  // namespace

ClosedArray closeTiming(const TimingInputs& inputs, ArrayDesign& design) {
    const std::map<std::string, Candidate> smallest = design.allChosen();
    ClosedArray result;
    Loop loop(inputs, design);
    loop.speedUpSlowParts();
    double wantedNs = kArrayMargin * inputs.periodNs;
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
        const bool met = loop.run(wantedNs);
        analyseArray(inputs, design, loop, result);
        if (!met || result.timing.slack.worstNs >= 0) {
            break;
        }
        // Two columns were faster than all of them; what they hid is added to the target.
        wantedNs += loop.slackNs() - result.timing.slack.worstNs;
    }
    for (const std::string& module : design.modules()) {
        const Candidate& now = design.chosen(module);
        const Candidate& before = smallest.at(module);
        if (now.recipe != before.recipe || now.rippleBits != before.rippleBits) {
            result.choices.push_back(
                {module, now.recipe, now.rippleBits, now.areaUm2 - before.areaUm2});
        }
    }
    return result;
}

}  // namespace aslog::flows
