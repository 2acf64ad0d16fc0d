// aslog tech: the technologies that are there, and what a cell library offers.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/technology_options.h"
#include "flows/library/cells_check.h"
#include "flows/library/tech_check.h"
#include "flows/library/technology.h"
#include "flows/workspace.h"
#include "gates/cell_model.h"
#include "gates/liberty.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/table.h"
#include "support/temporary_folder.h"

namespace aslog::cli {
namespace {

namespace fs = std::filesystem;
using support::Json;

int runList(const std::string& searchPath, const Output& output) {
    support::Table table({{"name"}, {"technology"}, {"library"}});  // how to get one: synth says
    Json list = Json::array();
    for (const std::string& name : flows::technologyNames(searchPath)) {
        const flows::TechnologyChoice choice = {.name = name, .searchPath = searchPath};
        const flows::Technology technology = flows::readTechnology(choice);
        Json files = Json::array();
        try {
            for (const fs::path& file : flows::findLibrary(technology, choice)) {
                files.push_back(file.string());
            }
        } catch (const support::InputError&) {
        }
        table.addRow({name, technology.title, files.empty() ? "not found" : "found"});
        list.push_back({{"name", name},
                        {"title", technology.title},
                        {"library", files},
                        {"get", technology.howToGet}});
    }
    output.text(table.text());
    output.result(list);
    return kSuccess;
}

// Drives the cells of a profile against the functions of the library.
void checkProfile(const flows::TechnologyChoice& choice, const gates::LibertyFile& liberty) {
    const flows::Technology technology = flows::readTechnology(choice);
    static_cast<void>(flows::cellsOf(technology, liberty));
    const support::TemporaryFolder folder;
    const flows::Workspace workspace(folder.path());
    const fs::path timing = workspace.temporary("timing.lib");
    const fs::path mapping = workspace.temporary("mapping.lib");
    support::writeFile(timing, flows::libraryForTiming(liberty));
    support::writeFile(mapping, flows::libraryForMapping(technology, liberty));
    flows::checkCells(workspace, technology, timing, mapping, gates::CellModels::of(liberty));
}

struct CheckCommand {
    flows::TechnologyChoice choice;
    std::string draft;  // folder for the draft; empty: none
};

void requireAbsent(const fs::path& file) {
    if (fs::exists(file)) {
        throw support::InputError(
            fmt::format("{} is there already; name another folder with -o", file.string()));
    }
}

flows::TechnologyChoice writeDraft(const flows::TechCheck& check, const fs::path& folder) {
    requireAbsent(folder / "profile.json");
    requireAbsent(folder / "cells.v");
    support::writeJson(folder / "profile.json", flows::draftProfile(check));
    support::writeFile(folder / "cells.v", flows::draftCells(check));
    flows::TechnologyChoice choice;
    chooseProfile(choice, folder.string());
    return choice;
}

int runCheck(const CheckCommand& command, const Output& output) {
    const gates::LibertyFile liberty =
        gates::LibertyFile::read(flows::findLibrary({}, command.choice));
    const flows::TechCheck check = flows::checkTechnology(liberty);
    output.text(flows::techCheckText(check));
    const bool hasProfile = !command.choice.profile.empty();
    const bool isChecked = hasProfile || check.missing().empty();
    const bool hasDraft = isChecked && !command.draft.empty();
    const support::TemporaryFolder temporary;
    if (hasProfile) {
        checkProfile(command.choice, liberty);
    } else if (isChecked) {
        checkProfile(writeDraft(check, hasDraft ? fs::path(command.draft) : temporary / "draft"),
                     liberty);
    }
    if (!command.draft.empty()) {
        output.text(fmt::format("draft     {}\n", hasDraft
                                                      ? command.draft + ": profile.json, cells.v"
                                                      : "none, for what is missing"));
    }
    output.text(fmt::format("cells.v   {}\n", isChecked ? "as they should be" : "not checked"));
    Json json = flows::toJson(check);
    json["draft"] = hasDraft ? Json(command.draft) : Json(nullptr);
    json["cells_checked"] = isChecked;
    output.result(json);
    return isChecked ? kSuccess : kFailure;
}

}  // namespace

void addTechCommand(CLI::App& app, Action& action) {
    CLI::App* tech = app.add_subcommand("tech", "Technologies, and what a cell library offers");
    tech->require_subcommand(1);

    auto searchPath = std::make_shared<std::string>();
    CLI::App* list = tech->add_subcommand("list", "The technologies that are there");
    list->add_option("--tech-path", *searchPath,
                     "Folders with cell libraries and profiles, separated by colons")
        ->envname("ASLOG_TECH_PATH");
    list->callback([searchPath, &action] {
        action = [searchPath](const Output& output) { return runList(*searchPath, output); };
    });

    auto command = std::make_shared<CheckCommand>();
    CLI::App* check = tech->add_subcommand("check", "What a cell library has, and what it lacks");
    check
        ->add_option("--liberty", command->choice.liberty,
                     "Liberty file; may be repeated, if the library is in several files")
        ->required()
        ->allow_extra_args(false);
    CLI::Option* const profile = check->add_option_function<std::string>(
        "--profile",
        [command](const std::string& folder) { chooseProfile(command->choice, folder); },
        "Check profile.json and cells.v in this folder, too");
    check
        ->add_option("-o,--output", command->draft,
                     "New folder for a draft of profile.json and cells.v")
        ->excludes(profile);
    check->footer(
        "Finds the cells that aslog needs by what they compute, says what is missing and what is\n"
        "assumed, and has yosys map adders, latches, clock gate and flip-flops with a profile, or\n"
        "with its draft, to check them against the functions of the Liberty file. Exit code 1 if\n"
        "aslog can not do without what is missing.\n"
        "\n"
        "Examples:\n"
        "  aslog tech check --liberty my.lib.gz -o my_tech\n"
        "  aslog synth out/aslog_16x16 --profile my_tech --liberty my.lib.gz\n");
    check->callback([command, &action] {
        action = [command](const Output& output) { return runCheck(*command, output); };
    });
}

}  // namespace aslog::cli
