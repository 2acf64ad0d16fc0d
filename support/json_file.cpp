#include "support/json_file.h"

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/printable.h"

namespace aslog::support {

namespace {

// With keys and texts that are fit to be shown.
Json printableJson(const Json& json) {
    if (json.is_string()) {
        return printable(json.get_ref<const std::string&>());
    }
    if (!json.is_structured()) {
        return json;
    }
    Json result = json.is_array() ? Json::array() : Json::object();
    for (const auto& [key, value] : json.items()) {
        if (json.is_array()) {
            result.push_back(printableJson(value));
        } else {
            result[printable(key)] = printableJson(value);
        }
    }
    return result;
}

}  // namespace

std::string jsonText(const Json& json) {
    try {
        return json.dump(2) + "\n";
    } catch (const Json::type_error&) {  // a text that is no UTF-8: a path, most likely
        return printableJson(json).dump(2) + "\n";
    }
}

Json readJson(const std::filesystem::path& path) {
    const std::string text = readFile(path);
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw InputError(fmt::format("{} is no JSON file: {}", path.string(), error.what()));
    }
}

void writeJson(const std::filesystem::path& path, const Json& json) {
    writeFile(path, jsonText(json));
}

double rounded(double value, int decimals) {
    return std::stod(fmt::format("{:.{}f}", value, decimals));
}

}  // namespace aslog::support
