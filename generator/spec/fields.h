// The one table of spec fields. The parser, the JSON schema, docs/spec.md and the text of a spec
// all follow from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "generator/spec/arch_spec.h"
#include "support/json_file.h"

namespace aslog {

// A part of the file that takes no part in the design ($schema, buffers).
struct NoMember {};

using IntegerMember = int& (*)(ArchSpec&);
using AutoMember = std::optional<int>& (*)(ArchSpec&);         // an integer or "auto"
using ListMember = std::vector<std::int64_t>& (*)(ArchSpec&);  // integers; empty: "auto"
using FlagMember = bool& (*)(ArchSpec&);
using RealMember = double& (*)(ArchSpec&);
using NameMember = std::string& (*)(ArchSpec&);
struct ChoiceMember {
    std::string& (*member)(ArchSpec&);
    std::vector<std::string> choices;
};
using Member = std::variant<NoMember, IntegerMember, AutoMember, ListMember, FlagMember, RealMember,
                            NameMember, ChoiceMember>;

struct Field {
    std::string path;  // "array.rows"
    Member member;
    int minimum = 0;             // of numbers, also those of a list, inclusive
    int maximum = 0;             // of numbers, also those of a list, inclusive
    support::Json defaultValue;  // null: the field must be given
    std::string unit;            // may be empty
    std::string doc;             // one line, in Markdown without a full stop

    std::string group() const;  // "array"; "" for the fields of the file itself
    std::string key() const;    // "rows"
    std::string pointer() const;

    // "an integer from 1 to 128"
    std::string allowed() const;
};

struct FieldGroup {
    std::string name;
    std::string doc;
};

// In the order in which they are documented and written.
const std::vector<Field>& specFields();
const std::vector<FieldGroup>& specGroups();

// Groups without fields, kept free for later: they may stand in a file, but only empty.
const std::vector<FieldGroup>& reservedGroups();

// A spec of defaults with this name (not validated).
ArchSpec defaultSpec(const std::string& name);

// Every field of a spec, "auto" where it was chosen: the canonical form, which is hashed.
support::Json specToJson(const ArchSpec& spec);

// Puts a value of the right type and range into the spec.
void assignField(const Field& field, const support::Json& value, ArchSpec& spec);

inline constexpr int kMaxNameLength = 64;

// [a-z][a-z0-9_]*, at most kMaxNameLength long.
bool isSpecName(std::string_view name);

}  // namespace aslog
