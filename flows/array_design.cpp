#include "flows/array_design.h"

#include <algorithm>
#include <utility>

#include "support/error.h"

namespace aslog::flows {

using namespace gates;

ArrayDesign::ArrayDesign(Variant variant, Netlist words)
    : variant_(std::move(variant)), words_(std::move(words)), modules_(bottomUp(words_)) {
    for (const std::string& name : modules_) {
        for (const Cell& cell : words_.modules.at(name).cells) {
            if (words_.modules.contains(cell.type)) {
                children_[name][cell.name] = cell.type;
            }
        }
    }
}

int ArrayDesign::instancesOf(const std::string& module) const {
    std::map<std::string, int> counts = {{words_.top, 1}};
    // Parents first.
    std::for_each(modules_.rbegin(), modules_.rend(), [&](const std::string& name) {
        const auto children = children_.find(name);
        if (children != children_.end()) {
            for (const auto& [instance, type] : children->second) {
                counts[type] += counts[name];
            }
        }
    });
    return counts[module];
}

void ArrayDesign::choose(const std::string& module, Candidate candidate) {
    chosen_[module] = std::move(candidate);
}

Netlist ArrayDesign::cells(const std::string& top) const {
    Netlist part = words_;
    part.top = top;
    Netlist result;
    result.top = top;
    for (const std::string& name : bottomUp(part)) {
        // The mapper knows what a module computes, not what it is called.
        Module& module = result.modules[name] = chosen_.at(name).module;
        module.kind = words_.modules.at(name).kind;
        module.parameters = words_.modules.at(name).parameters;
    }
    return result;
}

ArrayDesign::Place ArrayDesign::placeOf(const std::string& pin) const {
    Place place{words_.top, ""};
    std::size_t start = 0;
    for (std::size_t end = pin.find('/'); end != std::string::npos; end = pin.find('/', start)) {
        const std::string name = pin.substr(start, end - start);
        const auto children = children_.find(place.module);
        const bool isInstance = children != children_.end() && children->second.contains(name);
        if (!isInstance) {
            break;
        }
        place = {children->second.at(name), pin.substr(0, end)};
        start = end + 1;
    }
    return place;
}

std::vector<PathStretch> stretchesOf(const ArrayDesign& design,
                                     const std::vector<PathPoint>& path) {
    std::vector<PathStretch> stretches;
    double before = 0;
    for (const PathPoint& point : path) {
        const ArrayDesign::Place place = design.placeOf(point.pin);
        if (stretches.empty() || stretches.back().instance != place.instance) {
            stretches.push_back({place.module, place.instance, 0, 0});
        }
        stretches.back().delayNs += point.arrivalNs - before;
        stretches.back().endsAtNs = point.arrivalNs;
        before = point.arrivalNs;
    }
    return stretches;
}

}  // namespace aslog::flows
