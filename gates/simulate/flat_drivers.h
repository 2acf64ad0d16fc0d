// Every net that is read has one driver.
#pragma once

#include "gates/simulate/flat.h"

namespace aslog::gates {

// Throws support::InputError that names the net, its drivers, or who reads it.
void checkDrivers(const FlatNetlist& flat);

}  // namespace aslog::gates
