#include "support/table.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace aslog::support {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // a column is not wrapped to less than this

// True for a byte that starts a code point.
bool startsCodePoint(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// Number of bytes of the first `count` code points.
std::size_t bytesOf(std::string_view text, std::size_t count) {
    std::size_t position = 0;
    std::size_t seen = 0;
    while (position < text.size()) {
        if (startsCodePoint(text[position]) && seen++ == count) {
            break;
        }
        ++position;
    }
    return position;
}

std::string padded(const std::string& cell, std::size_t width, Align align) {
    const std::size_t used = displayWidth(cell);
    const std::string space(width > used ? width - used : 0, ' ');
    return align == Align::Left ? cell + space : space + cell;
}

std::string withoutTrailingSpace(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

// One row of cells as one or more lines of text.
std::string rowText(const std::vector<std::string>& cells, const std::vector<Column>& columns,
                    const std::vector<std::size_t>& widths) {
    std::vector<std::vector<std::string>> wrapped;
    std::size_t lines = 1;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        wrapped.push_back(wrap(cells[c], widths[c]));
        lines = std::max(lines, wrapped.back().size());
    }
    std::string text;
    for (std::size_t l = 0; l < lines; ++l) {
        std::string line;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const std::string cell = l < wrapped[c].size() ? wrapped[c][l] : "";
            line +=
                (c > 0 ? std::string(kGap, ' ') : "") + padded(cell, widths[c], columns[c].align);
        }
        text += withoutTrailingSpace(line) + "\n";
    }
    return text;
}

std::size_t totalWidth(const std::vector<std::size_t>& widths) {
    std::size_t total = kGap * (widths.size() - 1);
    for (const std::size_t width : widths) {
        total += width;
    }
    return total;
}

}  // namespace

std::size_t displayWidth(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), startsCodePoint));
}

std::vector<std::string> wrap(std::string_view utf8, std::size_t width) {
    std::vector<std::string> lines;
    while (displayWidth(utf8) > width) {
        const std::size_t most = bytesOf(utf8, width);
        const std::size_t space = utf8.rfind(' ', most);
        const bool breakable = space != std::string_view::npos && space > 0;
        const std::size_t end = breakable ? space : most;
        lines.emplace_back(utf8.substr(0, end));
        utf8.remove_prefix(breakable ? end + 1 : end);
    }
    lines.emplace_back(utf8);
    return lines;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    if (columns_.empty()) {
        throw std::invalid_argument("a table has at least one column");
    }
}

void Table::addRow(std::vector<std::string> cells) {
    if (cells.size() > columns_.size()) {
        throw std::invalid_argument("a row has more cells than the table has columns");
    }
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

void Table::addRule() {
    rows_.emplace_back();
}

std::string Table::text(std::size_t maxWidth) const {
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) {
        titles.push_back(column.title);
        widths.push_back(displayWidth(column.title));
    }
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            widths[c] = std::max(widths[c], displayWidth(row[c]));
        }
    }
    if (const std::size_t total = totalWidth(widths); total > maxWidth) {
        std::size_t widest = 0;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const bool wider = widths[c] > widths[widest] || columns_[widest].align != Align::Left;
            widest = columns_[c].align == Align::Left && wider ? c : widest;
        }
        const std::size_t excess = std::min(total - maxWidth, widths[widest]);
        widths[widest] = std::max(kNarrowest, widths[widest] - excess);
    }
    const std::string rule(std::min(maxWidth, totalWidth(widths)), '-');
    std::string text = rowText(titles, columns_, widths) + rule + "\n";
    for (const auto& row : rows_) {
        text += row.empty() ? rule + "\n" : rowText(row, columns_, widths);
    }
    return text;
}

}  // namespace aslog::support
