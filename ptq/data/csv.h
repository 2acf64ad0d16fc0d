// Tables of text with a header line: "file,label", as RFC 4180 has them: cells in quotation marks
// may hold commas, line feeds and doubled quotation marks. A byte order mark at the start is
// skipped.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace aslog::data {

class CsvTable {
  public:
    // Throws support::FileError if the file cannot be read, support::InputError with the line if a
    // row has another number of cells than the header.
    static CsvTable read(const std::filesystem::path& path);

    std::size_t rows() const { return rows_.size(); }
    bool has(const std::string& column) const;

    // Throw support::InputError, which names file, line and column: no such column, no integer.
    const std::string& text(std::size_t row, const std::string& column) const;
    int integer(std::size_t row, const std::string& column, int low, int high) const;

  private:
    std::size_t indexOf(const std::string& column) const;

    std::filesystem::path path_;
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> lines_;  // where each row starts
};

}  // namespace aslog::data
