// Every way in which a file can be wrong has an error that names the file, the place, what was
// found and what is allowed.
#include <cstdint>
#include <string>
#include <vector>

#include "ptq/network_file/json_value.h"
#include "support/error.h"
#include "tests/catch.h"
#include "tests/ptq/network_file/network_edits.h"

using aslog::support::FileError;
using aslog::support::InputError;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using namespace aslog::ptq;
using namespace aslog::test;

namespace {

// The message of the error that reading gives; "" if there is none.
std::string errorOf(const EditedFile& file) {
    try {
        readNetworkFile(file.path());
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

void checkRefused(const EditedFile& file, const std::string& what) {
    const std::string error = errorOf(file);
    CHECK_THAT(error, ContainsSubstring("net.safetensors: ") && ContainsSubstring(what));
    CHECK(error.size() < 1000);
}

struct Edit {
    std::string pointer;
    json value;
    std::string error;
};

// All places of a document: those of objects and arrays, and of what they hold.
void collect(const json& value, const json::json_pointer& place,
             std::vector<json::json_pointer>& places) {
    places.push_back(place);
    for (const auto& [key, member] : value.items()) {
        if (value.is_structured()) {
            collect(member, value.is_array() ? place / std::stoul(key) : place / key, places);
        }
    }
}

std::vector<json::json_pointer> placesOf(const json& document) {
    std::vector<json::json_pointer> places;
    collect(document, json::json_pointer(), places);
    return places;
}

}  // namespace

TEST_CASE("Numbers and names out of their range are refused where they stand") {
    const EditedFile file;
    const std::string at = "network /networks/slogii/";
    const std::vector<Edit> edits{
        {"format/element", "int8_booth", "found \"int8_booth\", allowed is one of: slogii"},
        {"format/activation_bits", 9, "found 9, allowed is an integer from 1 to 8"},
        {"format/weight_bits", 2, "found 2, allowed is an integer from 3 to 6"},
        {"format/sqrt2_steps", 32, "found 32, allowed is an integer from 0 to 31"},
        {"format/zero", 1, "found 1, allowed is true or false"},
        {"format/numerics/max_taps", 0, "found 0, allowed is an integer from 1 to 4294967296"},
        {"format/numerics/mu/bits", 7, "found 7, allowed is an integer from 3 to 6"},
        {"format/numerics/mu/sqrt2_steps", -1, "found -1, allowed is an integer from 0 to 31"},
        {"format/numerics/mu/fraction_bits", 33, "found 33, allowed is an integer from 0 to 32"},
        {"format/numerics/accumulator_bits", 63, "found 63, allowed is an integer from 1 to 62"},
        {"format/numerics/output_bits", 9, "found 9, allowed is an integer from 1 to 8"},
        {"format/numerics/scale_bits", 63, "found 63, allowed is an integer from 1 to 62"},
        {"format/numerics/shift_min", 0, "found 0, allowed is an integer from 1 to 126"},
        {"format/numerics/shift_max", 127, "found 127, allowed is an integer from 1 to 126"},
        {"input", 18, "found 18, allowed is an integer from 0 to 17"},
        {"outputs", json::array(), "found an array of 0, allowed is an array of 1 to 16385"},
        {"outputs/1", -1, "found -1, allowed is an integer from 0 to 17"},
        {"sums_planes", 0, "found 0, allowed is true or false"},
        {"tensors", json::array(), "found an array of 0, allowed is an array of 1 to 16385"},
        {"tensors/0/name", std::string(5000, 'x'), "allowed is a string of at most 4096 bytes"},
        {"tensors/0/size/0", 0, "found 0, allowed is an integer from 1 to 16777216"},
        {"tensors/0/size/1", 1 << 25, "allowed is an integer from 1 to 16777216"},
        {"tensors/0/size/2", 8.0, "found 8.0, allowed is an integer from 1 to 16777216"},
        {"tensors/0/size", {4, 9}, "found an array of 2, allowed is an array of 3"},
        {"tensors/0/zero_point", 256, "found 256, allowed is an integer from 0 to 255"},
        {"tensors/0/scale", 0, "found 0, allowed is a number from 1e-30 to 1e+30"},
        {"tensors/0/scale", -0.5, "found -0.5, allowed is a number from 1e-30 to 1e+30"},
        {"steps/0/operation", "dance", "found \"dance\", allowed is one of: conv, add, multiply"},
        {"steps/0/inputs", json::array(), "found an array of 0, allowed is an array of 1 to 2"},
        {"steps/0/inputs/0", 18, "found 18, allowed is an integer from 0 to 17"},
        {"steps/0/output", UINT64_MAX, "found 18446744073709551615, allowed is an integer from 0"},
        {"steps/0/groups", 3, "found 3, allowed is a divisor of the 4 channels that go in and the"},
        {"steps/0/groups", 0, "found 0, allowed is an integer from 1 to 65536"},
        {"steps/0/window/kernel/0", 0, "found 0, allowed is an integer from 1 to 65536"},
        {"steps/0/window/stride/1", 65537, "allowed is an integer from 1 to 65536"},
        {"steps/0/window/padding/3", -1, "found -1, allowed is an integer from 0 to 65536"},
        {"steps/0/window/dilation/1", 0, "found 0, allowed is an integer from 1 to 65536"},
        {"steps/0/clamp/1", 256, "found 256, allowed is an integer from"},
        {"steps/0/clamp/0", "0", "found \"0\", allowed is an integer from 0 to 255"},
        {"steps/1/residual/0", 65536, "found 65536, allowed is an integer from 0 to 65535"},
        {"steps/1/residual/1", 63, "found 63, allowed is an integer from 1 to 62"},
        {"steps/3/scales/1", -1, "found -1, allowed is an integer from 0 to 65535"},
        {"steps/3/shift", 0, "found 0, allowed is an integer from 1 to 62"},
        {"steps/5/counts_padding", 0, "found 0, allowed is true or false"},
        {"steps/5/ratios/0", {1, 2, 3}, "found an array of 3, allowed is an array of 2"},
        {"steps/6/ratios", json::array(), "found an array of 0, allowed is an array of 1 to"},
        {"steps/7/before/2", -1, "found -1, allowed is an integer from 0 to 16777216"},
        {"steps/8/starts/0", -1, "found -1, allowed is an integer from 0 to 16777216"},
        {"steps/8/steps/0", 0, "found 0, allowed is an integer from 1 to 16777216"},
        {"steps/10/tables", json::array(), "found an array of 0, allowed is an array of 1 to 6"},
        {"steps/10/tables/0", {1, 2}, "found an array of 2, allowed is an array of 256"},
        {"steps/10/tables/5/255", 256, "found 256, allowed is an integer from 0 to 255"},
        {"steps/13/inputs", {0}, "found an array of 1, allowed is an array of 0"},
        {"steps/14/inputs", {0}, "found an array of 1, allowed is an array of 2"},
        {"steps/14/ratio/0", 65536, "found 65536, allowed is an integer from 0 to 65535"},
        {"steps/14/ratio", 1, "found 1, allowed is an array of 2"},
        {"steps/14/clamp/1", 256, "found 256, allowed is an integer from"},
        {"steps/15/factors/0", 0, "found 0, allowed is an integer from 1 to 16777216"},
        {"steps/15/factors", {1}, "found an array of 1, allowed is an array of 2"},
        {"steps/15/repeats", 1, "found 1, allowed is true or false"},
        {"steps/16/sizes", json::array(), "found an array of 0, allowed is an array of 1 to 8"},
        {"steps/16/sizes/0", 0, "found 0, allowed is an integer from 1 to 16777216"},
        {"steps/16/order", {0, 1, 2}, "found an array of 3, allowed is an array of 4"},
        {"steps/16/order/3", 4, "found 4, allowed is an integer from 0 to 3"},
        {"layers", json::array(), "found an array of 0, allowed is an array of 17"},
        {"layers/0/signal", -1, "found -1, allowed is a number from 0 to 1.79769"},
        {"layers/0/noise", "none", "found \"none\", allowed is a number from 0"},
        {"calibration_error", nullptr, "found null, allowed is a number from 0"}};
    for (const Edit& edit : edits) {
        INFO(edit.pointer);
        json network = file.network();
        network.at(json::json_pointer("/networks/slogii/" + edit.pointer)) = edit.value;
        file.putNetwork(network);
        checkRefused(file, at + edit.pointer + ": found ");
        checkRefused(file, edit.error);
    }
}

TEST_CASE("Networks whose numbers do not fit together are refused by step or tensor") {
    const EditedFile file;
    const std::vector<Edit> edits{
        {"format/sqrt2_steps", 7, "slogii/format: sqrt2_steps is 7, allowed is 0 to 6"},
        {"format/numerics/max_taps", std::int64_t{1} << 32U, "slogii/format: activation_bits is"},
        {"format/numerics/shift_max", 2, "tensor \"slogii.0.shift\", element 0: found "},
        {"tensors/0/size/1", 1 << 24, "step \"conv/0 \"\xC3\xA9\"\" (conv): its output is not of"},
        {"tensors/5/size", {1 << 11, 1 << 10, 1 << 10}, "tensor \"t5\": its size is 2048x1024x"},
        {"steps/3/inputs/0", 9, "reads tensor 9, which does not exist or is not made before"},
        {"steps/4/output", 4, "writes tensor 4, which does not exist or is made already"},
        {"steps/0/window/stride/0", 2, "(conv): its output is not of"},
        {"steps/4/window/kernel/0", 5000, "(max_pool): a kernel, stride or dilation is 5000"},
        {"steps/4/window/padding/0", 5000, "(max_pool): a padding is 5000"},
        {"steps/5/window/kernel/1", 3, "(average_pool): 6 ratios for a kernel of 9 taps"},
        {"steps/4/window/stride/0", 4096, "(max_pool): a window has no tap inside the input"},
        {"steps/7/before/0", 3, "(pad): the padded input does not fit into the output"},
        {"steps/8/steps/0", 3, "(slice): it takes elements from beyond the input"},
        {"sums_planes", true, "the network sums the planes of one output, but has 2"},
        {"steps/14/inputs/1", 0, "(multiply): it multiplies 6x6x3 and 4x9x8 to 6x6x3"},
        {"steps/15/factors/0", 3, "(widen): it widens 6x6x3 by 3x3 to 6x11x7"},
        {"steps/16/order/3", 0, "(transpose): its order is no permutation of its dimensions"}};
    for (const Edit& edit : edits) {
        INFO(edit.pointer);
        json network = file.network();
        network.at(json::json_pointer("/networks/slogii/" + edit.pointer)) = edit.value;
        file.putNetwork(network);
        checkRefused(file, edit.error);
    }
}

TEST_CASE("Every value of a file is looked at: none can be another type, absent or doubled") {
    const EditedFile file;
    const json whole = file.network();
    std::size_t places = 0;
    for (const json::json_pointer& place : placesOf(whole)) {
        INFO(place.to_string());
        json network = whole;
        network.at(place) = json::object({{"unknown", 1}});
        file.putNetwork(network);
        checkRefused(file, "network" + (place.empty() ? ": " : " " + place.to_string()));
        if (place.empty() || whole.at(place.parent_pointer()).is_array()) {
            continue;
        }
        network = whole;
        network.at(place.parent_pointer()).erase(place.back());
        file.putNetwork(network);
        // Without it an element, variant or operation is unknown; a network may do without others.
        const bool isOptional = place.to_string() == "/networks/int4";
        CHECK((isOptional || !errorOf(file).empty()));
        ++places;
    }
    CHECK(places > 300);
}

TEST_CASE("No object of a file may have unknown members") {
    const EditedFile file;
    const json whole = file.network();
    std::size_t objects = 0;
    for (const json::json_pointer& place : placesOf(whole)) {
        if (whole.at(place).is_object()) {
            INFO(place.to_string());
            json network = whole;
            network.at(place)["more\n"] = 1;
            file.putNetwork(network);
            checkRefused(file, "found ");
            ++objects;
        }
    }
    CHECK(objects > 100);
    json network = whole;
    network["networks"]["int2"] = network["networks"]["int4"];
    file.putNetwork(network);
    checkRefused(file,
                 "network /networks/int2: found an unknown variant, allowed is one of: slogii");
}

TEST_CASE("Tensors that are missing, unknown, or not as the network says are refused by name") {
    const EditedFile file;
    const auto refused = [&](const auto& edit, const std::string& what) {
        Safetensors content = file.content();
        edit(content.tensors);
        file.put(content);
        checkRefused(file, what);
    };
    const auto setByte = [](const char* name, std::size_t index, int value) {
        return [=](auto& tensors) { tensors.at(name).bytes.at(index) = static_cast<char>(value); };
    };
    for (const auto& [name, tensor] : file.content().tensors) {
        INFO(name);
        const std::string place = "tensor \"" + name + "\": found ";
        refused([&](auto& t) { t.erase(name); }, place + "none of this name, allowed is ");
        refused([&](auto& t) { t.at(name).shape.push_back(1); }, place + dtypeName(tensor.dtype));
        const Dtype other = tensor.dtype == Dtype::U8    ? Dtype::I8
                            : tensor.dtype == Dtype::I16 ? Dtype::U16
                                                         : Dtype::U64;
        refused([&](auto& t) { t.at(name).dtype = other; }, place + dtypeName(other));
    }
    refused(
        [](auto& t) {
            t["slogii.99.codes"] = {};
            t["slogii.99.codes"].shape = {0};
        },
        "tensor \"slogii.99.codes\": belongs to no step");
    refused(setByte("slogii.0.codes", 5, 16),
            "tensor \"slogii.0.codes\", element 5: found 16, allowed is 0 to 15");
    refused(setByte("int8.0.codes", 3, 0x80), "tensor \"int8.0.codes\", element 1: found -");
    refused(setByte("slogii.0.scale", 15, 0x80), "tensor \"slogii.0.scale\", element 1: found -");
    refused(setByte("slogii.0.scale", 2, 1), "allowed is 0 to 65535");
    refused(setByte("slogii.0.shift", 2, 0), "found 0, allowed is 1 to 64");
    refused(setByte("slogii.0.shift", 2, 65), "found 65, allowed is 1 to 64");
    refused(setByte("slogii.0.mu", 2, 16), "found 16, allowed is 0 to 15");
    CHECK(file.content().tensors.at("slogii.13.values").shape ==
          std::vector<std::uint64_t>{6, 1, 3});
    refused(setByte("slogii.levels", 8, 3),
            "tensor \"slogii.levels\", element 1: found 3, allowed is 2, the value of this code");
    refused(setByte("slogii.mu_levels", 8, 77), "tensor \"slogii.mu_levels\", element 1: found 77");
    refused(setByte("slogii.0.bias", 7, 0x40), "(conv): layer: output channel 0: bias b_c is 4");
    // Digit 3 of a top digit is no code of the recoded element.
    refused([](auto& t) { t.at("int8.0.codes").bytes[0] = static_cast<char>(0xC0); },
            "is not one of element int8_recoded");
}

TEST_CASE("Other files and versions, and files that were changed, are told apart") {
    const EditedFile file;
    const auto refused = [&](const std::string& key, const char* value, const std::string& what) {
        Safetensors content = file.content();
        content.metadata.erase(key);
        if (value != nullptr) {
            content.metadata[key] = value;
        }
        file.putBytes(safetensorsBytes(content));
        checkRefused(file, what);
    };
    refused("format", nullptr, "metadata \"format\": found none, allowed is a file of the format");
    refused("format", "pt", "metadata \"format\": found \"pt\", allowed is \"aslog.network\"");
    refused("version", nullptr, "metadata \"version\": found none");
    refused("version", "1", "metadata \"version\": found \"1\", allowed is \"2\": another aslog");
    refused("content_hash", nullptr, "metadata \"content_hash\": found none");
    refused("content_hash", "0", "the file was changed or damaged after it was written");
    refused("network", "{}", "the file was changed or damaged");
    Safetensors content = file.content();
    content.tensors.at("int8.2.bias").bytes[1] ^= 1;
    file.putBytes(safetensorsBytes(content));
    checkRefused(file, "the file was changed or damaged");
    content = file.content();
    content.metadata["author"] = "me";
    file.put(content);
    checkRefused(file, "metadata: found the unknown key \"author\"");
    content = file.content();
    content.metadata.erase("network");
    file.put(content);
    checkRefused(file, "metadata \"network\": found none");
    content.metadata["network"] = "{";
    file.put(content);
    checkRefused(file, "network: is no JSON");
    CHECK_THROWS_AS(readNetworkFile(file.path().parent_path()), FileError);
    CHECK_THROWS_AS(readNetworkFile(file.path().parent_path() / "none"), FileError);
}
