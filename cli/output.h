// Where the results of a command go: tables for people, or one JSON value with --json.
#pragma once

#include <string>

#include "support/json_file.h"

namespace aslog::cli {

class Output {
  public:
    explicit Output(bool json) : json_(json) {}

    bool json() const { return json_; }

    // A line (or several) for people, on standard output; nothing with --json.
    void text(const std::string& lines) const;

    // The result; nothing without --json. Called once by a command.
    void result(const support::Json& value) const;

  private:
    bool json_;
};

// Throws support::FileError if something that was printed could not be written.
void finishOutput();

}  // namespace aslog::cli
