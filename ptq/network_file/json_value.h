// JSON of unknown origin, read value by value with errors that tell the place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace aslog::ptq {

// Parses with limits on depth and number of values; no key may stand twice in an object. `what`
// names the text in errors. Throws support::InputError.
nlohmann::json parseJson(std::string_view text, const std::string& what);

// "place: found X, allowed is Y" as a support::InputError.
[[noreturn]] void failAt(const std::string& place, const std::string& found,
                         const std::string& allowed);

// A value and its place. What does not fit is a support::InputError with place, what was found and
// what is allowed. The document must outlive it.
class JsonValue {
  public:
    // The document itself; `what` names it.
    JsonValue(const nlohmann::json& document, const std::string& what)
        : JsonValue(document, what, "") {}

    // "the header /a/shape/0": the document's name and a JSON pointer.
    std::string place() const { return pointer_.empty() ? what_ : what_ + " " + pointer_; }
    bool isNull() const { return value_->is_null(); }

    // Requires an object with these members and no others.
    void requireMembers(const std::vector<std::string>& keys) const;
    bool hasMember(const std::string& key) const;
    std::vector<std::string> keys() const;
    JsonValue operator[](const std::string& key) const;  // a member that must be there

    std::vector<JsonValue> elements(std::size_t least, std::size_t most) const;
    std::int64_t integer(std::int64_t low, std::int64_t high) const;
    int smallInteger(int low, int high) const;
    double number(double low, double high) const;
    bool boolean() const;
    std::string text(std::size_t maxBytes) const;

    [[noreturn]] void fail(const std::string& allowed) const;

  private:
    JsonValue(const nlohmann::json& value, std::string what, std::string pointer)
        : value_(&value), what_(std::move(what)), pointer_(std::move(pointer)) {}

    const nlohmann::json* value_;
    std::string what_;
    std::string pointer_;
};

}  // namespace aslog::ptq
