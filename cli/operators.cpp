// aslog operators (hidden): the page about ONNX operators, made from the reader's table.

#include <memory>

#include <fmt/format.h>

#include "cli/commands.h"
#include "ptq/onnx/operator_table.h"

namespace aslog::cli {

void addOperatorsCommand(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("operators", "Print docs/onnx.md");
    command->group("");  // not in --help: for those who change the table
    auto markdown = std::make_shared<bool>(false);
    command->add_flag("--markdown", *markdown, "The page")->required();
    command->callback([markdown, &action] {
        action = [](const Output& /*output*/) {
            fmt::print("{}", ptq::operatorsMarkdown());
            return kSuccess;
        };
    });
}

}  // namespace aslog::cli
