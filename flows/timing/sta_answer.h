// What flows/scripts/sta.tcl prints for aslog, read strictly: lines "aslog <what> <fields>", the
// last of which is "aslog done". All other lines are OpenSTA's own.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace aslog::flows {

class StaAnswer {
  public:
    // `name` stands for the analysis in messages, `log` says where all of the output is. Throws
    // support::Error, with OpenSTA's own error, if the end is missing or not the end.
    StaAnswer(const std::string& output, std::string name, const std::string& log);

    // The fields of all lines of a kind, which then count as read.
    std::vector<std::string> take(const std::string& what);
    // As take(), where there must be one.
    std::string takeOne(const std::string& what);

    // Throws support::Error if there are lines that nobody has read.
    void expectNoMore() const;

    // Reads all of the fields of a line; throws support::Error if they are not just these.
    template <typename... Fields>
    void read(const std::string& line, Fields&... fields) const {
        std::istringstream stream(line);
        std::string rest;
        if (!(stream >> ... >> fields) || stream >> rest) {
            fail("a strange line \"" + line + "\"");
        }
    }

    [[noreturn]] void fail(const std::string& found) const;

  private:
    std::string name_;
    std::map<std::string, std::vector<std::string>> lines_;
};

}  // namespace aslog::flows
