#include "ptq/network_file/json_value.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace aslog::ptq {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxValues = std::size_t{1} << 20;
constexpr std::size_t kShownBytes = 80;

std::string shortened(const std::string& text) {
    return text.size() <= kShownBytes ? text : text.substr(0, kShownBytes) + "...";
}

// ASCII, so that it can be cut anywhere.
std::string shown(const json& value) {
    if (value.is_object()) {
        return "an object";
    }
    if (value.is_array()) {
        return fmt::format("an array of {}", value.size());
    }
    return shortened(value.dump(-1, ' ', true));
}

// Counts and checks what the parser meets, before much of it is stored.
class Limits {
  public:
    explicit Limits(const std::string& what) : what_(what) {}

    void see(json::parse_event_t event, const json& value) {
        using Event = json::parse_event_t;
        if (event == Event::object_end || event == Event::array_end) {
            keys_.pop_back();
            return;
        }
        if (event == Event::key) {
            if (!keys_.back().insert(value.get<std::string>()).second) {
                failAt(what_, "the key " + shown(value) + " twice in an object", "once");
            }
            return;
        }
        if (++values_ > kMaxValues) {
            failAt(what_, fmt::format("more than {} values", kMaxValues), "fewer");
        }
        if (event == Event::object_start || event == Event::array_start) {
            keys_.emplace_back();
            if (keys_.size() > kMaxDepth) {
                failAt(what_, fmt::format("JSON of more than {} levels", kMaxDepth), "fewer");
            }
        }
    }

  private:
    const std::string& what_;
    std::vector<std::set<std::string>> keys_;  // of each object or array that is open
    std::size_t values_ = 0;
};

std::string escaped(const std::string& key) {
    std::string token;
    for (const char c : key) {
        token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return shortened(token);
}

}  // namespace

json parseJson(std::string_view text, const std::string& what) {
    Limits limits(what);
    try {
        return json::parse(text, [&limits](int /*depth*/, json::parse_event_t event, json& value) {
            limits.see(event, value);
            return true;
        });
    } catch (const json::exception& error) {
        throw support::InputError(fmt::format("{}: is no JSON: {}", what, shortened(error.what())));
    }
}

void failAt(const std::string& place, const std::string& found, const std::string& allowed) {
    throw support::InputError(fmt::format("{}: found {}, allowed is {}", place, found, allowed));
}

void JsonValue::fail(const std::string& allowed) const {
    failAt(place(), shown(*value_), allowed);
}

void JsonValue::requireMembers(const std::vector<std::string>& keys) const {
    const std::string allowed = fmt::format("an object of: {}", fmt::join(keys, ", "));
    if (!value_->is_object()) {
        fail(allowed);
    }
    for (const std::string& key : keys) {
        if (!value_->contains(key)) {
            failAt(place(), "no \"" + key + "\"", allowed);
        }
    }
    for (const auto& [key, value] : value_->items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            failAt(place(), "the unknown member " + shown(json(key)), allowed);
        }
    }
}

bool JsonValue::hasMember(const std::string& key) const {
    return value_->is_object() && value_->contains(key);
}

std::vector<std::string> JsonValue::keys() const {
    if (!value_->is_object()) {
        fail("an object");
    }
    std::vector<std::string> keys;
    for (const auto& [key, value] : value_->items()) {
        keys.push_back(key);
    }
    return keys;
}

JsonValue JsonValue::operator[](const std::string& key) const {
    if (!value_->is_object()) {
        fail("an object");
    }
    const auto member = value_->find(key);
    if (member == value_->end()) {
        failAt(place(), "no \"" + key + "\"", "an object that has it");
    }
    return JsonValue(*member, what_, pointer_ + "/" + escaped(key));
}

std::vector<JsonValue> JsonValue::elements(std::size_t least, std::size_t most) const {
    if (!value_->is_array() || value_->size() < least || value_->size() > most) {
        fail(least == most ? fmt::format("an array of {}", most)
                           : fmt::format("an array of {} to {}", least, most));
    }
    std::vector<JsonValue> values;
    values.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) {
        values.push_back(JsonValue((*value_)[i], what_, fmt::format("{}/{}", pointer_, i)));
    }
    return values;
}

std::int64_t JsonValue::integer(std::int64_t low, std::int64_t high) const {
    const bool isTooLarge = value_->is_number_unsigned() &&
                            value_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (value_->is_number_integer() && !isTooLarge) {
        const auto found = value_->get<std::int64_t>();
        if (found >= low && found <= high) {
            return found;
        }
    }
    fail(fmt::format("an integer from {} to {}", low, high));
}

int JsonValue::smallInteger(int low, int high) const {
    return static_cast<int>(integer(low, high));
}

double JsonValue::number(double low, double high) const {
    if (value_->is_number()) {
        const auto found = value_->get<double>();
        if (found >= low && found <= high) {
            return found;
        }
    }
    fail(fmt::format("a number from {} to {}", low, high));
}

bool JsonValue::boolean() const {
    if (!value_->is_boolean()) {
        fail("true or false");
    }
    return value_->get<bool>();
}

std::string JsonValue::text(std::size_t maxBytes) const {
    if (!value_->is_string() || value_->get_ref<const std::string&>().size() > maxBytes) {
        fail(fmt::format("a string of at most {} bytes", maxBytes));
    }
    return value_->get<std::string>();
}

}  // namespace aslog::ptq
