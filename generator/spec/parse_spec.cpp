#include "generator/spec/parse_spec.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generator/spec/fields.h"
#include "generator/spec/json_text.h"
#include "generator/spec/rules.h"
#include "support/file.h"

namespace aslog {
namespace {

using support::Diagnostics;
using support::Json;

std::string shown(const Json& value) {
    constexpr std::size_t kLongest = 70;
    std::string text = value.dump();
    if (text.size() > kLongest) {
        std::size_t cut = kLongest;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
            --cut;  // not within a code point
        }
        text = text.substr(0, cut) + "...";
    }
    return text;
}

std::string escapedPointer(const std::string& group, const std::string& key) {
    const Json::json_pointer root;
    return ((group.empty() ? root : root / group) / key).to_string();
}

// Names that may stand in the object `group` ("" for the file itself).
std::vector<std::string> namesIn(const std::string& group) {
    std::vector<std::string> names;
    for (const Field& field : specFields()) {
        if (field.group() == group) {
            names.push_back(field.key());
        }
    }
    if (group.empty()) {
        for (const auto& list : {specGroups(), reservedGroups()}) {
            for (const FieldGroup& entry : list) {
                names.push_back(entry.name);
            }
        }
    }
    return names;
}

// What the user may have meant by an unknown name.
std::string unknownNameHint(const std::string& group, const std::string& key) {
    const auto lastPart = key.substr(key.rfind('.') + 1);  // "array.rows" as one name
    for (const Field& field : specFields()) {
        if (field.key() == lastPart && field.group() != group) {
            return fmt::format("\"{}\" belongs into the object \"{}\"", field.key(), field.group());
        }
    }
    const std::string nearest = support::nearestName(key, namesIn(group));
    return nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest);
}

enum class Verdict { Good, WrongType, OutOfRange };

Verdict judgeNumber(const Field& field, const Json& value, bool integral) {
    if (!value.is_number()) {
        return Verdict::WrongType;
    }
    const auto number = value.get<double>();
    if (integral && value.is_number_float() && number != std::floor(number)) {
        return Verdict::WrongType;
    }
    if (number < field.minimum || number > field.maximum) {
        return Verdict::OutOfRange;
    }
    // 4.0 is no integer, but 1e300, which does not fit into one, is too large rather than wrong.
    return integral && value.is_number_float() ? Verdict::WrongType : Verdict::Good;
}

Verdict judgeList(const Field& field, const Json& value) {
    if (!value.is_array() || value.empty()) {
        return Verdict::WrongType;
    }
    Verdict worst = Verdict::Good;
    for (const Json& entry : value) {
        const Verdict verdict = judgeNumber(field, entry, true);
        if (verdict == Verdict::WrongType) {
            return verdict;
        }
        worst = verdict == Verdict::Good ? worst : verdict;
    }
    return worst;
}

Verdict judge(const Field& field, const Json& value) {
    const bool isAuto = value.is_string() && value.get_ref<const std::string&>() == "auto";
    const bool mayBeAuto = std::holds_alternative<AutoMember>(field.member) ||
                           std::holds_alternative<ListMember>(field.member);
    if (mayBeAuto && isAuto) {
        return Verdict::Good;
    }
    if (std::holds_alternative<ListMember>(field.member)) {
        return judgeList(field, value);
    }
    if (std::holds_alternative<RealMember>(field.member)) {
        return judgeNumber(field, value, false);
    }
    if (std::holds_alternative<FlagMember>(field.member)) {
        return value.is_boolean() ? Verdict::Good : Verdict::WrongType;
    }
    if (std::holds_alternative<NoMember>(field.member)) {
        return value.is_string() ? Verdict::Good : Verdict::WrongType;
    }
    if (std::holds_alternative<NameMember>(field.member)) {
        if (!value.is_string()) {
            return Verdict::WrongType;
        }
        return isSpecName(value.get_ref<const std::string&>()) ? Verdict::Good
                                                               : Verdict::OutOfRange;
    }
    if (const auto* choice = std::get_if<ChoiceMember>(&field.member)) {
        if (!value.is_string()) {
            return Verdict::WrongType;
        }
        const auto& choices = choice->choices;
        return std::find(choices.begin(), choices.end(), value.get_ref<const std::string&>()) !=
                       choices.end()
                   ? Verdict::Good
                   : Verdict::OutOfRange;
    }
    return judgeNumber(field, value, true);
}

class Parser {
  public:
    explicit Parser(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    ArchSpec parse(const Json& json) {
        if (!json.is_object()) {
            add("", "wrong type", shown(json), "an object, { ... }");
            return spec_;
        }
        addUnknownNames(json, "");
        for (const FieldGroup& group : specGroups()) {
            checkGroup(json, group.name);
        }
        for (const FieldGroup& group : reservedGroups()) {
            checkReserved(json, group.name);
        }
        if (asksForOtherFormat(json)) {
            spec_.format.levels.clear();
            spec_.format.droppedBits = 0;
        }
        for (const Field& field : specFields()) {
            parseField(json, field);
        }
        applyRules();
        return spec_;
    }

  private:
    void add(std::string pointer, std::string message, std::string found, std::string allowed,
             std::string hint = "") {
        diagnostics_.add({.pointer = std::move(pointer),
                          .message = std::move(message),
                          .found = std::move(found),
                          .allowed = std::move(allowed),
                          .hint = std::move(hint)});
    }

    void addUnknownNames(const Json& object, const std::string& group) {
        const std::vector<std::string> known = namesIn(group);
        for (const auto& [key, value] : object.items()) {
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                add(escapedPointer(group, key), "unknown name", shown(Json(key)),
                    fmt::format("{}", fmt::join(known, ", ")), unknownNameHint(group, key));
            }
        }
    }

    void checkGroup(const Json& json, const std::string& group) {
        if (!json.contains(group)) {
            return;
        }
        if (json[group].is_object()) {
            addUnknownNames(json[group], group);
            return;
        }
        badGroups_.insert(group);
        add("/" + group, "wrong type", shown(json[group]),
            fmt::format("an object with the names {}", fmt::join(namesIn(group), ", ")));
    }

    void checkReserved(const Json& json, const std::string& group) {
        if (json.contains(group) && !(json[group].is_object() && json[group].empty())) {
            add("/" + group, "reserved for later", shown(json[group]), "{}", "leave it out");
        }
    }

    // The default levels and dropped columns go together, with each other and with the widths: a
    // spec that gives another format names what it wants of them.
    bool asksForOtherFormat(const Json& json) const {
        if (!json.contains("format") || !json["format"].is_object()) {
            return false;
        }
        const Json& format = json["format"];
        const auto differs = [&format](const char* width, int usual) {
            return format.contains(width) && format[width] != usual;
        };
        return format.contains("levels") || format.contains("sqrt2_steps") ||
               format.contains("zero") || differs("weight_bits", spec_.format.weightBits) ||
               differs("activation_bits", spec_.format.activationBits);
    }

    void parseField(const Json& json, const Field& field) {
        const Json::json_pointer pointer(field.pointer());
        if (badGroups_.contains(field.group())) {
            badPaths_.insert(field.path);
        } else if (json.contains(pointer)) {
            parseValue(json[pointer], field);
        } else if (field.defaultValue.is_null()) {
            add(field.pointer(), "missing", "", field.allowed(),
                fmt::format("add \"{}\": ...", field.key()));
            badPaths_.insert(field.path);
        }
    }

    void parseValue(const Json& value, const Field& field) {
        switch (judge(field, value)) {
            case Verdict::Good:
                assignField(field, value, spec_);
                return;
            case Verdict::WrongType:
                add(field.pointer(), "wrong type", shown(value), field.allowed());
                break;
            case Verdict::OutOfRange: {
                const bool name = std::holds_alternative<NameMember>(field.member);
                const bool choice = std::holds_alternative<ChoiceMember>(field.member);
                add(field.pointer(),
                    name     ? "not a name"
                    : choice ? "unknown value"
                             : "out of range",
                    shown(value), field.allowed());
                break;
            }
        }
        badPaths_.insert(field.path);
    }

    // A rule says nothing about a field that is wrong by itself.
    void applyRules() {
        for (const SpecRule& rule : specRules()) {
            const bool judged =
                std::none_of(rule.paths.begin(), rule.paths.end(),
                             [this](const auto& path) { return badPaths_.contains(path); });
            auto complaint = judged ? rule.check(spec_) : std::nullopt;
            if (complaint) {
                std::string pointer = "/" + rule.paths.front();
                std::replace(pointer.begin(), pointer.end(), '.', '/');
                complaint->pointer = pointer;
                diagnostics_.add(*complaint);
            }
        }
    }

    Diagnostics& diagnostics_;
    ArchSpec spec_ = defaultSpec("");
    std::set<std::string> badGroups_;
    std::set<std::string> badPaths_;
};

}  // namespace

ArchSpec parseSpec(std::string_view text, Diagnostics& diagnostics) {
    const auto json = parseJsonText(text, diagnostics);
    return json ? Parser(diagnostics).parse(*json) : defaultSpec("");
}

ArchSpec readSpec(const std::filesystem::path& path, Diagnostics& diagnostics) {
    return parseSpec(support::readFile(path, kMaxSpecBytes), diagnostics);
}

}  // namespace aslog
