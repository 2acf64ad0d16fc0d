#include "power/energy.h"

#include <numeric>

#include "flows/timing/fanout.h"

namespace aslog::power {
namespace {

constexpr double kFemtojoulesPerNwNs = 1e-3;

class Books {
  public:
    explicit Books(const Circuit& circuit) : circuit_(circuit) {
        energy_.byPlace.assign(circuit.netlist().places.size() + 2, 0);
    }

    void bookNet(NetId net, double fj) {
        const std::uint32_t driver = circuit_.driver(net);
        if (driver == kNoInstance) {
            const Kind kind = circuit_.isClock(net) ? Kind::Clock : Kind::Inputs;
            book(inputsPlace(circuit_), static_cast<std::size_t>(kind), fj);
        } else {
            bookInstance(driver, fj);
        }
    }

    void bookInstance(std::size_t index, double fj) {
        book(placeOf(index), static_cast<std::size_t>(circuit_.instance(index).kind), fj);
    }

    void bookLeakage(std::size_t index, double fj) { book(placeOf(index), kLeakage, fj); }

    void addSwitching(double fj) { energy_.switchingFj += fj; }

    const Energy& energy() const { return energy_; }

  private:
    std::size_t placeOf(std::size_t index) const {
        const FlatInstance& instance = circuit_.netlist().instances[index];
        const std::size_t slash = instance.path.rfind('/');
        const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
        const bool isBuffer = instance.path.compare(start, std::string(flows::kFanoutPrefix).size(),
                                                    flows::kFanoutPrefix) == 0;
        return isBuffer ? fanoutPlace(circuit_) : instance.place;
    }

    void book(std::size_t place, std::size_t kind, double fj) {
        energy_.byPlace[place] += fj;
        energy_.byKind[kind] += fj;
    }

    const Circuit& circuit_;
    Energy energy_;
};

}  // namespace

double Energy::totalFj() const {
    return std::accumulate(byKind.begin(), byKind.end(), 0.0);
}

Energy& Energy::operator+=(const Energy& other) {
    byPlace.resize(other.byPlace.size(), 0);
    for (std::size_t i = 0; i < byPlace.size(); ++i) {
        byPlace[i] += other.byPlace[i];
    }
    for (std::size_t i = 0; i < byKind.size(); ++i) {
        byKind[i] += other.byKind[i];
    }
    switchingFj += other.switchingFj;
    return *this;
}

std::size_t fanoutPlace(const Circuit& circuit) {
    return circuit.netlist().places.size();
}

std::size_t inputsPlace(const Circuit& circuit) {
    return circuit.netlist().places.size() + 1;
}

Energy energyOf(const Circuit& circuit, const Activity& activity) {
    Books books(circuit);
    for (NetId net = 0; net < circuit.nets(); ++net) {
        const double switching =
            static_cast<double>(activity.toggles[net]) * circuit.switchingFj(net);
        books.bookNet(net, switching + activity.outputFj[net]);
        books.addSwitching(switching);
    }
    const double time = static_cast<double>(activity.cycles) * circuit.conditions().periodNs;
    for (std::size_t i = 0; i < circuit.size(); ++i) {
        books.bookInstance(i, activity.hiddenFj[i]);
        books.bookLeakage(i, activity.leakageNw[i] * time * kFemtojoulesPerNwNs);
    }
    return books.energy();
}

}  // namespace aslog::power
