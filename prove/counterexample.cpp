#include "prove/counterexample.h"

#include <map>
#include <sstream>

namespace aslog::prove {
namespace {

std::string shown(const std::string& bits) {
    const bool isNumber = bits.find_first_not_of("01") == std::string::npos && bits.size() <= 64;
    return isNumber ? std::to_string(std::stoull(bits, nullptr, 2)) : "0b" + bits;
}

}  // namespace

std::vector<InputValue> inputValues(const std::string& vcd) {
    std::map<std::string, std::string> nameOf;  // by the waveform's identifier
    std::map<std::string, std::string> bitsOf;  // by name
    int depth = 0;
    std::istringstream lines(vcd);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first;
        words >> first;
        if (first == "$scope") {
            ++depth;
        } else if (first == "$upscope") {
            --depth;
        } else if (first == "$var") {
            std::string type;
            std::string width;
            std::string id;
            std::string name;
            words >> type >> width >> id >> name;
            if (depth == 1 && name.ends_with("_i") && name.find('.') == std::string::npos) {
                nameOf[id] = name.starts_with('\\') ? name.substr(1) : name;
            }
        } else if (first.starts_with('b')) {
            std::string id;
            words >> id;
            if (nameOf.contains(id)) {
                bitsOf[nameOf[id]] = first.substr(1);
            }
        } else if (!first.empty() && (first[0] == '0' || first[0] == '1')) {
            if (const auto found = nameOf.find(first.substr(1)); found != nameOf.end()) {
                bitsOf[found->second] = first.substr(0, 1);
            }
        }
    }
    std::vector<InputValue> values;
    values.reserve(bitsOf.size());
    for (const auto& [name, bits] : bitsOf) {
        values.push_back({name, shown(bits)});
    }
    return values;
}

}  // namespace aslog::prove
