// aslog manual: man page and shell completion, from the same table as --help. Not shown there; the
// build calls it.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"
#include "support/build.h"

namespace aslog::cli {
namespace {

std::vector<const CLI::App*> commandsOf(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* each) {
        return !each->get_name().empty() && !each->get_group().empty();
    });
}

// Those of unnamed groups too.
std::vector<const CLI::Option*> optionsOf(const CLI::App& app) {
    std::vector<const CLI::Option*> options = app.get_options();
    for (const CLI::App* group :
         app.get_subcommands([](const CLI::App* each) { return each->get_name().empty(); })) {
        for (const CLI::Option* option : group->get_options()) {
            options.push_back(option);
        }
    }
    return options;
}

// "-o,--output", or the name of a positional.
std::string nameOf(const CLI::Option& option) {
    return option.get_name(!option.nonpositional(), true);
}

std::string roff(const std::string& text) {
    std::string result;
    bool lineStarts = true;
    for (const char c : text) {
        result += lineStarts && (c == '.' || c == '\'') ? "\\&" : "";
        result += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
        lineStarts = c == '\n';
    }
    return result;
}

void addOptions(std::string& page, const CLI::App& app) {
    for (const CLI::Option* option : optionsOf(app)) {
        page +=
            fmt::format(".TP\n.B {}\n{}\n", roff(nameOf(*option)), roff(option->get_description()));
    }
}

void addCommand(std::string& page, const CLI::App& command, const std::string& name) {
    page += fmt::format(".SS {}\n{}.\n", roff(name), roff(command.get_description()));
    addOptions(page, command);
    if (!command.get_footer().empty()) {
        page += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.get_footer()));
    }
    for (const CLI::App* inner : commandsOf(command)) {
        addCommand(page, *inner, name + " " + inner->get_name());
    }
}

std::string manPage(const CLI::App& app) {
    std::string page = fmt::format(
        ".TH ASLOG 1 \"\" \"aslog {}\" \"User commands\"\n"
        ".SH NAME\naslog \\- from a JSON spec to a verified CNN accelerator array\n"
        ".SH SYNOPSIS\n.B aslog\n.I COMMAND\n.RI [ OPTION ...]\n"
        ".SH DESCRIPTION\n{}\n",
        roff(support::build().description), roff(app.get_description()));
    page += ".SH OPTIONS\n";
    addOptions(page, app);
    page += ".SH COMMANDS\n";
    for (const CLI::App* command : commandsOf(app)) {
        addCommand(page, *command, command->get_name());
    }
    page += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", roff(app.get_footer()));
    return page;
}

std::string words(const CLI::App& app) {
    std::vector<std::string> list;
    for (const CLI::App* command : commandsOf(app)) {
        list.push_back(command->get_name());
        list.push_back(words(*command));
    }
    for (const CLI::Option* option : optionsOf(app)) {
        for (const std::string& name : option->get_lnames()) {
            list.push_back("--" + name);
        }
    }
    std::erase(list, "");
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return fmt::format("{}", fmt::join(list, " "));
}

std::string bashCompletion(const CLI::App& app) {
    std::string cases;
    for (const CLI::App* command : commandsOf(app)) {
        cases += fmt::format("        {}) words=\"{}\" ;;\n", command->get_name(), words(*command));
    }
    std::vector<std::string> names;
    for (const CLI::App* command : commandsOf(app)) {
        names.push_back(command->get_name());
    }
    return fmt::format(
        "# bash completion for aslog\n"
        "_aslog() {{\n"
        "    local current=${{COMP_WORDS[COMP_CWORD]}} command= word words\n"
        "    for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
        "        case $word in -*) ;; *) command=$word; break ;; esac\n"
        "    done\n"
        "    case $command in\n"
        "        '') words=\"{} --help --json --version\" ;;\n"
        "{}"
        "    esac\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
        "}}\n"
        "complete -o bashdefault -o default -F _aslog aslog\n",
        fmt::join(names, " "), cases);
}

}  // namespace

void addManualCommand(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("manual", "Print the man page or the shell completion");
    command->group("");  // hidden
    auto isMan = std::make_shared<bool>(false);
    auto isBash = std::make_shared<bool>(false);
    CLI::Option_group* what = command->add_option_group("what");
    what->add_flag("--man", *isMan, "The man page, section 1");
    what->add_flag("--bash", *isBash, "Completion for bash");
    what->require_option(1);
    command->callback([isMan, isBash, &app, &action] {
        action = [isMan, &app](const Output& output) {
            output.text(*isMan ? manPage(app) : bashCompletion(app));
            return kSuccess;
        };
    });
}

}  // namespace aslog::cli
