// The committed schema and page follow from the table, and the schema agrees with the parser.

#include <filesystem>
#include <string>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "generator/spec/spec_docs.h"
#include "support/file.h"
#include "tests/catch.h"
#include "tests/generator/spec_helpers.h"

namespace fs = std::filesystem;
using namespace aslog;
using namespace aslog::tests;

namespace {

// valijson reads plain nlohmann values only.
class SchemaCheck {
  public:
    SchemaCheck() {
        const nlohmann::json json = specSchema();
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), schema_);
    }

    bool accepts(const nlohmann::json& json) {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), nullptr);
    }

  private:
    valijson::Schema schema_;
};

nlohmann::json read(const fs::path& path) {
    return nlohmann::json::parse(support::readFile(path));
}

const fs::path kRoot = ASLOG_SOURCE_DIR;

}  // namespace

TEST_CASE("docs/spec.schema.json is what `aslog spec --schema` prints") {
    CHECK(support::readFile(kRoot / "docs/spec.schema.json") == support::jsonText(specSchema()));
}

TEST_CASE("docs/spec.md is what `aslog spec --markdown` prints") {
    CHECK(support::readFile(kRoot / "docs/spec.md") == specMarkdown(widthRules()));
}

TEST_CASE("every example is valid and names the schema") {
    SchemaCheck schema;
    int examples = 0;
    for (const auto& entry : fs::directory_iterator(kRoot / "examples")) {
        if (entry.path().extension() == ".json") {
            CAPTURE(entry.path().string());
            const nlohmann::json json = read(entry.path());
            CHECK(schema.accepts(json));
            CHECK(json.at("$schema") == "../docs/spec.schema.json");
            CHECK(json.at("name") == entry.path().stem().string());
            CHECK_NOTHROW(designFromSpecFile(entry.path()));
            ++examples;
        }
    }
    CHECK(examples >= 4);
}

TEST_CASE("the schema takes the same values of each field as the parser") {
    SchemaCheck schema;
    int accepted = 0;
    int refused = 0;
    for (const Field& field : specFields()) {
        std::vector<Json> values = valuesOfEveryType();
        values.insert(values.end(), {Json(field.minimum), Json(field.minimum - 1),
                                     Json(field.maximum), Json(field.maximum + 1), Json("auto"),
                                     Json("Bad Name"), Json(-1), Json(1e300)});
        for (const std::string& choice : choicesOf(field)) {
            values.emplace_back(choice);
        }
        for (const Json& value : values) {
            CAPTURE(field.path, value.dump());
            const Json spec = specWith(field.pointer(), value);
            const auto list = complaintsAbout(spec);
            const bool good = std::none_of(list.begin(), list.end(), [](const auto& item) {
                return item.message != "contradicts another field" &&
                       item.message != "no table of levels";
            });
            CHECK(schema.accepts(spec) == good);
            (good ? accepted : refused) += 1;
        }
    }
    CHECK(accepted > 50);
    CHECK(refused > 200);
}

TEST_CASE("the schema refuses the bad specs that are not bad by contradiction") {
    SchemaCheck schema;
    for (const char* name : {"ranges_bad", "types_bad", "unknown_names_bad", "reserved_bad"}) {
        CAPTURE(name);
        CHECK_FALSE(
            schema.accepts(read(kRoot / "tests/diagnostics" / (std::string(name) + ".json"))));
    }
    CHECK_FALSE(schema.accepts(nlohmann::json::object()));
}
