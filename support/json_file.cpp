#include "support/json_file.h"

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::support {

std::string jsonText(const Json& json) {
    return json.dump(2) + "\n";
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

}  // namespace aslog::support
