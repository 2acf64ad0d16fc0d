#include "support/sha256.h"

#include <array>

#include <openssl/evp.h>

#include "support/error.h"
#include "support/file.h"

namespace aslog::support {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw Error("libcrypto offers no SHA-256");
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += kDigits[digest.at(i) >> 4U];
        hex += kDigits[digest.at(i) & 15U];
    }
    return hex;
}

std::string sha256OfFile(const std::filesystem::path& path) {
    return sha256(readFile(path));
}

}  // namespace aslog::support
