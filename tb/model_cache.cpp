#include "tb/model_cache.h"

#include "support/error.h"
#include "support/json_file.h"
#include "support/sha256.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using support::Json;

fs::path stampOf(const fs::path& folder) {
    return folder / "model.json";
}

}  // namespace

fs::path libraryOf(const fs::path& folder) {
    return folder / "model.so";
}

std::optional<double> keptModel(const fs::path& folder, const std::string& key) {
    if (!fs::exists(stampOf(folder)) || !fs::is_regular_file(libraryOf(folder))) {
        return std::nullopt;
    }
    try {
        const Json stamp = support::readJson(stampOf(folder));
        if (stamp.at("key") == key &&
            stamp.at("library_sha256") == support::sha256OfFile(libraryOf(folder))) {
            return stamp.at("seconds").get<double>();
        }
    } catch (const support::Error&) {   // no JSON, or not to be read
    } catch (const Json::exception&) {  // JSON of another kind
    }
    return std::nullopt;
}

void keepModel(const fs::path& folder, const std::string& key, double seconds) {
    support::writeJson(stampOf(folder),
                       {{"key", key},
                        {"library_sha256", support::sha256OfFile(libraryOf(folder))},
                        {"seconds", seconds}});
}

}  // namespace aslog::tb
