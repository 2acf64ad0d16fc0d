#include "generator/spec/fields.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generator/spec/rules.h"

namespace aslog {
namespace {

using support::Json;

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

Field integer(std::string path, IntegerMember member, int minimum, int maximum, int defaultValue,
              std::string unit, std::string doc) {
    return {std::move(path), member,          minimum,       maximum,
            defaultValue,    std::move(unit), std::move(doc)};
}

Field autoInteger(std::string path, AutoMember member, int minimum, int maximum, std::string unit,
                  std::string doc) {
    return {std::move(path), member, minimum, maximum, "auto", std::move(unit), std::move(doc)};
}

Field list(std::string path, ListMember member, int minimum, int maximum,
           const std::vector<std::int64_t>& defaultValue, std::string doc) {
    return {std::move(path), member, minimum, maximum, defaultValue, "", std::move(doc)};
}

Field flag(std::string path, FlagMember member, bool defaultValue, std::string doc) {
    return {std::move(path), member, 0, 0, defaultValue, "", std::move(doc)};
}

Field real(std::string path, RealMember member, int minimum, int maximum, double defaultValue,
           std::string unit, std::string doc) {
    return {std::move(path), member,          minimum,       maximum,
            defaultValue,    std::move(unit), std::move(doc)};
}

std::vector<Field> fileFields() {
    return {
        {"$schema", NoMember{}, 0, 0, "", "", "path of `spec.schema.json`, read by editors only"},
        {"name", NameMember([](ArchSpec& s) -> std::string& { return s.name; }), 0, 0, nullptr, "",
         "name of the design and of its run folder `out/<name>/`"},
        {"target",
         ChoiceMember{[](ArchSpec& s) -> std::string& { return s.target; }, {"asic", "fpga"}}, 0, 0,
         "asic", "",
         "what holds data: latches and flip-flops on gated clocks, or flip-flops with enables"},
    };
}

std::vector<Field> formatFields() {
    return {
        integer(
            "format.weight_bits", [](ArchSpec& s) -> int& { return s.format.weightBits; }, 3, 6, 4,
            "bits", "width of a weight code, sign included"),
        list(
            "format.levels",
            [](ArchSpec& s) -> std::vector<std::int64_t>& { return s.format.levels; }, 0, 1 << 20,
            {0, 1, 2, 3, 4, 6, 8},
            "the magnitudes that a weight may have, ascending, each 0, 2^k or 3·2^k; `auto`: by "
            "`sqrt2_steps` and `zero`, and so by default where one of these, other `weight_bits` "
            "or other `activation_bits` are given"),
        integer(
            "format.sqrt2_steps", [](ArchSpec& s) -> int& { return s.format.sqrt2Steps; }, 0, 31, 4,
            "steps", "steps of √2 below the largest level; the steps after them are of 2"),
        flag(
            "format.zero", [](ArchSpec& s) -> bool& { return s.format.zero; }, true,
            "one magnitude is exactly 0"),
        integer(
            "format.dropped_bits", [](ArchSpec& s) -> int& { return s.format.droppedBits; }, 0, 20,
            3, "bits",
            "lowest columns of every product that are not formed: sums count 2^dropped_bits; 0 by "
            "default where the levels are not the default ones"),
        integer(
            "format.activation_bits", [](ArchSpec& s) -> int& { return s.format.activationBits; },
            4, 8, 8, "bits", "width of an activation, unsigned"),
    };
}

std::vector<Field> arrayFields() {
    return {
        integer(
            "array.rows", [](ArchSpec& s) -> int& { return s.array.rows; }, 1, 128, 16, "rows",
            "taps of a window that one beat carries"),
        integer(
            "array.columns", [](ArchSpec& s) -> int& { return s.array.columns; }, 1, 128, 16,
            "columns", "output channels computed at the same time"),
        autoInteger(
            "array.pixels", [](ArchSpec& s) -> std::optional<int>& { return s.array.pixels; }, 1,
            16, "slots",
            "accumulators per column: the output pixels that a tile of weights serves in turn; "
            "`auto` is 2"),
        autoInteger(
            "array.weight_rows",
            [](ArchSpec& s) -> std::optional<int>& { return s.array.weightRows; }, 1, 128, "rows",
            "rows of weights loaded per beat; `auto` is ceil(rows / 2), all rows with one slot: a "
            "tile that serves two pixels computes while the next one is loaded"),
    };
}

std::vector<Field> sumFields() {
    return {
        autoInteger(
            "accumulator.bits",
            [](ArchSpec& s) -> std::optional<int>& { return s.accumulator.bits; }, 8, 62, "bits",
            "width of an accumulator; `auto` is just enough for the largest layer"),
        integer(
            "accumulator.max_kernel_area",
            [](ArchSpec& s) -> int& { return s.accumulator.maxKernelArea; }, 1, 1024, 9, "taps",
            "largest kernel height × width of a layer"),
        integer(
            "accumulator.max_input_channels",
            [](ArchSpec& s) -> int& { return s.accumulator.maxInputChannels; }, 1, 65536, 256,
            "channels", "largest number of input channels of a layer"),
        flag(
            "bias_correction.enabled",
            [](ArchSpec& s) -> bool& { return s.biasCorrection.enabled; }, true,
            "add µ·S, a correction of the mean error of an output channel's weights"),
        integer(
            "bias_correction.mu_bits", [](ArchSpec& s) -> int& { return s.biasCorrection.muBits; },
            3, 6, 4, "bits",
            "width of a µ code, sign included. Without `mu_sqrt2_steps` µ reaches "
            "2^(2^(mu_bits - 1) - 2 - fraction_bits) level units, 1 by default: formats with "
            "5 or 6 bits want 5"),
        integer(
            "bias_correction.mu_sqrt2_steps",
            [](ArchSpec& s) -> int& { return s.biasCorrection.muSqrt2Steps; }, 0, 31, 0, "steps",
            "as `format.sqrt2_steps`, for µ"),
        integer(
            "bias_correction.fraction_bits",
            [](ArchSpec& s) -> int& { return s.biasCorrection.fractionBits; }, 0, 12, 6, "bits",
            "binary places of µ"),
    };
}

std::vector<Field> outputFields() {
    return {
        autoInteger(
            "pcf.lanes", [](ArchSpec& s) -> std::optional<int>& { return s.pcf.lanes; }, 1, 128,
            "units",
            "requantisers, shared by all columns: outputs per cycle; `auto` is ceil(columns / 8): "
            "a 3x3 layer with as many input channels as rows never waits for them"),
        integer(
            "pcf.scale_bits", [](ArchSpec& s) -> int& { return s.pcf.scaleBits; }, 2, 16, 6, "bits",
            "width of the multiplier of an output channel's scale, unsigned"),
        autoInteger(
            "pcf.shift_min", [](ArchSpec& s) -> std::optional<int>& { return s.pcf.shiftMin; }, 1,
            63, "bits",
            fmt::format("smallest shift of a sum; `auto` is {} plus "
                        "`bias_correction.fraction_bits`, {} without bias correction, and less by "
                        "the dropped columns, at least 1",
                        kLeastAutoShift, kLeastAutoShift)),
        autoInteger(
            "pcf.shift_max", [](ArchSpec& s) -> std::optional<int>& { return s.pcf.shiftMax; }, 1,
            63, "bits",
            fmt::format("largest shift of a sum; `auto` is `shift_min` + {}", kAutoShifts - 1)),
        integer(
            "pcf.output_bits", [](ArchSpec& s) -> int& { return s.pcf.outputBits; }, 4, 8, 8,
            "bits", "width of an output activation, unsigned"),
        integer(
            "pipeline.stages", [](ArchSpec& s) -> int& { return s.pipeline.stages; }, 2, 3, 3,
            "stages",
            "registers from activation to sum; the third cuts tree and accumulator apart"),
        flag(
            "streams.registered", [](ArchSpec& s) -> bool& { return s.streams.registered; }, false,
            "a register of two beats at each stream: no path leads from an input to an output, one "
            "cycle more each way"),
        flag(
            "dft.test_enable", [](ArchSpec& s) -> bool& { return s.dft.testEnable; }, false,
            "`test_en_i` opens every clock gate, for scan; otherwise it is ignored"),
        real(
            "clock.target_mhz", [](ArchSpec& s) -> double& { return s.clock.targetMhz; }, 1, 5000,
            100, "MHz", "clock that synthesis aims at and that peak figures assume"),
    };
}

std::vector<Field> allFields() {
    std::vector<Field> all;
    for (auto part : {fileFields(), formatFields(), arrayFields(), sumFields(), outputFields()}) {
        std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    return all;
}

Json fieldValue(const Field& field, ArchSpec& spec) {
    return std::visit(
        Overloaded{[](NoMember) { return Json(); },
                   [&spec](AutoMember member) {
                       const auto& value = member(spec);
                       return value ? Json(*value) : Json("auto");
                   },
                   [&spec](ListMember member) {
                       const auto& values = member(spec);
                       return values.empty() ? Json("auto") : Json(values);
                   },
                   [&spec](const ChoiceMember& choice) { return Json(choice.member(spec)); },
                   [&spec](auto member) { return Json(member(spec)); }},
        field.member);
}

}  // namespace

std::string Field::group() const {
    const std::size_t dot = path.find('.');
    return dot == std::string::npos ? "" : path.substr(0, dot);
}

std::string Field::key() const {
    const std::size_t dot = path.find('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
}

std::string Field::pointer() const {
    std::string result = "/" + path;
    std::replace(result.begin(), result.end(), '.', '/');
    return result;
}

std::string Field::allowed() const {
    const std::string range = fmt::format("from {} to {}", minimum, maximum);
    return std::visit(
        Overloaded{[](NoMember) -> std::string { return "a string"; },
                   [&range](IntegerMember) { return "an integer " + range; },
                   [&range](AutoMember) { return "\"auto\" or an integer " + range; },
                   [&range](ListMember) { return "\"auto\" or a list of integers " + range; },
                   [](FlagMember) -> std::string { return "true or false"; },
                   [&range](RealMember) { return "a number " + range; },
                   [](NameMember) {
                       return fmt::format(
                           "a string of 1 to {} lower-case letters, digits and "
                           "underscores that starts with a letter",
                           kMaxNameLength);
                   },
                   [](const ChoiceMember& choice) {
                       return fmt::format("\"{}\"", fmt::join(choice.choices, "\" or \""));
                   }},
        member);
}

const std::vector<Field>& specFields() {
    static const std::vector<Field> table = allFields();
    return table;
}

const std::vector<FieldGroup>& specGroups() {
    static const std::vector<FieldGroup> groups = {
        {"format", "The numbers: SLogII weights and unsigned activations (docs/arithmetic.md)"},
        {"array", "The size of the array and of its streams (docs/architecture.md)"},
        {"accumulator", "The width of the sums, given or sized for the largest layer"},
        {"bias_correction", "The correction µ·S of the sums of an output channel"},
        {"pcf", "The units that turn sums into output activations"},
        {"pipeline", "Where registers cut the array"},
        {"streams", "The ports (docs/architecture.md)"},
        {"dft", "Design for test"},
        {"clock", "The clock"},
    };
    return groups;
}

const std::vector<FieldGroup>& reservedGroups() {
    static const std::vector<FieldGroup> groups = {
        {"buffers", "Reserved for on-chip buffers: absent or empty"},
    };
    return groups;
}

ArchSpec defaultSpec(const std::string& name) {
    ArchSpec spec;
    for (const Field& field : specFields()) {
        if (!field.defaultValue.is_null()) {
            assignField(field, field.defaultValue, spec);
        }
    }
    spec.name = name;
    return spec;
}

Json specToJson(const ArchSpec& spec) {
    ArchSpec copy = spec;
    Json json = Json::object();
    for (const Field& field : specFields()) {
        if (!std::holds_alternative<NoMember>(field.member)) {
            json[Json::json_pointer(field.pointer())] = fieldValue(field, copy);
        }
    }
    return json;
}

void assignField(const Field& field, const Json& value, ArchSpec& spec) {
    std::visit(
        Overloaded{
            [](NoMember) {}, [&](IntegerMember member) { member(spec) = value.get<int>(); },
            [&](AutoMember member) {
                member(spec) =
                    value.is_string() ? std::nullopt : std::optional<int>(value.get<int>());
            },
            [&](ListMember member) {
                member(spec) = value.is_string() ? std::vector<std::int64_t>{}
                                                 : value.get<std::vector<std::int64_t>>();
            },
            [&](FlagMember member) { member(spec) = value.get<bool>(); },
            [&](RealMember member) { member(spec) = value.get<double>(); },
            [&](NameMember member) { member(spec) = value.get<std::string>(); },
            [&](const ChoiceMember& choice) { choice.member(spec) = value.get<std::string>(); }},
        field.member);
}

bool isSpecName(std::string_view name) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view kOthers = "abcdefghijklmnopqrstuvwxyz0123456789_";
    return !name.empty() && name.size() <= kMaxNameLength &&
           kLetters.find(name.front()) != std::string_view::npos &&
           name.find_first_not_of(kOthers) == std::string_view::npos;
}

}  // namespace aslog
