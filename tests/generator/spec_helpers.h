// Specs for tests: texts, and what the parser says about them.
#pragma once

#include <string>
#include <vector>

#include "generator/elab/design.h"
#include "generator/spec/fields.h"
#include "generator/spec/parse_spec.h"
#include "support/diagnostics.h"
#include "support/json_file.h"

namespace aslog::tests {

using support::Json;

// {"name": "x"} and one more value.
inline Json specWith(const std::string& pointer, const Json& value) {
    Json spec = {{"name", "x"}};
    spec[Json::json_pointer(pointer)] = value;
    return spec;
}

inline std::vector<support::Diagnostic> complaints(const std::string& text) {
    support::Diagnostics diagnostics;
    parseSpec(text, diagnostics);
    return diagnostics.all();
}

inline std::vector<support::Diagnostic> complaintsAbout(const Json& spec) {
    return complaints(spec.dump());
}

// A value of each JSON type.
inline std::vector<Json> valuesOfEveryType() {
    return {Json(nullptr), Json(true),       Json("text"),   Json(1),
            Json(1.5),     Json::array(),    Json::object(), Json::array({4}),
            Json("4"),     Json({{"a", 1}}), Json("")};
}

// True if the value's JSON type is one that the field takes.
inline bool hasRightType(const Field& field, const Json& value) {
    if (std::holds_alternative<FlagMember>(field.member)) {
        return value.is_boolean();
    }
    if (std::holds_alternative<RealMember>(field.member)) {
        return value.is_number();
    }
    if (std::holds_alternative<AutoMember>(field.member)) {
        return value.is_number_integer() || value == Json("auto");
    }
    if (std::holds_alternative<ListMember>(field.member)) {
        return (value.is_array() && !value.empty()) || value == Json("auto");
    }
    if (std::holds_alternative<IntegerMember>(field.member)) {
        return value.is_number_integer();
    }
    return value.is_string();
}

// Texts that a field with choices takes.
inline std::vector<std::string> choicesOf(const Field& field) {
    const auto* choice = std::get_if<ChoiceMember>(&field.member);
    return choice == nullptr ? std::vector<std::string>() : choice->choices;
}

inline bool isNumber(const Field& field) {
    return field.minimum != field.maximum && !std::holds_alternative<ListMember>(field.member);
}

}  // namespace aslog::tests
