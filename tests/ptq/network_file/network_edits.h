// Network files that somebody has tampered with.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "ptq/network_file/content_hash.h"
#include "ptq/network_file/safetensors.h"
#include "tests/ptq/network_file/sample_networks.h"
#include "tests/temporary_folder.h"

namespace aslog::test {

// The sample file, and changed copies of it, in a folder of its own.
class EditedFile {
  public:
    EditedFile() {
        ptq::writeNetworkFile(path(), sampleFile());
        std::ifstream file(path(), std::ios::binary);
        whole_.assign(std::istreambuf_iterator<char>(file), {});
        content_ = ptq::parseSafetensors(whole_);
    }

    std::filesystem::path path() const { return folder_ / "net.safetensors"; }
    const std::string& whole() const { return whole_; }
    const ptq::Safetensors& content() const { return content_; }
    nlohmann::json network() const {
        return nlohmann::json::parse(content_.metadata.at("network"));
    }

    // Without the file system's sync, which support::writeFile() waits for.
    void putBytes(const std::string& bytes) const {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
    }

    // With a content hash that fits.
    void put(ptq::Safetensors content) const {
        content.metadata[ptq::kContentHash] = ptq::contentHash(content);
        putBytes(ptq::safetensorsBytes(content));
    }

    void putNetwork(const nlohmann::json& network) const {
        ptq::Safetensors content = content_;
        content.metadata["network"] = network.dump();
        put(content);
    }

  private:
    tests::TemporaryFolder folder_;
    std::string whole_;
    ptq::Safetensors content_;
};

}  // namespace aslog::test
