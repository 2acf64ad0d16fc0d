// aslog init: a spec to start from.

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "cli/commands.h"
#include "generator/spec/fields.h"
#include "support/error.h"
#include "support/file.h"
#include "support/version.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::Json;

struct InitOptions {
    std::string file = "my_array.json";
    std::string name;
    bool force = false;
};

// A schema path is a comfort for editors; without the data files of aslog there is none.
std::string schemaPath(const fs::path& specFile) {
    std::error_code error;
    try {
        const fs::path schema = support::dataFolder() / "docs" / "spec.schema.json";
        const fs::path folder = fs::absolute(specFile).parent_path();
        const fs::path relative = fs::proximate(schema, folder, error);
        // Up and down again through the root is no shorter than the full path.
        const bool near = !error && relative.string().size() < schema.string().size();
        return (near ? relative : schema).string();
    } catch (const support::Error&) {
        return "";
    }
}

std::string nameFor(const InitOptions& options) {
    const std::string name =
        options.name.empty() ? fs::path(options.file).stem().string() : options.name;
    if (!isSpecName(name)) {
        throw support::InputError(
            fmt::format("\"{}\" can not be the name of a design: it takes lower-case letters, "
                        "digits and underscores, and starts with a letter; give one with --name",
                        name));
    }
    return name;
}

int runInit(const InitOptions& options, const Output& output) {
    const std::string name = nameFor(options);
    if (!options.force && fs::is_regular_file(options.file)) {
        throw support::InputError(fmt::format("{} exists; --force overwrites it", options.file));
    }
    Json spec = Json::object();
    if (const std::string schema = schemaPath(options.file); !schema.empty()) {
        spec["$schema"] = schema;
    }
    spec.update(specToJson(defaultSpec(name)));
    support::writeJson(options.file, spec);
    output.text(fmt::format("wrote {}; next: edit it, then run `aslog check {}`\n", options.file,
                            options.file));
    output.result({{"file", options.file}, {"name", name}});
    return kSuccess;
}

}  // namespace

void addInitCommand(CLI::App& app, Action& action) {
    auto options = std::make_shared<InitOptions>();
    CLI::App* command = app.add_subcommand("init", "Write a spec with every field at its default");
    command->add_option("FILE", options->file, "File to write")->capture_default_str();
    command->add_option("--name", options->name, "Name of the design; default: that of the file");
    command->add_flag("--force", options->force, "Overwrite the file if it exists");
    command->footer(
        "Examples:\n"
        "  aslog init                            writes my_array.json\n"
        "  aslog init specs/wide.json            writes specs/wide.json, the design \"wide\"\n");
    command->callback([options, &action] {
        action = [options](const Output& output) { return runInit(*options, output); };
    });
}

}  // namespace aslog::cli
