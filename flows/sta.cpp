#include "flows/sta.h"

#include <limits>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "support/error.h"

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

std::string linkCommands(const TimedNetlist& netlist) {
    const std::string library =
        netlist.extraLibrary.empty()
            ? ""
            : fmt::format("read_liberty {}\n", braced(netlist.extraLibrary.string()));
    return library +
           fmt::format("aslog_link {} {}\n", braced(netlist.verilog.string()), netlist.top);
}

std::string constrainCommand(const TimedNetlist& netlist) {
    return fmt::format("aslog_constrain {} {} {} {} {}\n", netlist.periodNs,
                       bracedList(netlist.clockPorts), bracedList(netlist.idealPorts),
                       netlist.arrivalNs, netlist.departureNs);
}

// The lines of an output that start with "aslog <what>", without that start.
std::vector<std::string> linesOf(const std::string& output, const std::string& what) {
    const std::string start = "aslog " + what;
    std::vector<std::string> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with(start)) {
            const std::size_t skip = start.size() + 1;
            lines.push_back(line.size() > skip ? line.substr(skip) : "");
        }
    }
    return lines;
}

template <typename... Fields>
bool readFields(const std::string& line, Fields&... fields) {
    std::istringstream stream(line);
    return static_cast<bool>((stream >> ... >> fields));
}

}  // namespace

Sta::Sta(const Workspace& workspace, std::filesystem::path library, std::string wireLoad,
         std::filesystem::path scripts)
    : workspace_(workspace),
      library_(std::move(library)),
      wireLoad_(std::move(wireLoad)),
      scripts_(std::move(scripts)) {
}

std::string Sta::run(const std::string& name, const std::string& commands) const {
    const std::string script = fmt::format("source {}\naslog_start {} {}\n{}puts \"aslog done\"\n",
                                           braced((scripts_ / "sta.tcl").string()),
                                           braced(library_.string()), braced(wireLoad_), commands);
    std::string output = workspace_.sta(name, script);
    if (linesOf(output, "done").empty()) {
        const std::size_t error = output.find("Error");
        throw support::Error(fmt::format(
            "OpenSTA failed ({}): {}", (workspace_.folder() / "logs" / (name + ".log")).string(),
            error == std::string::npos ? "it says nothing"
                                       : output.substr(error, output.find('\n', error) - error)));
    }
    return output;
}

Timing Sta::analyse(const std::string& name, const TimedNetlist& netlist, bool wantsPeriod) const {
    std::string commands =
        linkCommands(netlist) + constrainCommand(netlist) + "aslog_report_path\n";
    if (wantsPeriod) {
        commands +=
            fmt::format("aslog_report_fmax {} {} {} {}\n", netlist.periodNs,
                        bracedList(netlist.clockPorts), bracedList(netlist.idealPorts), kPortShare);
    }
    const std::string output = run(name, commands);
    Timing timing;
    std::string label;
    const std::vector<std::string> slack = linesOf(output, "slack");
    const std::vector<std::string> period = linesOf(output, "period");
    if (slack.size() != 1 ||
        !readFields(slack.front(), label, timing.slack.worstNs, timing.slack.negativeNs) ||
        (wantsPeriod && (period.size() != 1 || !readFields(period.front(), timing.minPeriodNs)))) {
        throw support::Error(fmt::format("OpenSTA reported no slack for {}", name));
    }
    for (const std::string& line : linesOf(output, "point")) {
        PathPoint& point = timing.path.emplace_back();
        if (!readFields(line, point.arrivalNs, point.pin)) {
            throw support::Error(fmt::format("OpenSTA reported a strange path for {}", name));
        }
    }
    return timing;
}

std::vector<Slack> Sta::slacks(const std::string& name,
                               const std::vector<TimedNetlist>& netlists) const {
    std::string commands;
    for (std::size_t i = 0; i < netlists.size(); ++i) {
        commands += linkCommands(netlists[i]) + constrainCommand(netlists[i]) +
                    fmt::format("aslog_report_slack {}\n", i);
    }
    std::vector<Slack> result(netlists.size(), {std::numeric_limits<double>::infinity(), 0});
    for (const std::string& line : linesOf(run(name, commands), "slack")) {
        std::size_t index = 0;
        Slack slack;
        if (!readFields(line, index, slack.worstNs, slack.negativeNs) || index >= result.size()) {
            throw support::Error(fmt::format("OpenSTA reported a strange slack for {}", name));
        }
        result[index] = slack;
    }
    return result;
}

}  // namespace aslog::flows
