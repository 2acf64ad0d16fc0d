#include "ptq/network_file/safetensors.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "ptq/network_file/json_value.h"
#include "support/error.h"
#include "support/json_file.h"

namespace aslog::ptq {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;
constexpr std::size_t kMaxDimensions = 16;
constexpr std::int64_t kMaxOffset = std::int64_t{1} << 50;
constexpr const char* kMetadata = "__metadata__";
constexpr const char* kHeader = "the header";

struct DtypeRow {
    const char* name;
    std::size_t bytes;
};

// In the order of the enumeration.
constexpr std::array<DtypeRow, 13> kDtypes{{{"BOOL", 1},
                                            {"U8", 1},
                                            {"I8", 1},
                                            {"U16", 2},
                                            {"I16", 2},
                                            {"F16", 2},
                                            {"BF16", 2},
                                            {"U32", 4},
                                            {"I32", 4},
                                            {"F32", 4},
                                            {"U64", 8},
                                            {"I64", 8},
                                            {"F64", 8}}};

using NamedTensor = std::pair<const std::string*, const StoredTensor*>;

// Of wide elements first: so each lies on a multiple of its size without gaps.
std::vector<NamedTensor> inFileOrder(const Safetensors& content) {
    std::vector<NamedTensor> order;
    for (const auto& [name, tensor] : content.tensors) {
        order.emplace_back(&name, &tensor);
    }
    std::stable_sort(order.begin(), order.end(), [](const NamedTensor& a, const NamedTensor& b) {
        return dtypeBytes(a.second->dtype) > dtypeBytes(b.second->dtype);
    });
    return order;
}

std::uint64_t headerLength(std::string_view bytes) {
    if (bytes.size() < kLengthBytes) {
        failAt(kHeader, fmt::format("a file of {} bytes", bytes.size()),
               fmt::format("at least {}", kLengthBytes));
    }
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
        length = length << 8U | static_cast<unsigned char>(bytes[i]);
    }
    const std::size_t most = std::min(kMaxHeaderBytes, bytes.size() - kLengthBytes);
    if (length > most) {
        failAt(kHeader, fmt::format("a length of {}", length),
               fmt::format("at most {} in a file of {} bytes", most, bytes.size()));
    }
    return length;
}

Dtype dtypeOf(const JsonValue& value) {
    const std::string name = value.text(16);
    for (std::size_t i = 0; i < kDtypes.size(); ++i) {
        if (name == kDtypes.at(i).name) {
            return static_cast<Dtype>(i);
        }
    }
    value.fail("a type of safetensors, for example \"U8\" or \"I64\"");
}

// Where a tensor lies in the data.
struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string name;
};

Place placeOf(const std::string& name, const JsonValue& entry, std::size_t dataBytes,
              StoredTensor& tensor) {
    entry.requireMembers({"dtype", "shape", "data_offsets"});
    tensor.dtype = dtypeOf(entry["dtype"]);
    std::size_t bytes = dtypeBytes(tensor.dtype);
    const JsonValue shape = entry["shape"];
    for (const JsonValue& size : shape.elements(0, kMaxDimensions)) {
        tensor.shape.push_back(static_cast<std::uint64_t>(size.integer(0, kMaxOffset)));
        if (__builtin_mul_overflow(bytes, tensor.shape.back(), &bytes)) {
            size.fail("a size that fits the file");
        }
    }
    const JsonValue offsets = entry["data_offsets"];
    const std::vector<JsonValue> ends = offsets.elements(2, 2);
    const auto limit = static_cast<std::int64_t>(dataBytes);
    const std::int64_t begin = ends[0].integer(0, limit);
    const std::int64_t end = ends[1].integer(begin, limit);
    if (static_cast<std::size_t>(end - begin) != bytes) {
        failAt(offsets.place(), fmt::format("{} bytes", end - begin),
               fmt::format("{}, as dtype and shape tell", bytes));
    }
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end), name};
}

// Every byte of the data belongs to one tensor.
void requireTiling(std::vector<Place> places, std::size_t dataBytes) {
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::size_t next = 0;
    for (const Place& place : places) {
        if (place.begin != next) {
            failAt("tensor \"" + place.name + "\"", fmt::format("data at {}", place.begin),
                   fmt::format("{}, where the one before ends", next));
        }
        next = place.end;
    }
    if (next != dataBytes) {
        failAt("the data", fmt::format("{} bytes", dataBytes),
               fmt::format("{}, which the tensors have", next));
    }
}

}  // namespace

const char* dtypeName(Dtype dtype) {
    return kDtypes.at(static_cast<std::size_t>(dtype)).name;
}

std::size_t dtypeBytes(Dtype dtype) {
    return kDtypes.at(static_cast<std::size_t>(dtype)).bytes;
}

void StoredTensor::append(std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < dtypeBytes(dtype); ++i, rest >>= 8U) {
        bytes += static_cast<char>(rest & 0xFFU);
    }
}

std::int64_t StoredTensor::at(std::size_t index) const {
    const std::size_t width = dtypeBytes(dtype);
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = value << 8U | static_cast<unsigned char>(bytes[index * width + i]);
    }
    return dtype == Dtype::I16 ? static_cast<std::int16_t>(value)
                               : static_cast<std::int64_t>(value);
}

std::string safetensorsBytes(const Safetensors& content) {
    support::Json header;
    header[kMetadata] = content.metadata;
    std::size_t offset = 0;
    const std::vector<NamedTensor> order = inFileOrder(content);
    for (const auto& [name, tensor] : order) {
        const std::size_t end = offset + tensor->bytes.size();
        support::Json& entry = header[*name];
        entry["dtype"] = dtypeName(tensor->dtype);
        entry["shape"] = tensor->shape;
        entry["data_offsets"] = {offset, end};
        offset = end;
    }
    std::string text = header.dump();
    text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
    if (text.size() > kMaxHeaderBytes) {
        failAt(kHeader, fmt::format("{} bytes", text.size()),
               fmt::format("at most {}", kMaxHeaderBytes));
    }
    std::string bytes;
    bytes.reserve(kLengthBytes + text.size() + offset);
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        bytes += static_cast<char>(std::uint64_t{text.size()} >> (8 * i) & 0xFFU);
    }
    bytes += text;
    for (const auto& [name, tensor] : order) {
        bytes += tensor->bytes;
    }
    return bytes;
}

Safetensors parseSafetensors(std::string_view bytes) {
    const std::uint64_t length = headerLength(bytes);
    const std::string_view data = bytes.substr(kLengthBytes + length);
    const nlohmann::json document = parseJson(bytes.substr(kLengthBytes, length), kHeader);
    const JsonValue header(document, kHeader);
    Safetensors content;
    std::vector<Place> places;
    for (const std::string& name : header.keys()) {
        const JsonValue entry = header[name];
        if (name == kMetadata) {
            for (const std::string& key : entry.keys()) {
                content.metadata[key] = entry[key].text(kMaxHeaderBytes);
            }
        } else {
            places.push_back(placeOf(name, entry, data.size(), content.tensors[name]));
        }
    }
    requireTiling(places, data.size());
    for (const Place& place : places) {
        content.tensors[place.name].bytes = data.substr(place.begin, place.end - place.begin);
    }
    return content;
}

}  // namespace aslog::ptq
