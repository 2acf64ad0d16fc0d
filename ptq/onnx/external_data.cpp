#include "ptq/onnx/external_data.h"

#include <charconv>
#include <cstdint>
#include <fstream>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "support/error.h"
#include "support/printable.h"

namespace aslog::ptq {
namespace {

namespace fs = std::filesystem;
using support::InputError;

std::uint64_t numberOf(const std::string& key, const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) {
        throw InputError(fmt::format("external data: {} is \"{}\", allowed: a whole number", key,
                                     support::printable(text)));
    }
    return number;
}

}  // namespace

fs::path ExternalData::fileAt(const std::string& location) const {
    const fs::path relative(location);
    std::error_code error;
    const fs::path inside = fs::weakly_canonical(folder_.empty() ? "." : folder_, error);
    const fs::path file = fs::weakly_canonical(inside / relative, error);
    const fs::path from = file.lexically_relative(inside);
    // Links are followed, so that none leads out of the folder.
    if (location.empty() || relative.is_absolute() || from.empty() || *from.begin() == "..") {
        throw InputError(
            fmt::format("external data: \"{}\" is no file below the model's own folder",
                        support::printable(location)));
    }
    if (!fs::is_regular_file(file, error)) {
        throw InputError(fmt::format("external data: there is no file \"{}\" beside the model",
                                     support::printable(location)));
    }
    return file;
}

std::string ExternalData::read(const onnx::TensorProto& proto, std::size_t count) const {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    for (const auto& entry : proto.external_data()) {
        if (entry.key() == "location") {
            location = entry.value();
        } else if (entry.key() == "offset") {
            offset = numberOf("offset", entry.value());
        } else if (entry.key() == "length") {
            length = numberOf("length", entry.value());
        }
    }
    const fs::path file = fileAt(location);
    std::error_code error;
    const std::uint64_t size = fs::file_size(file, error);
    const std::string name = support::printable(location);
    if (length.value_or(count) != count) {
        throw InputError(fmt::format("external data: found {} bytes in \"{}\", {} are needed",
                                     *length, name, count));
    }
    if (error || offset > size || count > size - offset) {
        throw InputError(fmt::format("external data: \"{}\" has {} bytes, {} at {} are needed",
                                     name, error ? 0 : size, count, offset));
    }
    std::string bytes(count, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(count))) {
        throw InputError(fmt::format("external data: \"{}\" can not be read", name));
    }
    return bytes;
}

}  // namespace aslog::ptq
