#include "ptq/data/csv.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::data {
namespace {

using Row = std::vector<std::string>;

// Takes a text apart, row by row.
class CsvReader {
  public:
    CsvReader(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
        constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
        if (text_.starts_with(kByteOrderMark)) {
            text_.remove_prefix(kByteOrderMark.size());
        }
    }

    bool hasMore() const { return !text_.empty(); }

    // Of the row that nextRow() returned last; a row may take several.
    std::size_t line() const { return line_; }

    Row nextRow() {
        line_ = nextLine_;
        Row row(1);
        while (!text_.empty()) {
            const char character = take();
            if (character == '"' && row.back().empty()) {
                row.back() = quoted();
            } else if (character == ',') {
                row.emplace_back();
            } else if (character == '\n') {
                break;
            } else if (character != '\r' || !(text_.empty() || text_.front() == '\n')) {
                row.back() += character;
            }
        }
        return row;
    }

  private:
    char take() {
        const char character = text_.front();
        text_.remove_prefix(1);
        nextLine_ += character == '\n' ? 1 : 0;
        return character;
    }

    // A cell behind its first quotation mark, up to the one that ends it.
    std::string quoted() {
        std::string cell;
        while (!text_.empty()) {
            const char character = take();
            if (character == '"' && (text_.empty() || text_.front() != '"')) {
                return cell;
            }
            if (character == '"') {
                take();  // doubled
            }
            cell += character;
        }
        throw support::InputError(fmt::format("{}:{}: a quotation mark has no end", name_, line_));
    }

    std::string_view text_;
    std::string name_;
    std::size_t line_ = 1;
    std::size_t nextLine_ = 1;
};

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path) {
    CsvTable table;
    table.path_ = path;
    const std::string text = support::readFile(path);
    CsvReader reader(text, path.string());
    table.header_ = reader.nextRow();
    while (reader.hasMore()) {
        Row cells = reader.nextRow();
        if (cells.size() != table.header_.size()) {
            throw support::InputError(fmt::format("{}:{}: {} cells found, the header has {}",
                                                  path.string(), reader.line(), cells.size(),
                                                  table.header_.size()));
        }
        table.rows_.push_back(std::move(cells));
        table.lines_.push_back(reader.line());
    }
    if (table.rows_.empty()) {
        throw support::InputError(fmt::format("{}: has no rows below a header", path.string()));
    }
    return table;
}

bool CsvTable::has(const std::string& column) const {
    return std::find(header_.begin(), header_.end(), column) != header_.end();
}

std::size_t CsvTable::indexOf(const std::string& column) const {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end()) {
        throw support::InputError(fmt::format("{}: has no column \"{}\"; found: {}", path_.string(),
                                              column, fmt::join(header_, ", ")));
    }
    return static_cast<std::size_t>(found - header_.begin());
}

const std::string& CsvTable::text(std::size_t row, const std::string& column) const {
    return rows_.at(row)[indexOf(column)];
}

int CsvTable::integer(std::size_t row, const std::string& column, int low, int high) const {
    const std::string& cell = text(row, column);
    int value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || value < low || value > high) {
        throw support::InputError(
            fmt::format("{}:{}: {} is \"{}\"; an integer from {} to {} is allowed", path_.string(),
                        lines_[row], column, cell, low, high));
    }
    return value;
}

}  // namespace aslog::data
