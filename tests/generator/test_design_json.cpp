#include <string>

#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"
#include "tests/temporary_folder.h"

using namespace aslog;
using namespace aslog::tests;
using Catch::Matchers::ContainsSubstring;

namespace {

Design sample() {
    ArchSpec spec = defaultSpec("sample");
    spec.array = {3, 5, 2, 2};
    support::Diagnostics diagnostics;
    return elaborate(spec, diagnostics);
}

// As if a program that changes designs had closed them with the right hash.
Json rehashed(Json json) {
    json.erase("design_hash");
    json["design_hash"] = support::sha256(nlohmann::json(json).dump());
    return json;
}

std::string errorOf(const Json& json) {
    try {
        designFromJson(json);
    } catch (const support::InputError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("a design is read back as it was written") {
    const TemporaryFolder folder;
    const Design design = sample();
    support::writeJson(folder / "design.json", toJson(design));
    const Design again = readDesign(folder / "design.json");
    CHECK(toJson(again) == toJson(design));
    CHECK(again.spec == design.spec);
    CHECK(toJson(design)["design_hash"] == designHash(design));
}

TEST_CASE("a design with a baseline element is read back too") {
    const Design design = sample();
    ElementInfo other = design.element;
    other.name = "other";
    other.rawMax = 65535;
    other.productBits = 16;
    const Design baseline = withElement(design, other);
    const Design again = designFromJson(toJson(baseline));
    CHECK(again.element == other);
    CHECK(designHash(again) == designHash(baseline));
}

TEST_CASE("the hash does not depend on the order or the layout of the text") {
    const Design design = sample();
    const Json sorted = Json::parse(nlohmann::json(toJson(design)).dump());
    CHECK(designHash(designFromJson(sorted)) == designHash(design));
}

TEST_CASE("equal specs have equal hashes, other specs have others") {
    support::Diagnostics diagnostics;
    const ArchSpec brief = parseSpec(R"({"name": "x"})", diagnostics);
    const ArchSpec full = parseSpec(specToJson(brief).dump(4), diagnostics);
    CHECK(specHash(brief) == specHash(full));
    CHECK(specHash(brief) != specHash(defaultSpec("y")));
}

TEST_CASE("a changed design is refused, whichever value was changed") {
    const Json whole = toJson(sample());
    int changed = 0;
    const Json flat = whole.flatten();
    for (const auto& [pointer, value] : flat.items()) {
        Json flatCopy = flat;
        flatCopy[pointer] = value.is_string() ? Json("other") : Json(12345);
        CAPTURE(pointer);
        CHECK_THAT(errorOf(flatCopy.unflatten()),
                   ContainsSubstring("does not match its design_hash"));
        ++changed;
    }
    CHECK(changed > 60);
}

TEST_CASE("a design that this version would elaborate differently is refused") {
    Json json = toJson(sample());
    json["bits"]["accumulator"] = 99;
    json["tool"]["version"] = "0.0.9";
    CHECK_THAT(errorOf(rehashed(json)), ContainsSubstring("made by aslog 0.0.9"));
    json = toJson(sample());
    json["spec"]["array"]["rows"] = 1000;
    CHECK_THAT(errorOf(rehashed(json)), ContainsSubstring("would make another one"));
    json = toJson(sample());
    json["element"] = 5;
    CHECK_THAT(errorOf(rehashed(json)), ContainsSubstring("would make another one"));
}

TEST_CASE("what is no design is refused") {
    CHECK_THAT(errorOf(Json::array()), ContainsSubstring("this is no design.json"));
    CHECK_THAT(errorOf({{"spec", 1}}), ContainsSubstring("this is no design.json"));
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(readDesign(folder / "design.json"), ContainsSubstring("aslog generate"));
    support::writeFile(folder / "design.json", "{");
    CHECK_THROWS_AS(readDesign(folder / "design.json"), support::InputError);
    support::writeFile(folder / "design.json", "{}");
    CHECK_THROWS_WITH(readDesign(folder / "design.json"),
                      Catch::Matchers::StartsWith((folder / "design.json").string()));
}
