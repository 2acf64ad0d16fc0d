// Reader of the Liberty format as far as its syntax goes: groups, attributes, values. What they
// mean is known to cell_library.h only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aslog::gates {

// name : value ;   or   name ( value, value ) ;      values without their quotation marks
struct LibertyAttribute {
    std::string_view name;
    std::vector<std::string_view> values;
    bool isList = false;  // the second form
};

// type ( argument, argument ) { attributes and groups }
struct LibertyGroup {
    std::string_view type;
    std::vector<std::string_view> arguments;
    std::vector<LibertyAttribute> attributes;
    std::vector<LibertyGroup> groups;
    int line = 0;

    // First argument without quotation marks: the name of a cell or a pin; "" if there is none.
    std::string_view name() const;

    // First value of the attribute; "" if there is none.
    std::string_view attribute(std::string_view attributeName) const;
};

// A library: one file, or several that its maker delivers apart. The views of the groups point into
// the texts, which it owns.
class LibertyFile {
  public:
    // Files may be compressed by gzip, start with a byte order mark, and name others that belong in
    // their place with include_file (relative to their own folder). Of several files the first
    // gives the library group, the others add their groups to it; units, thresholds and defaults
    // must agree, and of default limits (default_max_...) the strictest holds for all. Throws
    // support::FileError if a file cannot be read, support::InputError with the line if it is no
    // Liberty file, or with what two of them say differently.
    static LibertyFile read(const std::vector<std::filesystem::path>& files);
    static LibertyFile read(const std::filesystem::path& file);

    // As read(); `name` stands for the file in messages, and it includes no other.
    static LibertyFile parse(std::string text, const std::string& name);

    // The library group, with all in it.
    const LibertyGroup& root() const { return root_; }

    // Names of the files without their folders, but those that they include.
    const std::vector<std::string>& files() const { return files_; }

    // "a.lib + b.lib", for results and messages.
    std::string name() const;

    // SHA-256 of the files as they are on the disk, one after the other (those that a file includes
    // behind it).
    const std::string& sha256() const { return sha256_; }

  private:
    std::vector<std::unique_ptr<const std::string>> texts_;
    LibertyGroup root_;
    std::vector<std::string> files_;
    std::string sha256_;
};

}  // namespace aslog::gates
