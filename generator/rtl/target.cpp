#include "generator/rtl/target.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog {
namespace {

// What is between the directives of a target, or of another condition, which stays as it is.
struct Branch {
    bool ofTarget = false;
    bool chosen = true;
};

std::string chosenLines(const std::string& verilog, bool fpga, const std::string& templateName) {
    std::istringstream stream(verilog);
    std::string text;
    std::vector<Branch> branches;
    for (std::string line; std::getline(stream, line);) {
        const bool opens = line.starts_with("`if");
        const bool isElse = line == "`else";
        const bool closes = line == "`endif";
        if (opens) {
            const bool ofTarget = line == "`ifdef ASLOG_FPGA";
            branches.push_back({ofTarget, !ofTarget || fpga});
        }
        if ((isElse || closes) && branches.empty()) {
            throw support::Error(fmt::format("template {}: {} without `ifdef", templateName, line));
        }
        const bool isDirective = (opens || isElse || closes) && branches.back().ofTarget;
        if (!isDirective && std::ranges::all_of(branches, &Branch::chosen)) {
            text += line + "\n";
        }
        if (isElse && branches.back().ofTarget) {
            branches.back().chosen = !branches.back().chosen;
        } else if (closes) {
            branches.pop_back();
        }
    }
    if (!branches.empty()) {
        throw support::Error(fmt::format("template {}: `ifdef without `endif", templateName));
    }
    return text;
}

// An enable's name is a letter shorter: what stands behind it stays in its column.
std::string withEnables(const std::string& line) {
    static const std::regex gatedRegister(R"(@\(posedge (\w+_clk(_[io])?)\))");
    static const std::regex pin(R"((\.\w+_clk_[io])( *)\()");
    const std::size_t comment = line.find("//");
    std::string code = line.substr(0, comment);
    const std::size_t columns = code.size();
    code = std::regex_replace(code, gatedRegister, "@(posedge clk_i) if ($1)");
    code = enableNames(std::regex_replace(code, pin, "$1 $2("));
    if (comment == std::string::npos) {
        return code;
    }
    code.resize(std::max(code.size(), columns), ' ');
    return code + line.substr(comment);
}

}  // namespace

std::string enableNames(const std::string& verilog) {
    static const std::regex gatedClock(R"(\b(\w+)_clk(_[io])?\b)");
    return std::regex_replace(verilog, gatedClock, "$1_en$2");
}

std::string forTarget(const std::string& verilog, bool fpga, const std::string& templateName) {
    const std::string text = chosenLines(verilog, fpga, templateName);
    if (!fpga) {
        return text;
    }
    std::istringstream stream(text);
    std::string result;
    for (std::string line; std::getline(stream, line);) {
        result += withEnables(line) + "\n";
    }
    return result;
}

}  // namespace aslog
