// A flat netlist with all that is constant while it runs: loads, slews, delays, energies.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "gates/cell_tables.h"
#include "gates/liberty.h"
#include "gates/wire_load.h"
#include "power/cell_type.h"
#include "power/flat_netlist.h"

namespace aslog::power {

using Ticks = std::uint32_t;

inline constexpr Ticks kTicksPerCycle = 1U << 14;  // of the clock

// An output after an edge of one input.
struct Response {
    Ticks delay = 0;     // 0: of the clock network, which is ideal
    float energyFj = 0;  // inside the cell
};

// Where the energy of an instance or net is booked.
enum class Kind : std::uint8_t { Logic, Registers, Clock, Inputs };
inline constexpr std::size_t kKinds = 4;

struct Sink {
    std::uint32_t instance = 0;
    std::uint32_t input = 0;
};

struct CircuitInstance {
    const CellType* type = nullptr;
    std::uint32_t firstOutput = 0;    // into Circuit::outputs
    std::uint32_t firstResponse = 0;  // into Circuit::responses: 4 for each source
    std::uint32_t firstHidden = 0;    // into Circuit::hiddens: 2 for each source
    Kind kind = Kind::Logic;
};

inline constexpr std::uint32_t kNoInstance = ~0U;  // driver of ports and constants

class Circuit {
  public:
    struct Conditions {
        double voltageV = 0;
        double periodNs = 0;
        std::string clockPort;  // empty: no clock
    };

    // Slews go through the netlist as in static timing analysis: each net has the slower one of all
    // arcs that drive it, ports and clocks have none. Delays and energies are those of the arcs at
    // these slews and the loads of their nets: pins and wires. Throws support::InputError for a
    // cell that the library has no delay of.
    Circuit(FlatNetlist netlist, const gates::LibertyFile& library, Conditions conditions);

    Circuit(const Circuit&) = delete;
    Circuit& operator=(const Circuit&) = delete;

    const FlatNetlist& netlist() const { return netlist_; }
    Conditions conditions() const { return conditions_; }
    std::size_t nets() const { return netlist_.nets; }
    std::size_t size() const { return instances_.size(); }
    const CircuitInstance& instance(std::size_t index) const { return instances_[index]; }
    NetId outputNet(const CircuitInstance& instance, std::size_t output) const {
        return outputs_[instance.firstOutput + output];
    }

    std::uint32_t driver(NetId net) const { return drivers_[net]; }
    bool isClock(NetId net) const { return isClock_[net] != 0; }
    double loadFf(NetId net) const { return loads_[net]; }
    double slewNs(NetId net, gates::Edge edge) const {
        return slews_[net][static_cast<std::size_t>(edge)];
    }
    // 1/2 C V²: of one transition.
    double switchingFj(NetId net) const;

    // Pins that a net drives: sinks()[firstSink(net)] ... [firstSink(net + 1) - 1].
    std::size_t firstSink(NetId net) const { return firstSinks_[net]; }
    const std::vector<Sink>& sinks() const { return sinks_; }

    const Response& response(const CircuitInstance& instance, std::size_t source, bool inputRises,
                             bool outputRises) const {
        return responses_[instance.firstResponse + 4 * source + (outputRises ? 2 : 0) +
                          (inputRises ? 1 : 0)];
    }
    float hiddenFj(const CircuitInstance& instance, std::size_t source, bool rises) const {
        return hiddens_[instance.firstHidden + 2 * source + (rises ? 1 : 0)];
    }

  private:
    void makeTypes(const gates::LibertyFile& library);
    void makeInstances();
    void connect(const gates::WireLoad& wires);
    void findClocks();
    std::vector<std::size_t> order() const;
    void propagateSlews();
    void makeResponses();
    Response responseOf(std::size_t index, const ResponseSource& source, bool inputRises,
                        bool outputRises) const;
    double delayOf(std::size_t index, const ResponseSource& source, bool inputRises,
                   bool outputRises) const;

    FlatNetlist netlist_;
    Conditions conditions_;
    std::map<std::string, gates::CellTables> tables_;
    std::map<std::string, CellType> types_;
    std::vector<CircuitInstance> instances_;
    std::vector<NetId> outputs_;
    std::vector<std::uint32_t> drivers_;
    std::vector<std::uint8_t> isClock_;
    std::vector<double> loads_;
    std::vector<gates::PerEdge<double>> slews_;
    std::vector<std::size_t> firstSinks_;
    std::vector<Sink> sinks_;
    std::vector<Response> responses_;
    std::vector<float> hiddens_;
};

// Whether an arc of this sense lets an edge of the input make one of the output.
bool allows(gates::Sense sense, bool inputRises, bool outputRises);

}  // namespace aslog::power
