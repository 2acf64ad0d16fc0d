#include "flows/mapping/registers.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

class RegisterWord {
  public:
    explicit RegisterWord(const Cell& cell) : cell_(cell) {}

    std::size_t width() const { return port("Q").size(); }

    // As yosys names its gates: clock, reset, value at reset, enable.
    Cell bit(std::size_t index, std::string name) const {
        Cell result;
        result.name = std::move(name);
        result.connections = {{"D", {port("D").at(index)}}, {"Q", {port("Q").at(index)}}};
        if (cell_.type == "$dlatch") {
            result.type = fmt::format("$_DLATCH_{}_", polarity("EN_POLARITY"));
            result.connections.emplace_back("E", port("EN"));
            return result;
        }
        const bool hasEnable = cell_.type.ends_with('e');
        result.type = fmt::format("$_DFF{}_{}", hasEnable ? "E" : "", polarity("CLK_POLARITY"));
        result.connections.emplace_back("C", port("CLK"));
        if (cell_.type.starts_with("$adff")) {
            const std::string& value = parameter("ARST_VALUE");
            result.type += polarity("ARST_POLARITY");
            result.type += value.at(value.size() - 1 - index);
            result.connections.emplace_back("R", port("ARST"));
        }
        if (hasEnable) {
            result.type += polarity("EN_POLARITY");
            result.connections.emplace_back("E", port("EN"));
        }
        result.type += "_";
        return result;
    }

  private:
    const std::vector<Bit>& port(const char* name) const {
        const std::vector<Bit>* bits = cell_.connection(name);
        if (bits == nullptr) {
            throw support::Error(
                fmt::format("the {} {} of yosys has no port {}", cell_.type, cell_.name, name));
        }
        return *bits;
    }

    const std::string& parameter(const char* name) const {
        const auto found = cell_.parameters.find(name);
        if (found == cell_.parameters.end() || found->second.empty()) {
            throw support::Error(
                fmt::format("the {} {} of yosys has no {}", cell_.type, cell_.name, name));
        }
        return found->second;
    }

    char polarity(const char* name) const { return parameter(name).ends_with('1') ? 'P' : 'N'; }

    const Cell& cell_;
};

bool isKnown(const std::string& type) {
    static const std::set<std::string> known = {"$dff", "$dffe", "$adff", "$adffe", "$dlatch"};
    return known.contains(type);
}

bool isOtherRegister(const std::string& type) {
    static const std::set<std::string> others = {
        "$adlatch", "$aldff",  "$aldffe", "$dffsr", "$dffsre", "$dlatchsr", "$ff",
        "$mem",     "$mem_v2", "$sdff",   "$sdffe", "$sdffce", "$sr"};
    return others.contains(type);
}

}  // namespace

void nameRegisters(Module& module) {
    std::vector<Cell> cells;
    std::size_t words = 0;
    for (const Cell& cell : module.cells) {
        if (isOtherRegister(cell.type) || cell.name.starts_with(kRegisterPrefix)) {
            throw support::Error(
                fmt::format("the {} {} is no register that aslog knows of", cell.type, cell.name));
        }
        if (!isKnown(cell.type)) {
            cells.push_back(cell);
            continue;
        }
        const RegisterWord word(cell);
        for (std::size_t i = 0; i < word.width(); ++i) {
            cells.push_back(word.bit(i, fmt::format("{}{}_{}", kRegisterPrefix, words, i)));
        }
        ++words;
    }
    module.cells = std::move(cells);
}

}  // namespace aslog::flows
