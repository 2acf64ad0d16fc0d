// Every field of the table, generated from the table itself.

#include <cstdint>
#include <limits>
#include <string>

#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"

using namespace aslog;
using namespace aslog::tests;
using support::Diagnostic;
using support::Json;

namespace {

// A maximum can contradict another field's default; this is about the field by itself.
bool isRange(const Diagnostic& complaint) {
    return complaint.message == "out of range";
}

bool isRangeFree(const Json& spec) {
    const auto list = complaintsAbout(spec);
    return std::none_of(list.begin(), list.end(), isRange);
}

void checkRefused(const Field& field, const Json& value, const std::string& message) {
    CAPTURE(field.path, value.dump());
    const auto list = complaintsAbout(specWith(field.pointer(), value));
    REQUIRE(list.size() == 1);
    CHECK(list.front().pointer == field.pointer());
    CHECK(list.front().message == message);
    CHECK(list.front().found == value.dump());
    CHECK(list.front().allowed == field.allowed());
}

}  // namespace

TEST_CASE("a spec of nothing but a name has the documented defaults") {
    support::Diagnostics diagnostics;
    const ArchSpec spec = parseSpec(R"({"name": "plain"})", diagnostics);
    CHECK_FALSE(diagnostics.hasErrors());
    CHECK(spec == defaultSpec("plain"));
    CHECK(spec.format == aslog::golden::FormatSpec{4, 4, true, 8, {0, 1, 2, 3, 4, 6, 8}, 3});
    CHECK(spec.array == ArchSpec::Array{16, 16, std::nullopt, std::nullopt});
    CHECK(spec.accumulator == ArchSpec::Accumulator{std::nullopt, 9, 256});
    CHECK(spec.biasCorrection == ArchSpec::BiasCorrection{true, 4, 0, 6});
    CHECK(spec.pcf == ArchSpec::Pcf{std::nullopt, 6, std::nullopt, std::nullopt, 8});
    CHECK(spec.pipeline.stages == 3);
    CHECK(spec.clock.targetMhz == 100.0);
}

TEST_CASE("the canonical text of a spec is read back as the same spec") {
    ArchSpec spec = defaultSpec("again");
    spec.array = {3, 5, 4, 2};
    spec.accumulator.bits = 40;
    spec.format = {5, 3, false, 7, {}, 1};
    spec.clock.targetMhz = 123.25;
    support::Diagnostics diagnostics;
    CHECK(parseSpec(specToJson(spec).dump(), diagnostics) == spec);
    CHECK(diagnostics.all().empty());
}

TEST_CASE("a spec that asks for another format gets its family, with whole products") {
    const auto formatOf = [](const std::string& members) {
        support::Diagnostics diagnostics;
        const ArchSpec spec =
            parseSpec(R"({"name": "x", "format": {)" + members + "}}", diagnostics);
        CHECK_FALSE(diagnostics.hasErrors());
        return spec.format;
    };
    using Format = aslog::golden::FormatSpec;
    const std::vector<std::int64_t> usual = {0, 1, 2, 3, 4, 6, 8};
    CHECK(formatOf("") == Format{4, 4, true, 8, usual, 3});
    CHECK(formatOf(R"("weight_bits": 4, "activation_bits": 8)") == Format{4, 4, true, 8, usual, 3});
    CHECK(formatOf(R"("dropped_bits": 2)") == Format{4, 4, true, 8, usual, 2});
    CHECK(formatOf(R"("weight_bits": 5)") == Format{5, 4, true, 8});
    CHECK(formatOf(R"("activation_bits": 6)") == Format{4, 4, true, 6});
    CHECK(formatOf(R"("sqrt2_steps": 4)") == Format{4, 4, true, 8});
    CHECK(formatOf(R"("zero": true)") == Format{4, 4, true, 8});
    CHECK(formatOf(R"("levels": "auto", "dropped_bits": 1)") == Format{4, 4, true, 8, {}, 1});
    CHECK(formatOf(R"("levels": [0, 1, 2, 3, 4, 6, 8])") == Format{4, 4, true, 8, usual});
}

TEST_CASE("every field refuses every wrong type") {
    int refused = 0;
    for (const Field& field : specFields()) {
        for (const Json& value : valuesOfEveryType()) {
            if (!hasRightType(field, value)) {
                checkRefused(field, value, "wrong type");
                ++refused;
            }
        }
    }
    CHECK(refused > 150);
}

TEST_CASE("every group refuses what is no object") {
    for (const FieldGroup& group : specGroups()) {
        for (const Json& value : valuesOfEveryType()) {
            if (!value.is_object()) {
                CAPTURE(group.name, value.dump());
                const auto list = complaintsAbout(specWith("/" + group.name, value));
                REQUIRE(list.size() == 1);
                CHECK(list.front().pointer == "/" + group.name);
                CHECK(list.front().message == "wrong type");
            }
        }
    }
}

TEST_CASE("every number refuses what is below and above its range") {
    int numbers = 0;
    for (const Field& field : specFields()) {
        if (!isNumber(field)) {
            continue;
        }
        ++numbers;
        CAPTURE(field.path);
        CHECK(isRangeFree(specWith(field.pointer(), field.minimum)));
        CHECK(isRangeFree(specWith(field.pointer(), field.maximum)));
        for (const Json& value :
             {Json(field.minimum - 1), Json(field.maximum + 1), Json(-field.maximum),
              Json(std::numeric_limits<std::int64_t>::min()),
              Json(std::numeric_limits<std::uint64_t>::max()), Json(1e300), Json(-1e300)}) {
            checkRefused(field, value, "out of range");
        }
    }
    CHECK(numbers > 18);
}

TEST_CASE("a list of levels is taken as it is, its entries are looked at one by one") {
    const auto complaints = [](const Json& levels) {
        return complaintsAbout(specWith("/format/levels", levels));
    };
    CHECK(complaints({0, 1, 2, 3, 4, 6, 8}).empty());
    CHECK(complaints("auto").empty());
    for (const Json& wrong : {Json({0, 1, 2.5, 4, 8}), Json({0, "1", 2, 4, 8}), Json(4)}) {
        CHECK(complaints(wrong).at(0).message == "wrong type");
    }
    CHECK(complaints({-1, 0, 1, 2, 4}).at(0).message == "out of range");
    CHECK(complaints({0, 1, 2, 4, 1 << 21}).at(0).message == "out of range");
    CHECK(complaints({0, 1, 2, 4}).at(0).found == "levels: 4 of them; codes of 4 bits have 5 to 8");
    ArchSpec spec = defaultSpec("x");
    spec.format.levels = {0, 1, 2, 3, 4, 6, 8};
    support::Diagnostics diagnostics;
    CHECK(parseSpec(specToJson(spec).dump(), diagnostics) == spec);
    CHECK(diagnostics.all().empty());
}

TEST_CASE("a number is assigned to the member that its path names") {
    int numbers = 0;
    for (const Field& field : specFields()) {
        if (isNumber(field)) {
            CAPTURE(field.path);
            const ArchSpec before = defaultSpec("x");
            const Json pointerValue = specToJson(before)[Json::json_pointer(field.pointer())];
            const int other = pointerValue == Json(field.minimum) ? field.maximum : field.minimum;
            ArchSpec after = before;
            assignField(field, other, after);
            Json expected = specToJson(before);
            expected[Json::json_pointer(field.pointer())] = other;
            CHECK(specToJson(after) == expected);
            CHECK_FALSE(after == before);
            ++numbers;
        }
    }
    CHECK(numbers > 18);
}

TEST_CASE("a field with choices takes these and no other text") {
    int choices = 0;
    for (const Field& field : specFields()) {
        for (const std::string& choice : choicesOf(field)) {
            CAPTURE(field.path, choice);
            CHECK(complaintsAbout(specWith(field.pointer(), choice)).empty());
            checkRefused(field, choice + "s", "unknown value");
            ++choices;
        }
    }
    CHECK(choices == 2);
}

TEST_CASE("a real number may have a fraction") {
    support::Diagnostics diagnostics;
    CHECK(
        parseSpec(R"({"name": "x", "clock": {"target_mhz": 62.5}})", diagnostics).clock.targetMhz ==
        62.5);
    CHECK(diagnostics.all().empty());
}

TEST_CASE("names are plain lower-case words") {
    for (const char* name : {"a", "aslog_16x16", "x_"}) {
        CHECK(isSpecName(name));
    }
    CHECK(isSpecName(std::string(kMaxNameLength, 'a')));
    CHECK_FALSE(isSpecName(std::string(kMaxNameLength + 1, 'a')));
    for (const char* name : {"", "A", "1a", "_a", "a-b", "a b", "a/b", "../a", "ä", "a\n"}) {
        CAPTURE(name);
        CHECK_FALSE(isSpecName(name));
        CHECK(complaintsAbout(Json{{"name", name}}).size() == 1);
    }
}

TEST_CASE("a spec without a name is refused") {
    const auto list = complaints("{}");
    REQUIRE(list.size() == 1);
    CHECK(list.front().pointer == "/name");
    CHECK(list.front().message == "missing");
}
