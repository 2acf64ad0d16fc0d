#include "ptq/data/csv.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::data {
namespace {

std::vector<std::string> cellsOf(std::string line) {
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    std::vector<std::string> cells(1);
    for (const char character : line) {
        if (character == ',') {
            cells.emplace_back();
        } else {
            cells.back() += character;
        }
    }
    return cells;
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path) {
    CsvTable table;
    table.path_ = path;
    std::istringstream stream(support::readFile(path));
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        std::vector<std::string> cells = cellsOf(std::move(line));
        if (number == 1) {
            table.header_ = std::move(cells);
        } else if (cells.size() == table.header_.size()) {
            table.rows_.push_back(std::move(cells));
        } else {
            throw support::InputError(fmt::format("{}:{}: {} cells found, the header has {}",
                                                  path.string(), number, cells.size(),
                                                  table.header_.size()));
        }
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
                        row + 2, column, cell, low, high));
    }
    return value;
}

}  // namespace aslog::data
