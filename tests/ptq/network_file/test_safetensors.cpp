// The container, without networks: what it writes, and what it refuses.
#include <string>

#include "ptq/network_file/json_value.h"
#include "ptq/network_file/safetensors.h"
#include "support/error.h"
#include "tests/catch.h"

using aslog::support::InputError;
using Catch::Matchers::ContainsSubstring;
using namespace aslog::ptq;

namespace {

std::string fileOf(const std::string& header, const std::string& data) {
    std::string bytes;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes += static_cast<char>(header.size() >> (8 * i) & 0xFFU);
    }
    return bytes + header + data;
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"dtype":")" + dtype + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets +
           "]}";
}

void checkRefused(const std::string& bytes, const std::string& what) {
    CHECK_THROWS_AS(parseSafetensors(bytes), InputError);
    CHECK_THROWS_WITH(parseSafetensors(bytes), ContainsSubstring(what));
}

}  // namespace

TEST_CASE("The bytes of a container are those of the format") {
    Safetensors content;
    content.metadata["key"] = "value";
    content.tensors["a"] = {Dtype::U8, {3}, "xyz"};
    content.tensors["b"] = {Dtype::I64, {1, 1}, {}};
    content.tensors["b"].append(-2);
    const std::string header =
        R"({"__metadata__":{"key":"value"},"b":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},)"
        R"("a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})";
    const std::string padding((8 - header.size() % 8) % 8, ' ');
    const std::string bytes = fileOf(header + padding, "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFFxyz");
    CHECK(safetensorsBytes(content) == bytes);
    const Safetensors read = parseSafetensors(bytes);
    CHECK(read.metadata == content.metadata);
    CHECK(read.tensors.at("a").bytes == "xyz");
    CHECK(read.tensors.at("a").at(1) == 'y');
    CHECK(read.tensors.at("b").at(0) == -2);
    CHECK(read.tensors.at("b").shape == std::vector<std::uint64_t>{1, 1});
}

TEST_CASE("Containers of other writers are read: any order, spaces, scalars, empty tensors") {
    const Safetensors read = parseSafetensors(
        fileOf("{ \"b\" : " + entry("F16", "", "3,5") + ",\n\"a\":" + entry("BOOL", "3", "0,3") +
                   ",\"c\":" + entry("F64", "0,1125899906842624", "3,3") + "}  ",
               "12345"));
    CHECK(read.metadata.empty());
    CHECK(read.tensors.at("a").bytes == "123");
    CHECK(read.tensors.at("b").bytes == "45");
    CHECK(read.tensors.at("c").bytes.empty());
    CHECK(parseSafetensors(fileOf("{}", "")).tensors.empty());
}

TEST_CASE("Whole numbers of each type keep their sign and value") {
    for (const Dtype dtype : {Dtype::U8, Dtype::I16, Dtype::I64}) {
        StoredTensor tensor{dtype, {3}, {}};
        const std::int64_t low = dtype == Dtype::U8 ? 0 : dtype == Dtype::I16 ? -32768 : INT64_MIN;
        const std::int64_t high = dtype == Dtype::U8    ? 255
                                  : dtype == Dtype::I16 ? 32767
                                                        : INT64_MAX;
        for (const std::int64_t value : {low, std::int64_t{100}, high}) {
            tensor.append(value);
        }
        CHECK(tensor.size() == 3);
        CHECK(tensor.at(0) == low);
        CHECK(tensor.at(1) == 100);
        CHECK(tensor.at(2) == high);
    }
}

TEST_CASE("Containers whose header is damaged are refused") {
    checkRefused("", "the header: found a file of 0 bytes, allowed is at least 8");
    checkRefused(std::string(8, '\0'), "the header: is no JSON");
    checkRefused(std::string(8, '\xFF') + "{}", "found a length of 18446744073709551615, allowed");
    checkRefused(fileOf("{}", "").substr(0, 9), "found a length of 2, allowed is at most 1 in a");
    std::string huge = fileOf("", std::string((1U << 24U) + 9, ' '));
    huge[0] = 1;
    huge[3] = 1;
    checkRefused(huge, "found a length of 16777217, allowed is at most 16777216");
    checkRefused(fileOf("[]", ""), "the header: found an array of 0, allowed is an object");
    checkRefused(fileOf("{\"a\":", ""), "the header: is no JSON");
    checkRefused(fileOf("{} x", ""), "the header: is no JSON");
    checkRefused(fileOf("{\"\xFF\":1}", ""), "the header: is no JSON");
    checkRefused(fileOf(R"({"__metadata__":{"a":"1","a":"2"}})", ""), "the key \"a\" twice");
    checkRefused(fileOf(R"({"__metadata__":{"a":1}})", ""),
                 "the header /__metadata__/a: found 1, allowed is a string");
    checkRefused(fileOf(R"({"__metadata__":[]})", ""), "/__metadata__: found an array of 0");
}

TEST_CASE("Tensors that do not cover the data exactly once are refused") {
    const auto refused = [](const std::string& entries, const std::string& what) {
        checkRefused(fileOf("{" + entries + "}", "0123456789"), what);
    };
    const auto named = [](const std::string& name, const std::string& offsets,
                          const std::string& shape) {
        return "\"" + name + "\":" + entry("U8", shape, offsets);
    };
    refused(named("a", "0,9", "9"), "the data: found 10 bytes, allowed is 9");
    refused(named("a", "1,10", "9"), "tensor \"a\": found data at 1, allowed is 0");
    refused(named("a", "0,5", "5") + "," + named("b", "6,10", "4"),
            "tensor \"b\": found data at 6");
    refused(named("a", "0,6", "6") + "," + named("b", "5,10", "5"),
            "tensor \"b\": found data at 5");
    refused(named("a", "0,10", "10") + "," + named("b", "0,10", "10"),
            "found data at 0, allowed is");
    refused(named("a", "0,11", "11"), "/a/data_offsets/1: found 11, allowed is an integer from 0");
    refused(named("a", "9,8", "1"), "/a/data_offsets/1: found 8, allowed is an integer from 9");
    refused(named("a", "-1,9", "10"), "/a/data_offsets/0: found -1");
    refused(named("a", "0,10", "9"), "/a/data_offsets: found 10 bytes, allowed is 9, as dtype and");
    refused(named("a", "0,10", "2,5.0"), "/a/shape/1: found 5.0");
    refused(named("a", "0", "10"),
            "/a/data_offsets: found an array of 1, allowed is an array of 2");
    // 2^64 + 10 bytes, and a product that wraps to 0.
    refused(named("a", "0,10", "1125899906842624,16384,10"), "/a/shape/1: found 16384");
    refused(named("a", "0,0", "1125899906842624,1125899906842624"), "a size that fits the file");
    refused(named("a", "0,10", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,10"), "an array of 0 to 16");
    refused("\"a\":" + entry("U9", "10", "0,10"), "/a/dtype: found \"U9\", allowed is a type of");
    refused(R"("a":{"dtype":"U8","shape":[10]})", "/a: found no \"data_offsets\"");
    refused(R"("a":{"dtype":"U8","shape":[10],"data_offsets":[0,10],"x":1})",
            "/a: found the unknown member \"x\"");
}

TEST_CASE("JSON that is deep, long or full of numbers beyond all limits is refused quickly") {
    CHECK_THROWS_WITH(parseJson(std::string(1'000'000, '['), "text"),
                      ContainsSubstring("text: found JSON of more than 16 levels"));
    std::string many = "[0";
    for (int i = 0; i < 1'100'000; ++i) {
        many += ",0";
    }
    CHECK_THROWS_WITH(parseJson(many + "]", "text"),
                      ContainsSubstring("text: found more than 1048576 values"));
    CHECK_THROWS_AS(parseJson("1e999", "text"), InputError);
    CHECK_THROWS_AS(parseJson(std::string(1'000'000, 'x'), "text"), InputError);
    try {
        parseJson("[\"" + std::string(1'000'000, 'x'), "text");
        CHECK(false);
    } catch (const InputError& error) {
        CHECK(std::string(error.what()).size() < 300);
    }
}

TEST_CASE("Values tell their place, also under keys with slashes") {
    const auto document = parseJson(R"({"a/b~":[{"x":true}]})", "text");
    const JsonValue value(document, "text");
    CHECK(value.place() == "text");
    CHECK(value["a/b~"].elements(1, 1)[0]["x"].place() == "text /a~1b~0/0/x");
    CHECK_THROWS_WITH(value["a/b~"].elements(1, 1)[0]["x"].integer(0, 1),
                      ContainsSubstring("text /a~1b~0/0/x: found true, allowed is an integer"));
    CHECK_THROWS_WITH(value["c"], ContainsSubstring("text: found no \"c\""));
}
