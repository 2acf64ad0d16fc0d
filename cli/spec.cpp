// aslog spec (hidden): the schema and the page about specs, made from the table of fields.

#include <memory>

#include <fmt/format.h>

#include "cli/commands.h"
#include "generator/elab/widths.h"
#include "generator/spec/spec_docs.h"
#include "support/json_file.h"

namespace aslog::cli {
namespace {

struct SpecOptions {
    bool schema = false;
    bool markdown = false;
};

int runSpec(const SpecOptions& options) {
    fmt::print("{}", options.schema ? support::jsonText(specSchema()) : specMarkdown(widthRules()));
    return kSuccess;
}

}  // namespace

void addSpecCommand(CLI::App& app, Action& action) {
    auto options = std::make_shared<SpecOptions>();
    CLI::App* command = app.add_subcommand("spec", "Print docs/spec.schema.json or docs/spec.md");
    command->group("");  // not in --help: for those who change the fields
    CLI::Option_group* what = command->add_option_group("what");
    what->add_flag("--schema", options->schema, "The JSON schema");
    what->add_flag("--markdown", options->markdown, "The page");
    what->require_option(1);
    command->callback([options, &action] {
        action = [options](const Output& /*output*/) { return runSpec(*options); };
    });
}

}  // namespace aslog::cli
