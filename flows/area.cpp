#include "flows/area.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "flows/timing/fanout.h"
#include "support/error.h"

namespace aslog::flows {

using namespace gates;

namespace {

class Counter {
  public:
    Counter(const Netlist& netlist, const CellLibrary& library)
        : netlist_(netlist), library_(library) {}

    AreaReport run() {
        visit(netlist_.top, 0, 1);
        report_.totalUm2 = report_.modules.front().areaUm2 + report_.fanoutUm2;
        return std::move(report_);
    }

  private:
    // Adds the rows of a module and of what is in it; returns the area of one instance, without
    // fan-out buffers.
    double visit(const std::string& name, int depth, int instances) {
        const std::size_t row = report_.modules.size();
        report_.modules.emplace_back();
        const Module& module = netlist_.modules.at(name);
        ModuleArea area{name, module.kind, depth, instances};
        std::vector<std::pair<std::string, int>> children;
        for (const Cell& cell : module.cells) {
            if (netlist_.modules.contains(cell.type)) {
                addChild(children, cell.type);
            } else {
                addCell(area, cell);
            }
        }
        double each = area.ownUm2 / instances;
        for (const auto& [child, count] : children) {
            each += count * visit(child, depth + 1, instances * count);
        }
        area.eachUm2 = each;
        area.areaUm2 = each * instances;
        report_.modules[row] = area;
        return each;
    }

    static void addChild(std::vector<std::pair<std::string, int>>& children,
                         const std::string& name) {
        for (auto& [child, count] : children) {
            if (child == name) {
                ++count;
                return;
            }
        }
        children.emplace_back(name, 1);
    }

    void addCell(ModuleArea& area, const Cell& cell) {
        const LibraryCell* found = library_.find(cell.type);
        if (found == nullptr || found->areaUm2 <= 0) {
            throw support::Error(fmt::format("the library {} has no area for {} (in {})",
                                             library_.name(), cell.type, area.name));
        }
        const double um2 = found->areaUm2 * area.instances;
        report_.cells += area.instances;
        if (cell.name.starts_with(kFanoutPrefix)) {
            report_.fanoutUm2 += um2;
            report_.fanoutCells += area.instances;
            return;
        }
        area.ownUm2 += um2;
        area.ownCells += area.instances;
        if (found->isSequential) {
            area.ownSequentialUm2 += um2;
            report_.sequentialUm2 += um2;
        }
    }

    const Netlist& netlist_;
    const CellLibrary& library_;
    AreaReport report_;
};

}  // namespace

double AreaReport::areaOf(const std::string& kind) const {
    double sum = 0;
    for (const ModuleArea& each : modules) {
        sum += each.kind == kind ? each.areaUm2 : 0;
    }
    return sum;
}

double AreaReport::ownOf(const std::string& kind) const {
    double sum = 0;
    for (const ModuleArea& each : modules) {
        sum += each.kind == kind ? each.ownUm2 : 0;
    }
    return sum;
}

AreaReport areaOf(const Netlist& netlist, const CellLibrary& library) {
    return Counter(netlist, library).run();
}

}  // namespace aslog::flows
