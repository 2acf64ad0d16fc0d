#include "cli/technology_options.h"

#include <filesystem>

namespace aslog::cli {
void chooseProfile(flows::TechnologyChoice& choice, const std::string& folder) {
    const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
    choice.profile = whole.has_filename() ? whole : whole.parent_path();
    choice.name = choice.profile.filename().string();
}

CLI::Option* addTechnologyOptions(CLI::App& command, flows::TechnologyChoice& choice,
                                  const std::string& nameOption, const std::string& nameHelp) {
    CLI::Option* name = command.add_option(nameOption, choice.name, nameHelp);
    command
        .add_option_function<std::string>(
            "--profile", [&choice](const std::string& folder) { chooseProfile(choice, folder); },
            "Folder with profile.json and cells.v of a technology of your own")
        ->excludes(name);
    command
        .add_option("--liberty", choice.liberty,
                    "Cell library; repeat it for several files (default: searched for)")
        ->allow_extra_args(false);
    command
        .add_option("--tech-path", choice.searchPath,
                    "Folders with cell libraries and profiles, separated by colons")
        ->envname("ASLOG_TECH_PATH");
    return name;
}

}  // namespace aslog::cli
