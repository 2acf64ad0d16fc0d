#include "prove/counterexample.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace aslog::prove {
namespace {

std::string shown(const std::string& bits) {
    const bool isNumber = bits.find_first_not_of("01") == std::string::npos && bits.size() <= 64;
    return isNumber ? std::to_string(std::stoull(bits, nullptr, 2)) : "0b" + bits;
}

// Reads a waveform line by line, and keeps the last value of each signal that is shown.
class Waveform {
  public:
    explicit Waveform(const Proof& proof) : proof_(proof) {}

    void read(const std::string& line) {
        std::istringstream words(line);
        std::string first;
        std::string id;
        words >> first;
        if (first == "$scope") {
            ++depth_;
        } else if (first == "$upscope") {
            --depth_;
        } else if (first == "$var") {
            std::string type;
            std::string width;
            std::string name;
            words >> type >> width >> id >> name;
            declare(id, name.starts_with('\\') ? name.substr(1) : name);
        } else if (first.starts_with('b')) {
            words >> id;
            set(id, first.substr(1));
        } else if (first.starts_with('0') || first.starts_with('1')) {
            set(first.substr(1), first.substr(0, 1));
        }
    }

    std::vector<InputValue> values() const {
        std::vector<InputValue> values;
        values.reserve(bitsOf_.size());
        for (const auto& [name, bits] : bitsOf_) {
            values.push_back({name, shown(bits)});
        }
        return values;
    }

  private:
    void declare(const std::string& id, const std::string& name) {
        const std::size_t dot = name.rfind('.');
        const std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
        const bool isInput = depth_ == 1 && dot == std::string::npos &&
                             (name.ends_with("_i") || name.ends_with("_ni"));
        const bool isSeen =
            std::find(proof_.wires.begin(), proof_.wires.end(), last) != proof_.wires.end();
        if (isInput || isSeen) {
            nameOf_[id] = last;
        }
    }

    void set(const std::string& id, const std::string& bits) {
        if (const auto found = nameOf_.find(id); found != nameOf_.end()) {
            bitsOf_[found->second] = bits;
        }
    }

    const Proof& proof_;
    int depth_ = 0;
    std::map<std::string, std::string> nameOf_;  // by the waveform's identifier
    std::map<std::string, std::string> bitsOf_;  // by name
};

}  // namespace

std::vector<InputValue> counterexample(const std::string& vcd, const Proof& proof) {
    const char* secondStep = "#2";  // as `sat -seq 2` writes it
    Waveform waveform(proof);
    std::istringstream lines(vcd);
    for (std::string line; std::getline(lines, line);) {
        if (proof.method == Method::Sat && proof.registers && line == secondStep) {
            break;
        }
        waveform.read(line);
    }
    return waveform.values();
}

}  // namespace aslog::prove
