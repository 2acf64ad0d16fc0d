// Complaints about a user's JSON file, collected so that all of them are reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aslog::support {

enum class Severity { Error, Warning };

struct Diagnostic {
    Severity severity = Severity::Error;
    std::string pointer = {};  // JSON pointer of the value, "" for the file as a whole
    std::string message = {};  // what is wrong, in a few words
    std::string found = {};    // the value in the file as JSON text, cut if long; may be empty
    std::string allowed = {};  // what may stand there; may be empty
    std::string hint = {};     // what to do; may be empty
};

class Diagnostics {
  public:
    void add(Diagnostic diagnostic);

    bool hasErrors() const { return errors_ > 0; }
    std::size_t errorCount() const { return errors_; }
    const std::vector<Diagnostic>& all() const { return items_; }

    // One paragraph for each, in the order in which they were added, and a line that counts them:
    //   spec.json: error at /array/rows: out of range
    //     found:   200
    //     allowed: an integer from 1 to 128
    //     hint:    ...
    std::string text(const std::string& fileName) const;

  private:
    std::vector<Diagnostic> items_;
    std::size_t errors_ = 0;
};

// The name in `known` nearest to `name` (edit distance), or "" if none is near enough to be meant.
std::string nearestName(const std::string& name, const std::vector<std::string>& known);

}  // namespace aslog::support
