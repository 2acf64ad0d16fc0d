#include "generator/rtl/rtl_template.h"

#include <regex>
#include <set>

#include <fmt/format.h>

#include "support/error.h"
#include "support/file.h"
#include "support/version.h"

namespace aslog {

std::string withDefaults(const std::string& verilog, const Parameters& values,
                         const std::string& templateName) {
    static const std::regex declaration(R"(parameter integer (\w+)( *)= *(\d+))");
    std::string text;
    std::set<std::string> seen;
    auto copied = verilog.cbegin();
    for (std::sregex_iterator match(verilog.begin(), verilog.end(), declaration), end; match != end;
         ++match) {
        const auto value = values.find((*match)[1].str());
        if (value == values.end()) {
            continue;
        }
        seen.insert(value->first);
        text.append(copied, (*match)[3].first);
        text += std::to_string(value->second);
        copied = (*match)[3].second;
    }
    text.append(copied, verilog.cend());
    for (const auto& [name, value] : values) {
        if (seen.count(name) == 0) {
            throw support::Error(
                fmt::format("template {} has no parameter {}; it does not belong to this aslog",
                            templateName, name));
        }
    }
    return text;
}

std::string readTemplate(const std::string& path) {
    return support::readFile(support::dataFolder() / "rtl_templates" / path);
}

}  // namespace aslog
