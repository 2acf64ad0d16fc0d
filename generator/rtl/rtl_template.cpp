#include "generator/rtl/rtl_template.h"

#include <regex>

#include "support/file.h"
#include "support/version.h"

namespace aslog {

std::string withDefaults(const std::string& verilog, const Parameters& values) {
    static const std::regex declaration(R"(parameter integer (\w+)( *)= *(\d+))");
    std::string text;
    auto copied = verilog.cbegin();
    for (std::sregex_iterator match(verilog.begin(), verilog.end(), declaration), end; match != end;
         ++match) {
        const auto value = values.find((*match)[1].str());
        if (value != values.end()) {
            text.append(copied, (*match)[3].first);
            text += std::to_string(value->second);
            copied = (*match)[3].second;
        }
    }
    text.append(copied, verilog.cend());
    return text;
}

std::string readTemplate(const std::string& path) {
    return support::readFile(support::dataFolder() / "rtl_templates" / path);
}

}  // namespace aslog
