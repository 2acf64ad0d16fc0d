#include "power/uniform_power.h"

#include <cstdint>
#include <map>
#include <string_view>

namespace aslog::power {
namespace {

using gates::InternalEnergy;

constexpr double kClockActivity = 2;

// Share of all values of the variables, each as likely as any other, for which it holds.
double likelihood(const gates::BooleanFunction& when, std::size_t variables) {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> values(variables);
    const std::uint64_t all = std::uint64_t{1} << variables;
    for (std::uint64_t index = 0; index < all; ++index) {
        for (std::size_t i = 0; i < variables; ++i) {
            values[i] = (index >> i) & 1U;
        }
        count += when.evaluate(values) & 1U;
    }
    return static_cast<double>(count) / static_cast<double>(all);
}

class UniformCell {
  public:
    UniformCell(const Circuit& circuit, std::size_t index, double activity)
        : circuit_(circuit),
          instance_(circuit.instance(index)),
          flat_(circuit.netlist().instances[index]),
          activity_(activity) {}

    InstancePower run() const {
        InstancePower power;
        const gates::CellTables& tables = instance_.type->tables();
        for (std::size_t i = 0; i < flat_.inputs.size(); ++i) {
            power.internalFj +=
                activityOf(flat_.inputs[i]) * hiddenOf(tables.inputs[i].energies, flat_.inputs[i]);
        }
        for (std::size_t o = 0; o < flat_.outputs.size(); ++o) {
            const NetId net = flat_.outputs[o];
            power.internalFj += activityOf(net) * outputEnergy(tables.outputs[o].energies, net);
            power.switchingFj += activityOf(net) * circuit_.switchingFj(net);
        }
        power.leakageNw = tables.leakageNw.value_or(0);
        return power;
    }

  private:
    double activityOf(NetId net) const {
        return net <= kNetOne ? 0 : circuit_.isClock(net) ? kClockActivity : activity_;
    }

    double weightOf(const InternalEnergy& energy) const {
        return energy.when ? likelihood(*energy.when, flat_.inputs.size() + flat_.outputs.size())
                           : 1;
    }

    // Mean of both edges.
    double meanOf(const InternalEnergy& energy, NetId input, double load) const {
        return (energy.energy[0].at(circuit_.slewNs(input, gates::Edge::Fall), load) +
                energy.energy[1].at(circuit_.slewNs(input, gates::Edge::Rise), load)) /
               2;
    }

    double hiddenOf(const std::vector<InternalEnergy>& energies, NetId net) const {
        double sum = 0;
        for (const InternalEnergy& energy : energies) {
            sum += weightOf(energy) * meanOf(energy, net, 0);
        }
        return sum;
    }

    // What the inputs make on average; of each supply, and these add up.
    double outputEnergy(const std::vector<InternalEnergy>& energies, NetId net) const {
        struct Mean {
            double sum = 0;
            double weights = 0;
        };
        std::map<std::string_view, Mean> supplies;
        for (const InternalEnergy& energy : energies) {
            const NetId input = flat_.inputs[energy.input.value_or(0)];
            const double weight = activityOf(input) * weightOf(energy);
            Mean& mean = supplies[energy.supply];
            mean.sum += weight * meanOf(energy, input, circuit_.loadFf(net));
            mean.weights += weight;
        }
        double sum = 0;
        for (const auto& [supply, mean] : supplies) {
            sum += mean.weights > 0 ? mean.sum / mean.weights : 0;
        }
        return sum;
    }

    const Circuit& circuit_;
    const CircuitInstance& instance_;
    const FlatInstance& flat_;
    double activity_;
};

}  // namespace

std::vector<InstancePower> uniformPower(const Circuit& circuit, double activity) {
    std::vector<InstancePower> powers;
    for (std::size_t i = 0; i < circuit.size(); ++i) {
        powers.push_back(UniformCell(circuit, i, activity).run());
    }
    return powers;
}

}  // namespace aslog::power
