// Damaged and hostile files: read to something that runs, or refused with a message; never a
// crash, never a huge allocation. Under the sanitizers these trials find what lies between.
#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/network_file/network_edits.h"

using aslog::support::InputError;
using nlohmann::json;
using namespace aslog::ptq;
using namespace aslog::test;
namespace golden = aslog::golden;

namespace {

constexpr std::uint64_t kSeed = 20;

// Whether one image is a matter of microseconds: sizes times the largest of windows.
bool isSmall(const golden::Network& network) {
    double elements = 0;
    for (const golden::TensorInfo& info : network.spec().tensors) {
        elements += static_cast<double>(info.size());
    }
    double padded = 0;
    double area = 1;
    const auto see = [&](const auto& window, const golden::TensorInfo& input) {
        area = std::max(area, 1.0 * window.kernelHeight * window.kernelWidth);
        padded = std::max(padded, 1.0 * (input.height + window.padTop + window.padBottom) *
                                      (input.width + window.padLeft + window.padRight));
    };
    for (const golden::Step& step : network.spec().steps) {
        if (step.inputs.empty()) {
            continue;
        }
        const golden::TensorInfo& input = network.spec().tensors[step.inputs.front()];
        if (const auto* conv = std::get_if<golden::ConvStep>(&step.operation)) {
            see(conv->groups.front().geometry, input);
        } else if (const auto* most = std::get_if<golden::MaxPoolStep>(&step.operation)) {
            see(most->window, input);
        } else if (const auto* mean = std::get_if<golden::AveragePoolStep>(&step.operation)) {
            see(mean->window, input);
        }
    }
    return elements * area < 1e6 && padded < 1e5;
}

// Reads the file and, if that is quick, runs its networks. True if nothing was wrong.
bool survives(const EditedFile& file) {
    try {
        const NetworkFile read = readNetworkFile(file.path());
        for (const auto& [variant, stored] : read.networks) {
            const golden::Network& network = stored.network.network;
            CHECK(network.macs() >= 0);
            if (isSmall(network)) {
                const std::size_t inputs = network.spec().tensors[network.spec().input].size();
                const std::vector<float> outputs =
                    stored.network.run(std::vector<float>(inputs, 0.5F));
                std::size_t wanted = 0;
                for (const golden::TensorId id : network.spec().outputs) {
                    const golden::TensorInfo& output = network.spec().tensors[id];
                    wanted += network.spec().sumsPlanes ? static_cast<std::size_t>(output.channels)
                                                        : output.size();
                }
                CHECK(outputs.size() == wanted);
            }
        }
        return true;
    } catch (const InputError& error) {
        CHECK(std::string(error.what()).find("net.safetensors: ") != std::string::npos);
        CHECK(std::string(error.what()).size() < 2000);
        return false;
    }
}

template <typename Values>
auto& anyOf(Values& values, std::mt19937_64& random) {
    auto place = values.begin();
    std::advance(place, static_cast<std::ptrdiff_t>(random() % values.size()));
    return *place;
}

// A value of the kind that breaks things.
json extreme(std::mt19937_64& random) {
    constexpr std::int64_t kFar = std::int64_t{1} << 31U;
    static const std::vector<json> kExtremes{-1,
                                             0,
                                             1,
                                             2,
                                             3,
                                             5,
                                             7,
                                             63,
                                             64,
                                             126,
                                             255,
                                             256,
                                             4096,
                                             65535,
                                             65536,
                                             1 << 24,
                                             kFar - 1,
                                             kFar,
                                             -kFar,
                                             kFar * kFar,
                                             std::numeric_limits<std::int64_t>::min(),
                                             std::numeric_limits<std::uint64_t>::max(),
                                             0.5,
                                             1e-30,
                                             1e300,
                                             true,
                                             nullptr,
                                             "",
                                             "conv",
                                             "reshape",
                                             "int8_plain",
                                             json::array(),
                                             json::object(),
                                             json::array({1, 1}),
                                             json::array({0, 1, 2})};
    return kExtremes[random() % kExtremes.size()];
}

// Some value below the given one, structures included.
json& someValue(json& value, std::mt19937_64& random) {
    json* found = &value;
    while (found->is_structured() && !found->empty() && (found == &value || random() % 12 != 0)) {
        found = &anyOf(*found, random);
    }
    return *found;
}

// One change of a description: an extreme or near number, a copy of another part, a loss.
void disturb(json& network, std::mt19937_64& random) {
    json& variant = anyOf(network["networks"], random);
    if (!variant.is_object() || variant.empty()) {
        return;
    }
    json& value = someValue(random() % 2 == 0 ? variant["steps"] : variant, random);
    switch (random() % 5) {
        case 0:
            if (value.is_number_integer()) {
                value = value.get<std::int64_t>() + static_cast<int>(random() % 5) - 2;
                break;
            }
            [[fallthrough]];
        case 1:
            value = extreme(random);
            break;
        case 2:
            value = json(someValue(variant, random));
            break;
        case 3:
            if (value.is_structured() && !value.empty()) {
                value.erase(value.begin());
            }
            break;
        default:
            if (value.is_array() && !value.empty()) {
                value.push_back(json(anyOf(value, random)));
            }
    }
}

// Some bytes changed, cut out or put in.
std::string damaged(std::string bytes, std::mt19937_64& random) {
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
        // Half of the changes hit the header.
        const std::size_t reach = random() % 2 == 0 ? bytes.size() : bytes.size() / 8 + 1;
        const std::size_t place = random() % reach;
        switch (random() % 4) {
            case 0:
                bytes.erase(place, 1 + random() % 9);
                break;
            case 1:
                bytes.insert(place, 1 + random() % 9, static_cast<char>(random()));
                break;
            default:
                bytes.at(place) = static_cast<char>(random());
        }
    }
    return bytes;
}

}  // namespace

TEST_CASE("The file that is damaged below is whole before") {
    REQUIRE(survives(EditedFile()));
}

TEST_CASE("A network file that is cut anywhere is refused") {
    const EditedFile file;
    std::size_t trials = 0;
    for (std::size_t length = 0; length < file.whole().size();
         length += length < 100 || length + 100 > file.whole().size() ? 1 : 37) {
        INFO(length);
        file.putBytes(file.whole().substr(0, length));
        CHECK_FALSE(survives(file));
        ++trials;
    }
    CHECK(trials > 500);
}

TEST_CASE("A network file with changed bytes is refused, or says the same") {
    const EditedFile file;
    std::mt19937_64 random(kSeed);
    std::size_t refused = 0;
    for (int trial = 0; trial < 3000; ++trial) {
        INFO("trial " << trial);
        file.putBytes(damaged(file.whole(), random));
        refused += survives(file) ? 0 : 1;
    }
    CHECK(refused > 2900);
}

TEST_CASE("A network file with damaged JSON and a fitting hash is refused or runs") {
    const EditedFile file;
    std::mt19937_64 random(kSeed);
    std::size_t refused = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        INFO("trial " << trial);
        Safetensors content = file.content();
        std::string& network = content.metadata.at("network");
        network = damaged(network, random);
        for (char& c : network) {  // the container's own JSON is to stay whole
            c = static_cast<char>(c & 0x7F);
        }
        file.put(content);
        refused += survives(file) ? 0 : 1;
    }
    CHECK(refused > 1000);
}

TEST_CASE("A network file with other values and a fitting hash is refused or runs") {
    const EditedFile file;
    const json whole = file.network();
    std::mt19937_64 random(kSeed);
    std::size_t refused = 0;
    constexpr std::size_t kTrials = 4000;
    for (std::size_t trial = 0; trial < kTrials; ++trial) {
        INFO("trial " << trial);
        json network = whole;
        for (auto changes = 1 + random() % 2; changes > 0; --changes) {
            disturb(network, random);
        }
        file.putNetwork(network);
        refused += survives(file) ? 0 : 1;
    }
    CHECK(refused > kTrials / 3);
    CHECK(refused < kTrials);
}

TEST_CASE("A network file with other tensors and a fitting hash is refused or runs") {
    const EditedFile file;
    std::mt19937_64 random(kSeed);
    std::size_t refused = 0;
    constexpr std::size_t kTrials = 2000;
    for (std::size_t trial = 0; trial < kTrials; ++trial) {
        INFO("trial " << trial);
        Safetensors content = file.content();
        StoredTensor& tensor = anyOf(content.tensors, random).second;
        if (random() % 8 == 0) {
            anyOf(tensor.shape, random) = random() % 9;
            tensor.bytes.resize(dtypeBytes(tensor.dtype));
            for (const std::uint64_t size : tensor.shape) {
                tensor.bytes.resize(tensor.bytes.size() * size);
            }
        } else {
            tensor.bytes.at(random() % tensor.bytes.size()) ^= static_cast<char>(random());
        }
        file.put(content);
        refused += survives(file) ? 0 : 1;
    }
    CHECK(refused > kTrials / 8);
    CHECK(refused < kTrials);
}
