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
};

// type ( argument, argument ) { attributes and groups }
struct LibertyGroup {
    std::string_view type;
    std::vector<std::string_view> arguments;
    std::vector<LibertyAttribute> attributes;
    std::vector<LibertyGroup> groups;
    std::string_view text;  // the whole group, from its type to its closing brace
    int line = 0;

    // First argument without quotation marks: the name of a cell or a pin; "" if there is none.
    std::string_view name() const;

    // First value of the attribute; "" if there is none.
    std::string_view attribute(std::string_view attributeName) const;
};

// A whole file. The views of the groups point into its text, which it owns.
class LibertyFile {
  public:
    // Throws support::FileError if the file cannot be read, support::InputError with the line if it
    // is no Liberty file.
    static LibertyFile read(const std::filesystem::path& path);

    // As read(); `name` stands for the file in messages.
    static LibertyFile parse(std::string text, const std::string& name);

    // The library group, with all in it.
    const LibertyGroup& root() const { return root_; }
    const std::string& text() const { return *text_; }

  private:
    std::unique_ptr<const std::string> text_;
    LibertyGroup root_;
};

}  // namespace aslog::gates
