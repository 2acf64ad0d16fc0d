// What a cell library offers aslog, and a draft of the profile that a technology needs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flows/library/cell_roles.h"
#include "flows/library/technology.h"
#include "gates/cell_library.h"
#include "gates/liberty.h"
#include "support/json_file.h"

namespace aslog::flows {

struct TechCheck {
    std::vector<std::string> libertyFiles;  // names
    std::string libertySha256;
    std::string libertyName;
    gates::Corner corner;
    std::string wireLoad;  // empty: wires do not count
    std::size_t cells = 0;
    std::vector<std::pair<Role, std::optional<RoleCell>>> roles;  // all of them
    std::vector<RoleCell> buffers;
    double defaultMaxLoadFf = 0;
    bool hasLoadLimits = false;            // every output has a max_capacitance
    std::vector<std::string> neverUsed;    // dont_use of the library
    std::vector<std::string> withoutArea;  // of the cells of the roles
    std::map<std::string, std::vector<std::string>> withoutModel;  // cells, by the reason

    const std::optional<RoleCell>& cellOf(Role role) const;

    // What aslog can not do without, in words; empty: the draft can be used as it is.
    std::vector<std::string> missing() const;

    // What is used instead of a cell that the library lacks, and what is taken for granted.
    std::vector<std::string> assumed() const;
};

TechCheck checkTechnology(const gates::LibertyFile& liberty);

// "library, corner, cells" and a table of roles, then what is missing and assumed.
std::string techCheckText(const TechCheck& check);

support::Json toJson(const TechCheck& check);

// profile.json and cells.v as they can be used if nothing is missing.
support::Json draftProfile(const TechCheck& check);
std::string draftCells(const TechCheck& check);

}  // namespace aslog::flows
