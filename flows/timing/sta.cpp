#include "flows/timing/sta.h"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "flows/timing/sta_answer.h"

namespace aslog::flows {
namespace {

// A word that Tcl takes as it is.
std::string braced(const std::string& text) {
    return "{" + text + "}";
}

std::string bracedList(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : " ") + braced(name);
    }
    return braced(text);
}

std::string linkCommands(const Workspace& workspace, const TimedNetlist& netlist) {
    const std::string library =
        netlist.extraLibrary.empty()
            ? ""
            : fmt::format("read_liberty {}\n", workspace.nameOf(netlist.extraLibrary));
    return library +
           fmt::format("aslog_link {} {}\n", workspace.nameOf(netlist.verilog), netlist.top);
}

std::string constrainCommand(const TimedNetlist& netlist) {
    return fmt::format("aslog_constrain {} {} {} {} {}\n", netlist.periodNs,
                       bracedList(netlist.clockPorts), bracedList(netlist.idealPorts),
                       netlist.arrivalNs, netlist.departureNs);
}

std::string limitText(const std::optional<double>& limit) {
    return limit ? fmt::to_string(*limit) : "{}";
}

// "cell/pin {fF ns is_control} ...": what aslog_report_limits takes.
std::string limitsOf(const gates::CellLibrary& library, double defaultMaxLoadFf) {
    std::string text;
    for (const auto& [cellName, cell] : library.cells()) {
        for (const auto& [pinName, pin] : cell.pins) {
            const std::string load =
                pin.isOutput ? fmt::to_string(pin.maxCapacitanceFf.value_or(defaultMaxLoadFf))
                             : "{}";
            text += fmt::format("{}/{} {{{} {} {}}}\n", cellName, pinName, load,
                                limitText(pin.maxTransitionNs), pin.isControl ? 1 : 0);
        }
    }
    return text;
}

LimitChecks readChecks(StaAnswer& answer) {
    LimitChecks checks;
    const std::vector<std::string> lines = answer.take("limit");
    const std::map<std::string, LimitCheck*> kinds = {{"max_capacitance", &checks.capacitanceFf},
                                                      {"max_slew", &checks.slewNs}};
    std::set<std::string> seen;
    for (const std::string& line : lines) {
        std::string kind;
        LimitCheck check;
        answer.read(line, kind, check.checked, check.violations, check.idealViolations, check.worst,
                    check.limit, check.pin);
        if (!kinds.contains(kind) || !seen.insert(kind).second) {
            answer.fail("a strange line \"" + line + "\"");
        }
        check.pin = check.pin == "-" ? "" : check.pin;
        *kinds.at(kind) = check;
    }
    if (seen.size() != kinds.size()) {
        answer.fail("no check of a limit");
    }
    long violators = 0;  // by OpenSTA's own count
    long atMost = 0;
    answer.read(answer.takeOne("slew_violators"), violators, atMost);
    const LimitCheck& slew = checks.slewNs;
    if (violators < slew.violations + slew.idealViolations || violators > atMost) {
        answer.fail(fmt::format("{} pins with too slow edges, of which aslog sees {}", violators,
                                slew.violations + slew.idealViolations));
    }
    return checks;
}

}  // namespace

Sta::Sta(const Workspace& workspace, std::filesystem::path libraryFile,
         const gates::CellLibrary& library, double defaultMaxLoadFf, std::filesystem::path scripts)
    : workspace_(workspace),
      libraryFile_(std::move(libraryFile)),
      wireLoad_(library.wireLoad().name()),
      limits_(limitsOf(library, defaultMaxLoadFf)),
      scripts_(std::move(scripts)) {
}

StaAnswer Sta::run(const std::string& name, const std::string& commands) const {
    const std::string script =
        fmt::format("source {}\naslog_start {} {}\n{}puts \"aslog done\"\n",
                    workspace_.nameOf(scripts_ / "sta.tcl"), workspace_.nameOf(libraryFile_),
                    braced(wireLoad_), commands);
    return {workspace_.sta(name, script), name,
            (workspace_.folder() / "logs" / (name + ".log")).string()};
}

Timing Sta::analyse(const std::string& name, const TimedNetlist& netlist, bool isFinal) const {
    std::string commands =
        linkCommands(workspace_, netlist) + constrainCommand(netlist) + "aslog_report_path\n";
    if (isFinal) {
        commands += "aslog_report_limits " + braced(limits_) + "\n";
        commands +=
            fmt::format("aslog_report_fmax {} {} {} {}\n", netlist.periodNs,
                        bracedList(netlist.clockPorts), bracedList(netlist.idealPorts), kPortShare);
    }
    StaAnswer answer = run(name, commands);
    Timing timing;
    std::string label;
    answer.read(answer.takeOne("slack"), label, timing.slack.worstNs, timing.slack.negativeNs);
    for (const std::string& line : answer.take("point")) {
        PathPoint& point = timing.path.emplace_back();
        answer.read(line, point.arrivalNs, point.pin);
    }
    if (timing.path.empty()) {
        answer.fail("no path");
    }
    if (isFinal) {
        timing.checks = readChecks(answer);
        answer.read(answer.takeOne("period"), timing.minPeriodNs);
    }
    answer.expectNoMore();
    return timing;
}

std::vector<Slack> Sta::slacks(const std::string& name,
                               const std::vector<TimedNetlist>& netlists) const {
    std::string commands;
    for (std::size_t i = 0; i < netlists.size(); ++i) {
        commands += linkCommands(workspace_, netlists[i]) + constrainCommand(netlists[i]) +
                    fmt::format("aslog_report_slack {}\n", i);
    }
    StaAnswer answer = run(name, commands);
    std::vector<std::optional<Slack>> found(netlists.size());
    const auto put = [&](std::size_t index, const Slack& slack) {
        if (index >= found.size() || found[index]) {
            answer.fail(fmt::format("a slack too many for netlist {}", index));
        }
        found[index] = slack;
    };
    for (const std::string& line : answer.take("slack")) {
        std::size_t index = 0;
        Slack slack;
        answer.read(line, index, slack.worstNs, slack.negativeNs);
        put(index, slack);
    }
    for (const std::string& line : answer.take("no_path")) {
        std::size_t index = 0;
        answer.read(line, index);
        put(index, {std::numeric_limits<double>::infinity(), 0});
    }
    answer.expectNoMore();
    std::vector<Slack> result;
    for (const std::optional<Slack>& slack : found) {
        if (!slack) {
            answer.fail(fmt::format("no slack for netlist {}", result.size()));
        }
        result.push_back(*slack);
    }
    return result;
}

}  // namespace aslog::flows
