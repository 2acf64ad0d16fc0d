#include "tb/models/kept_object.h"

#include <system_error>

#include "support/error.h"
#include "support/json_file.h"
#include "support/sha256.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using support::Json;

fs::path stampOf(fs::path object) {
    return object.replace_extension(".json");
}

}  // namespace

fs::path libraryOf(const fs::path& folder) {
    return folder / "model.so";
}

std::optional<double> keptObject(const fs::path& object, const std::string& key) {
    std::error_code unreadable;
    if (!fs::exists(stampOf(object), unreadable) || !fs::is_regular_file(object, unreadable)) {
        return std::nullopt;
    }
    try {
        const Json stamp = support::readJson(stampOf(object));
        if (stamp.at("key") == key && stamp.at("object_sha256") == support::sha256OfFile(object)) {
            return stamp.at("seconds").get<double>();
        }
    } catch (const support::Error&) {   // no JSON, or not to be read
    } catch (const Json::exception&) {  // JSON of another kind
    }
    return std::nullopt;
}

void keepObject(const fs::path& object, const std::string& key, double seconds) {
    support::writeJson(
        stampOf(object),
        {{"key", key}, {"object_sha256", support::sha256OfFile(object)}, {"seconds", seconds}});
}

}  // namespace aslog::tb
