#include "generator/spec/spec_docs.h"

#include <fmt/format.h>

#include "generator/spec/fields.h"
#include "generator/spec/rules.h"

namespace aslog {
namespace {

using support::Json;

Json numberSchema(const Field& field, const char* type) {
    return {{"type", type}, {"minimum", field.minimum}, {"maximum", field.maximum}};
}

Json automaticSchema() {
    return {{"type", "string"}, {"enum", Json::array({"auto"})}};
}

Json typeSchema(const Field& field) {
    if (std::holds_alternative<IntegerMember>(field.member)) {
        return numberSchema(field, "integer");
    }
    if (std::holds_alternative<AutoMember>(field.member)) {
        return {{"oneOf", Json::array({automaticSchema(), numberSchema(field, "integer")})}};
    }
    if (std::holds_alternative<ListMember>(field.member)) {
        const Json values = {
            {"type", "array"}, {"minItems", 1}, {"items", numberSchema(field, "integer")}};
        return {{"oneOf", Json::array({automaticSchema(), values})}};
    }
    if (std::holds_alternative<RealMember>(field.member)) {
        return numberSchema(field, "number");
    }
    if (std::holds_alternative<FlagMember>(field.member)) {
        return {{"type", "boolean"}};
    }
    Json schema = {{"type", "string"}};
    if (const auto* choice = std::get_if<ChoiceMember>(&field.member)) {
        schema["enum"] = choice->choices;
    }
    if (std::holds_alternative<NameMember>(field.member)) {
        schema["pattern"] = fmt::format("^[a-z][a-z0-9_]{{0,{}}}$", kMaxNameLength - 1);
    }
    return schema;
}

std::string withUnit(const Field& field) {
    return field.unit.empty() ? field.doc : fmt::format("{} [{}]", field.doc, field.unit);
}

Json fieldSchema(const Field& field) {
    Json schema = {{"description", withUnit(field)}};
    schema.update(typeSchema(field));
    if (!field.defaultValue.is_null() && !std::holds_alternative<NoMember>(field.member)) {
        schema["default"] = field.defaultValue;
    }
    return schema;
}

Json propertiesOf(const std::string& group) {
    Json properties = Json::object();
    for (const Field& field : specFields()) {
        if (field.group() == group) {
            properties[field.key()] = fieldSchema(field);
        }
    }
    return properties;
}

std::string valueText(const Json& value) {
    return value.is_null() ? "must be given" : fmt::format("`{}`", value.dump());
}

std::string fieldTable(const std::string& group) {
    std::string text = "| field | value | unit | default | meaning |\n|---|---|---|---|---|\n";
    for (const Field& field : specFields()) {
        if (field.group() == group) {
            const bool optional = std::holds_alternative<NoMember>(field.member);
            text +=
                fmt::format("| `{}` | {} | {} | {} | {} |\n", field.path, field.allowed(),
                            field.unit, optional ? "" : valueText(field.defaultValue), field.doc);
        }
    }
    return text;
}

constexpr std::string_view kIntroduction = R"(# The spec

<!-- Made by `aslog spec --markdown` from the table in generator/spec/fields.cpp; edit that. -->

A spec is one JSON object. Only `name` must be given; every other field has a default.
`aslog init` writes a spec with every field at its default, `aslog check` validates one and prints
what follows from it. Unknown names are errors, as are names that stand twice.

```json
{
  "$schema": "../docs/spec.schema.json",
  "name": "my_array",
  "array": {"rows": 32, "columns": 16},
  "clock": {"target_mhz": 200}
}
```

An editor that knows JSON Schema completes and checks the file while it is written, if `$schema`
is the path of [`spec.schema.json`](spec.schema.json).
)";

}  // namespace

Json specSchema() {
    Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                   {"title", "aslog spec"},
                   {"type", "object"},
                   {"required", Json::array({"name"})},
                   {"additionalProperties", false},
                   {"properties", propertiesOf("")}};
    for (const FieldGroup& group : specGroups()) {
        schema["properties"][group.name] = {{"description", group.doc},
                                            {"type", "object"},
                                            {"additionalProperties", false},
                                            {"properties", propertiesOf(group.name)}};
    }
    for (const FieldGroup& group : reservedGroups()) {
        schema["properties"][group.name] = {
            {"description", group.doc}, {"type", "object"}, {"additionalProperties", false}};
    }
    return schema;
}

std::string specMarkdown(const std::vector<std::string>& widthRules) {
    std::string text(kIntroduction);
    text += "\n## The file\n\n" + fieldTable("");
    for (const FieldGroup& group : specGroups()) {
        text +=
            fmt::format("\n## `{}`\n\n{}.\n\n{}", group.name, group.doc, fieldTable(group.name));
    }
    for (const FieldGroup& group : reservedGroups()) {
        text += fmt::format("\n## `{}`\n\n{}.\n", group.name, group.doc);
    }
    text += "\n## Rules between fields\n\n";
    for (const SpecRule& rule : specRules()) {
        text += "- " + rule.text + "\n";
    }
    text +=
        "\nAnd of the widths that follow from them (names as in "
        "[arithmetic.md](arithmetic.md)):\n\n";
    for (const std::string& rule : widthRules) {
        text += "- " + rule + "\n";
    }
    return text;
}

}  // namespace aslog
