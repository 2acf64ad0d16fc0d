#include "gates/simulate/flat_drivers.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::gates {
namespace {

using support::InputError;

class DriverCheck {
  public:
    explicit DriverCheck(const FlatNetlist& flat) : flat_(flat) {}

    void run() const {
        std::vector<std::string> drivers(flat_.nets.size());
        drivers[0] = "the constant 0";
        drivers[1] = "the constant 1";
        const auto drive = [&](NetId net, const std::string& name) {
            if (net == kNoNet) {
                return;
            }
            if (!drivers[net].empty()) {
                throw InputError(fmt::format("the net {} has two drivers: {} and {}",
                                             flat_.nets[net].name, drivers[net], name));
            }
            drivers[net] = name;
        };
        forPorts(false, [&](NetId net, const std::string& name) { drive(net, name); });
        for (const FlatCell& cell : flat_.cells) {
            for (const NetId net : cell.outputs) {
                drive(net, cell.name);
            }
        }
        for (const FlatSpread& spread : flat_.spreads) {
            drive(spread.net, flat_.nets[spread.net].name);
        }
        for (const FlatPick& pick : flat_.picks) {
            drive(pick.net, flat_.nets[pick.source].name);
        }
        checkReaders(drivers);
    }

  private:
    void checkReaders(const std::vector<std::string>& drivers) const {
        const auto read = [&](NetId net, const std::string& reader) {
            if (drivers[net].empty()) {
                throw InputError(fmt::format("the net {}, which {} reads, has no driver",
                                             flat_.nets[net].name, reader));
            }
        };
        forPorts(true, read);
        for (const FlatCell& cell : flat_.cells) {
            for (const NetId net : cell.inputs) {
                read(net, cell.name);
            }
        }
        for (const FlatSpread& spread : flat_.spreads) {
            for (const NetId net : spread.sources) {
                read(net, flat_.nets[spread.net].name);
            }
        }
        for (const FlatPick& pick : flat_.picks) {
            read(pick.source, flat_.nets[pick.net].name);
        }
    }

    template <typename Visit>
    void forPorts(bool outputs, const Visit& visit) const {
        for (const FlatPort& port : flat_.ports) {
            for (std::size_t i = 0; port.isOutput == outputs && i < port.bits.size(); ++i) {
                visit(port.bits[i], fmt::format("{}[{}]", port.name, i));
            }
        }
    }

    const FlatNetlist& flat_;
};

}  // namespace

void checkDrivers(const FlatNetlist& flat) {
    DriverCheck(flat).run();
}

}  // namespace aslog::gates
