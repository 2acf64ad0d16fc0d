#include "ptq/network_file/network_file.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "ptq/network_file/content_hash.h"
#include "ptq/network_file/decode.h"
#include "ptq/network_file/encode.h"
#include "ptq/network_file/json_value.h"
#include "ptq/network_file/layout.h"
#include "ptq/network_file/safetensors.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::ptq {
namespace {

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{1} << 31U;

void requireMetadata(const Safetensors& content) {
    const auto value = [&](const std::string& key) -> const std::string& {
        const auto found = content.metadata.find(key);
        if (found == content.metadata.end()) {
            failAt("metadata \"" + key + "\"", "none",
                   fmt::format("a file of the format \"{}\"", kFormatName));
        }
        return found->second;
    };
    const auto quoted = [](const std::string& text) {
        return nlohmann::json(text.substr(0, 80))
            .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    };
    if (value("format") != kFormatName) {
        failAt("metadata \"format\"", quoted(value("format")), quoted(kFormatName));
    }
    if (value("version") != kFormatVersion) {
        failAt("metadata \"version\"", quoted(value("version")),
               quoted(kFormatVersion) + ": another aslog has written this file");
    }
    const std::string hash = contentHash(content);
    if (value(kContentHash) != hash) {
        failAt(fmt::format("metadata \"{}\"", kContentHash), quoted(value(kContentHash)),
               quoted(hash) + ": the file was changed or damaged after it was written");
    }
    value(kNetworkKey);
    for (const auto& [key, text] : content.metadata) {
        if (key != "format" && key != "version" && key != kContentHash && key != kNetworkKey) {
            failAt("metadata", "the unknown key " + quoted(key),
                   fmt::format("format, version, {}, {}", kContentHash, kNetworkKey));
        }
    }
}

}  // namespace

void writeNetworkFile(const std::filesystem::path& path, const NetworkFile& file) {
    std::string bytes;
    try {
        Safetensors content = encode(file);
        content.metadata[kContentHash] = contentHash(content);
        decode(content);  // what can not be read is not written
        bytes = safetensorsBytes(content);
    } catch (const support::InputError& error) {
        throw support::FileError(fmt::format("cannot write {}: {}", path.string(), error.what()));
    }
    support::writeFile(path, bytes);
}

NetworkFile readNetworkFile(const std::filesystem::path& path) {
    const std::string bytes = support::readFile(path, kMaxFileBytes);
    try {
        const Safetensors content = parseSafetensors(bytes);
        requireMetadata(content);
        FileParts parts = decode(content);
        NetworkFile file{std::move(parts.provenance), {}};
        for (auto& [variant, network] : parts.networks) {
            file.networks.emplace(variant, assemble(variant, std::move(network)));
        }
        return file;
    } catch (const support::InputError& error) {
        throw support::InputError(fmt::format("{}: {}", path.string(), error.what()));
    }
}

}  // namespace aslog::ptq
