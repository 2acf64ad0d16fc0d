// Markdown, as documents want it.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aslog::report {

class Markdown {
  public:
    void heading(const std::string& text) { text_ += fmt::format("## {}\n\n", text); }
    void paragraph(const std::string& text) { text_ += text + "\n\n"; }
    void header(const std::vector<std::string>& cells) {
        row(cells);
        row(std::vector<std::string>(cells.size(), "---"));
    }
    void row(const std::vector<std::string>& cells) {
        text_ += fmt::format("| {} |\n", fmt::join(cells, " | "));
    }
    void end() { text_ += "\n"; }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

}  // namespace aslog::report
