// Text tables for the terminal, never wider than 100 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::support {

enum class Align { Left, Right };

struct Column {
    std::string title;
    Align align = Align::Left;
};

// Columns are as wide as their widest cell, two spaces apart. If a table is wider than the limit,
// its widest left-aligned column is wrapped at spaces. Text is UTF-8, one column per code point.
class Table {
  public:
    explicit Table(std::vector<Column> columns);

    // Missing cells at the end are empty. Throws std::invalid_argument if there are too many.
    void addRow(std::vector<std::string> cells);

    // A line of dashes between two groups of rows.
    void addRule();

    // Title line, dashes, rows; each line ends with a line feed and has no space at its end.
    std::string text(std::size_t maxWidth = 100) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

// Number of code points: the width of the text on a terminal.
std::size_t displayWidth(std::string_view utf8);

// Lines of at most `width` code points, broken at spaces; a word that is too long is cut.
std::vector<std::string> wrap(std::string_view utf8, std::size_t width);

}  // namespace aslog::support
